import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, inject, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { processesWith } from '../support/processes.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

const run = promisify(execFile);
const QUIET = 22;
const FLOODING = 8;
const FLOOD = 'while :; do echo "flood $((n=n+1)) of text that nobody asked for"; done';
/** Agents that are being started at the same time. */
const AT_ONCE = 6;
const LEAVE = '\x1d';

let root = '';
let temp = '';
let close = () => {};
afterEach(() => {
  close();
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
  if (temp) rmSync(temp, { recursive: true, force: true });
});

const named = (letter: string, count: number) =>
  Array.from({ length: count }, (_, n) => `${letter}${String(n + 1).padStart(2, '0')}`);

async function startAll(env: NodeJS.ProcessEnv) {
  const wanted = [
    ...named('c', QUIET).map((name) => [name, '--', 'cat']),
    ...named('f', FLOODING).map((name) => [name, '--', 'sh', '-c', FLOOD]),
  ];
  const one = async () => {
    for (let next = wanted.shift(); next; next = wanted.shift()) {
      await run(process.execPath, [program, 'new', '--no-worktree', ...next], { cwd: root, env });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

test('thirty agents, eight of them flooding: keys echo, everything answers, and Q leaves nothing behind', async () => {
  root = realpathSync(makeRepository());
  // Not below the test's root, whose name is how its processes are found: temporary files of the program alone.
  temp = mkdtempSync(join(inject('run'), 'crowd-'));
  const TMPDIR = temp;
  const env = { ...process.env, TMPDIR };
  await startAll(env);
  const cockpit = openTerminal([process.execPath, program], { cwd: root, cols: 120, rows: 26, env: { TMPDIR } });
  close = cockpit.kill;
  await cockpit.shows('Sessions 30');
  await cockpit.shows('30 in all');

  // The list scrolls to its end and back.
  cockpit.type('s');
  await cockpit.shows('Sorted by name');
  cockpit.type('G');
  await cockpit.shows(/│ .*f08 /);
  await cockpit.hides(/│ .*c01 /);
  await cockpit.shows(/flood \d+ of text/);
  cockpit.type('g');
  await cockpit.shows('c01 · command');

  // What is typed comes back, from the terminal and from the program.
  cockpit.type('\r');
  await cockpit.shows('TYPING to c01');
  cockpit.type('is anybody there\r');
  await cockpit.shows(/is anybody there[\s\S]*is anybody there/);
  cockpit.type(LEAVE);
  await cockpit.hides('TYPING');

  // Tiles, by the palette; the flood is seen in some of them, and one can be typed to among them.
  cockpit.type(':');
  await cockpit.shows('Commands');
  cockpit.type('tile');
  await cockpit.shows(/› tile/);
  cockpit.type('\r');
  await cockpit.shows(/\d+ more: j, k/);
  cockpit.type('G');
  await cockpit.shows(/flood \d+[\s\S]*flood \d+/);
  cockpit.type('t');
  await cockpit.shows('Sessions 30');

  cockpit.type('?');
  await cockpit.shows('Start a new agent');
  cockpit.type('\x1b');
  await cockpit.hides('Start a new agent');
  cockpit.type('n');
  await cockpit.shows('New agent');
  cockpit.type('\x1b');
  await cockpit.hides('New agent');
  cockpit.resize(80, 24);
  await cockpit.shows('[Output]');
  cockpit.type('\t');
  await cockpit.shows('[Inbox]');
  cockpit.type('\t');
  await cockpit.shows('[Sessions 30]');

  cockpit.type('Q');
  await cockpit.shows('30 agents will be stopped');
  cockpit.type('y');
  expect(await cockpit.ended()).toBe(0);
  const farewell = cockpit.raw.slice(cockpit.raw.lastIndexOf('\x1b[?1049l'));
  expect(farewell).toContain('30 agents are stopped; their worktrees and branches stay.');

  // A process without its terminal, or a PTY without its process, is both a process left.
  const left = () => processesWith(process.env.BOOCODE_TEST_ROOT!).filter(({ command }) => !/vitest/.test(command));
  await until('no process is left', () => left().length === 0, { seen: left });
  const sockets = join(process.env.XDG_RUNTIME_DIR!, 'boocode');
  const listed = () => (existsSync(sockets) ? readdirSync(sockets) : []);
  await until('no socket is left', () => listed().length === 0, { seen: listed });
  expect(readdirSync(TMPDIR)).toEqual([]);
  const { agents } = json<{ agents: { status: { state: string } }[] }>(root, 'ls');
  expect(agents.map(({ status }) => status.state)).toEqual(Array.from({ length: 30 }, () => 'cancelled'));
});
