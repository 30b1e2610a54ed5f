// Several agents wait at once; a person answers all of them from the inbox, in a real tmux, without opening one of them.
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { makeRepository } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { openTmux, type TestTmux } from '../support/tmux.ts';
import { until } from '../support/wait.ts';

let root = '';
const open: TestTmux[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  if (root) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const cockpit = (size: { cols: number; rows: number }, argv: string[] = []) => {
  const tmux = openTmux([process.execPath, program, ...argv], { ...size, cwd: root, name: `inbox-${process.pid}` });
  open.push(tmux);
  return tmux;
};

const start = (name: string, prompt: string) => json(root, 'new', name, '--runtime', 'demo-chat', '--prompt', prompt);
const said = (name: string) => JSON.stringify(json(root, 'output', name, '-n', '50'));
const worktree = (name: string) =>
  json<{ agents: { name: string; worktree: string }[] }>(root, 'ls').agents.find((one) => one.name === name)!.worktree;

/** A request stands in the inbox and has been in sight for as long as one needs to notice it. */
async function sees(tmux: TestTmux, what: RegExp) {
  await tmux.shows(what);
  await until('a key for it counts', async () => {
    await new Promise((resolve) => setTimeout(resolve, 450));
    return what.test(tmux.screen());
  });
}

test.each([
  { cols: 80, rows: 24 },
  { cols: 120, rows: 40 },
])('three agents, one denied with a reason, one question, one stale, at $cols×$rows', async (size) => {
  root = realpathSync(makeRepository({ 'a.txt': 'one\n' }));
  start('runner', 'run echo ran > ran.txt');
  start('writer', 'write b.txt - written by me');
  start('asker', 'ask Which colour? | red | blue');
  await until('all three wait', () => json<{ approvals: unknown[] }>(root, 'inbox').approvals.length === 3);

  const tmux = cockpit(size);
  await tmux.shows(/Inbox 3/);
  tmux.keys('7');
  tmux.keys('g');
  await sees(tmux, /─ runner · \w+ · waits for/);
  await tmux.shows('echo ran > ran.txt');
  tmux.keys('a');
  await sees(tmux, /─ writer · \w+ · waits for/);
  await until('it has run', () => existsSync(join(worktree('runner'), 'ran.txt')));

  // The edit is seen before it is answered.
  await tmux.shows('+- written by me');
  tmux.keys('D');
  await tmux.shows('Deny what writer asks: why?');
  tmux.type('keep b.txt away');
  tmux.keys('Enter');
  await sees(tmux, /─ asker · /);
  await until('the reason reached the agent', () => /keep b\.txt away/.test(said('writer')), {
    seen: () => said('writer'),
  });
  expect(existsSync(join(worktree('writer'), 'b.txt'))).toBe(false);

  // Somebody else answers first: it stands there as answered, and a key does nothing.
  const [{ id }] = json<{ approvals: [{ id: string }] }>(root, 'inbox').approvals;
  expect(boocode(root, ['deny', id]).code).toBe(0);
  await tmux.shows(/answered already/);
  tmux.keys('1');
  tmux.keys('Enter');
  await tmux.shows(/asker/);
  expect(json<{ approvals: unknown[] }>(root, 'inbox').approvals).toEqual([]);
});

test('an agent that begins to wait rings and is told in the status line of tmux, once, not while it is looked at', async () => {
  root = realpathSync(makeRepository({ 'a.txt': 'one\n' }));
  const bin = join(root, '.bin');
  mkdirSync(bin);
  const shown = join(bin, 'shown');
  writeFileSync(join(bin, 'notify-send'), `#!/bin/sh\necho "$4" >> '${shown}'\n`);
  chmodSync(join(bin, 'notify-send'), 0o755);
  mkdirSync(join(root, '.boocode'), { recursive: true });
  writeFileSync(join(root, '.boocode/config.json'), JSON.stringify({ notifications: { desktop: true } }));
  start('first', 'say ready');
  await until(
    'it rests',
    () => json<{ agents: { status: { state: string } }[] }>(root, 'ls').agents[0]!.status.state === 'idle',
  );
  const tmux = openTmux(['env', `PATH=${bin}:${process.env.PATH}`, process.execPath, program], {
    ...{ cols: 120, rows: 40, cwd: root, name: `inbox-${process.pid}` },
  });
  open.push(tmux);
  const person = openTerminal(['tmux', '-L', `boocode-test-inbox-${process.pid}`, 'attach'], { cols: 120, rows: 40 });
  await person.shows('first');
  tmux.run('new-window', 'cat');
  start('quiet', 'run echo "#(touch oops) %H"');
  await until('the desktop is told', () => existsSync(shown) && readFileSync(shown, 'utf8').endsWith('\n'));
  await until('its window is marked', () =>
    /1/.test(tmux.run('list-windows', '-F', '#{window_bell_flag}').split('\n')[0]!),
  );
  expect(readFileSync(shown, 'utf8').trim().split('\n')).toHaveLength(1);
  expect(readFileSync(shown, 'utf8')).toMatch(/^quiet asks: .*#\(touch oops\) %H/);
  // tmux takes its formats out of what agents say.
  await person.shows(/quiet asks: .*\(touch oops\) %H/);
  person.kill();
  expect(existsSync(join(root, 'oops'))).toBe(false);
});
