import { realpathSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

const LEAVE = '\x1d';
/** What gives the alternate screen back. */
const MAIN_SCREEN = '\x1b[?1049l';

let root = '';
const close: (() => void)[] = [];
beforeEach(() => {
  root = realpathSync(makeRepository());
});
afterEach(() => {
  for (const one of close.splice(0)) one();
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const daemon = () => json<{ pid: number; hosts: { pid: number }[] }>(root, 'daemon', 'status');
const agent = (name: string) =>
  json<{ agents: { name: string; pid: number; status: { state: string; evidence: { detail: string } } }[] }>(
    root,
    'ls',
  ).agents.find((one) => one.name === name)!;

function openCockpit(): TestTerminal {
  const terminal = openTerminal([process.execPath, program], { cwd: root });
  close.push(terminal.kill);
  return terminal;
}

async function typing(cockpit: TestTerminal, text: string) {
  cockpit.type('\r');
  await cockpit.shows('TYPING to one');
  cockpit.type(`${text}\r`);
  await cockpit.shows(new RegExp(`${text}[\\s\\S]*${text}`));
}

test('SIGKILL of daemon, host and cockpit through an open cockpit, in every order: it says so, comes back, and types on', async () => {
  expect(boocode(root, ['new', 'one', '--no-worktree', '--', 'cat']).code).toBe(0);
  let cockpit = openCockpit();
  await cockpit.shows('one · command');
  await typing(cockpit, 'first');

  // The daemon: typing goes on as if nothing had happened, and the cockpit is connected again by itself.
  const { pid } = agent('one');
  process.kill(daemon().pid, 'SIGKILL');
  cockpit.type('without a daemon\r');
  await cockpit.shows(/without a daemon[\s\S]*without a daemon/);
  await cockpit.shows('Connected to the daemon again');
  expect(agent('one').pid).toBe(pid);

  // The cockpit: the agent goes on with the same screen.
  cockpit.pty.kill('SIGKILL');
  await cockpit.ended();
  cockpit = openCockpit();
  await cockpit.shows(/without a daemon[\s\S]*without a daemon/);
  expect(agent('one').pid).toBe(pid);

  // The host: the agent has failed, that is said with its reason, and it can be started again.
  await typing(cockpit, 'second');
  process.kill(daemon().hosts[0]!.pid, 'SIGKILL');
  await cockpit.shows('one has ended');
  await cockpit.shows('✖ 1 failed');
  cockpit.type('r');
  await cockpit.shows('one starts again');
  await until('it runs', () => agent('one').pid !== pid && agent('one').status.state !== 'failed');
  await typing(cockpit, 'third');

  // Host and daemon at once.
  cockpit.type(LEAVE);
  await cockpit.hides('TYPING');
  const { pid: daemonPid, hosts } = daemon();
  process.kill(hosts[0]!.pid, 'SIGKILL');
  process.kill(daemonPid, 'SIGKILL');
  await cockpit.shows('Connected to the daemon again');
  await cockpit.shows('✖ 1 failed');
  cockpit.type('r');
  await cockpit.shows('one starts again');
  await typing(cockpit, 'fourth');
  cockpit.type(`${LEAVE}q`);
  expect(await cockpit.ended()).toBe(0);
  expect(cockpit.raw.lastIndexOf(MAIN_SCREEN)).toBeGreaterThan(cockpit.raw.lastIndexOf('fourth'));
});
