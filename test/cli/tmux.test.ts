import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeRepository } from '../support/repository.ts';
import { openTmux, type TestTmux } from '../support/tmux.ts';
import { until } from '../support/wait.ts';
import { boocode, json, program } from './boocode.ts';

const SOCKET = `boocode-test-layout-${process.pid}`;
let root: string;
let inside: TestTmux | undefined;

beforeEach(() => {
  root = realpathSync(makeRepository({ 'README.md': '# shop\n' }));
  for (const name of ['one', 'two']) {
    const args = ['new', name, '--no-worktree', '--', 'sh', '-c', `echo output of ${name}; exec cat`];
    expect(boocode(root, args).code).toBe(0);
  }
});
afterEach(() => {
  inside?.close();
  inside = undefined;
  try {
    execFileSync('tmux', ['-L', SOCKET, 'kill-server'], { stdio: 'ignore' });
  } catch {
    // This test made no server.
  }
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const tmux = (...args: string[]) => execFileSync('tmux', ['-L', SOCKET, ...args], { encoding: 'utf8' }).trim();
interface Shown {
  session: string;
  window: string;
  panes: number;
  added: number;
  made: boolean;
}

test('outside tmux: a session with the list and a pane for every live agent; given again it changes nothing', async () => {
  const first = json<Shown>(root, 'tmux', '-L', SOCKET);
  expect(first).toMatchObject({ session: `boocode-${basename(root)}`, panes: 3, added: 2, made: true });
  const panes = tmux('list-panes', '-t', first.window, '-F', '#{pane_id}').split('\n');
  const screens = () => panes.map((pane) => tmux('capture-pane', '-p', '-t', pane));
  await until(
    'list and both agents are shown',
    () =>
      ['Sessions', 'output of one', 'output of two'].every((text) => screens().some((screen) => screen.includes(text))),
    { seen: screens },
  );

  const again = json<Shown>(root, 'tmux', '-L', SOCKET);
  expect(again).toMatchObject({ window: first.window, panes: 3, added: 0, made: false });

  expect(boocode(root, ['new', 'three', '--no-worktree', '--', 'cat']).code).toBe(0);
  expect(json<Shown>(root, 'tmux', '-L', SOCKET)).toMatchObject({ window: first.window, panes: 4, added: 1 });
});

test('many agents become tiles rather than slices of two rows', async () => {
  for (const name of ['three', 'four', 'five', 'six', 'seven', 'eight']) {
    expect(boocode(root, ['new', name, '--no-worktree', '--', 'cat']).code).toBe(0);
  }
  const { window, panes } = json<Shown>(root, 'tmux', '-L', SOCKET);
  expect(panes).toBe(9);
  const heights = tmux('list-panes', '-t', window, '-F', '#{pane_height}').split('\n').map(Number);
  expect(Math.min(...heights)).toBeGreaterThanOrEqual(8);
});

test('inside tmux: a window of this session', async () => {
  inside = openTmux(['sh', '-c', `'${process.execPath}' '${program}' tmux; exec cat`], {
    cwd: root,
    name: `in-${process.pid}`,
  });
  const windows = () => inside!.run('list-windows', '-F', '#{window_name} #{window_panes}').trim().split('\n');
  await until('a window with three panes', () => windows().includes(`boocode-${basename(root)} 3`), { seen: windows });
  expect(windows()).toHaveLength(2);
});

test('inside tmux with --here: the present window is split', async () => {
  inside = openTmux(['sh', '-c', `'${process.execPath}' '${program}' tmux --here; exec cat`], {
    cwd: root,
    name: `here-${process.pid}`,
  });
  const windows = () => inside!.run('list-windows', '-F', '#{window_panes}').trim().split('\n');
  await until('four panes in the one window', () => windows().join() === '4', { seen: windows });
});

test('--here without a tmux around is refused', () => {
  const { TMUX: _, ...env } = process.env;
  const { code, err } = boocode(root, ['tmux', '--here'], { env: { ...env, TMUX: '' } });
  expect(code).toBe(2);
  expect(err).toContain('--here needs a running tmux');
});
