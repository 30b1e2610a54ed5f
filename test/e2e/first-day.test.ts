import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json, program } from '../cli/boocode.ts';
import { processesWith } from '../support/processes.ts';
import { makeRepository, sh } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { openTmux } from '../support/tmux.ts';
import { until } from '../support/wait.ts';

/** More files than a toy: the least that a real repository is taken to have. */
const MANY = 2000;
const LEAVE = '\x1d';
const close: (() => void)[] = [];

const roots: string[] = [];

afterEach(() => {
  for (const one of close.splice(0)) one();
  // Where a test failed half-way its agents still run.
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

interface Listed {
  name: string;
  status: { state: string };
  pid: number;
  worktree: string;
}

const agents = (root: string) => json<{ agents: Listed[] }>(root, 'ls').agents;
const agent = (root: string, name: string) => agents(root).find((one) => one.name === name)!;
const screen = (root: string, name: string) => boocode(root, ['screen', name, '--ansi']).out;
const daemonPid = (root: string) => json<{ pid: number }>(root, 'daemon', 'status').pid;

function openCockpit(root: string, size = { cols: 120, rows: 40 }) {
  const terminal = openTerminal([process.execPath, program], { cwd: root, ...size });
  close.push(terminal.kill);
  return terminal;
}

/** Everything that this test file starts carries its temp root in its environment. */
const leftOver = () => processesWith(process.env.BOOCODE_TEST_ROOT!).filter(({ command }) => !/vitest/.test(command));

async function nothingIsLeft(root: string) {
  await until('no process is left', () => leftOver().length === 0, { seen: leftOver });
  const sockets = join(process.env.XDG_RUNTIME_DIR!, 'boocode');
  await until('no socket is left', () => !existsSync(sockets) || readdirSync(sockets).length === 0);
  expect(sh(root, 'git', 'status', '--porcelain')).toBe('');
}

test('a first day in a repository of two thousand files, in a terminal', async () => {
  const root = realpathSync(
    makeRepository({ 'README.md': '# shop\n', 'src/price.ts': 'export const tax = 0.2;\n' }, { many: MANY }),
  );
  roots.push(root);
  let cockpit = openCockpit(root);

  // Opens the cockpit: it says that nothing runs and how to start something.
  await cockpit.shows('Press n to start one');

  // Starts a shell, a demo agent and vim in three worktrees, from the dialog.
  const start = async (runtime: RegExp, steps: number, name: string, fields: string[] = []) => {
    cockpit.type('n');
    await cockpit.shows('New agent');
    cockpit.type('\x1b[Z');
    for (let step = 0; step < steps; step++) cockpit.type('\x1b[C');
    await cockpit.shows(runtime);
    for (const field of fields) cockpit.type(`\t${field}`);
    cockpit.type(`\t${name}\r`);
    await cockpit.hides('New agent');
    await cockpit.shows(new RegExp(`[╭│].*${name}`));
  };
  await start(/‹ shell ›/, 0, 'by-hand');
  await until('the shell is idle', () => agent(root, 'by-hand')?.status.state === 'idle');
  await start(/‹ command ›/, 1, 'editor', ['vim README.md']);
  await start(/‹ demo ›/, 2, 'robot');
  await until('three agents', () => agents(root).length === 3);
  expect(new Set(agents(root).map((one) => one.worktree)).size).toBe(3);

  // Types into each.
  const select = async (name: string) => {
    await cockpit.shows(/^│ \S.(by-hand|editor|robot) /m);
    const rows = cockpit.lines().filter((line) => /^│ \S.(by-hand|editor|robot) /.test(line));
    const index = rows.findIndex((line) => line.includes(name));
    cockpit.type(`g${'j'.repeat(index)}`);
    await cockpit.shows(`╭ ${name} `);
  };
  const typeTo = async (name: string, text: string, answer: string | RegExp) => {
    await select(name);
    cockpit.type('\r');
    await cockpit.shows('TYPING');
    cockpit.type(text);
    await cockpit.shows(answer);
    cockpit.type(LEAVE);
    await cockpit.hides('TYPING');
  };
  await typeTo('by-hand', 'echo $((6*7))-héllo-世界\r', '42-héllo-世界');
  await typeTo('editor', 'ione line more', 'one line more');
  await typeTo('robot', 'fix the price\r', 'Done.');

  // Tiles them: all three live screens at once.
  cockpit.type('t');
  await until('all three screens are shown at once', () =>
    ['42-héllo-世界', 'one line more', 'Done.'].every((text) => cockpit.text().includes(text)),
  );
  cockpit.type('t');

  // Leaves; the agents go on and are listed.
  cockpit.type('q');
  expect(await cockpit.ended()).toBe(0);
  const farewell = cockpit.raw.slice(cockpit.raw.lastIndexOf('\x1b[?1049l'));
  expect(farewell).toMatch(/3 agents go on/);
  expect(farewell).not.toMatch(/\x1b\[\d+;\d+H/);
  const before = agents(root);
  expect(before.map((one) => one.name).sort()).toEqual(['by-hand', 'editor', 'robot']);
  await until('the demo is idle', () => agent(root, 'robot').status.state === 'idle');
  const screens = before.map((one) => screen(root, one.name));

  // Kills the daemon: nothing happens to the agents.
  process.kill(daemonPid(root), 'SIGKILL');
  const after = agents(root);
  expect(after.map((one) => one.pid)).toEqual(before.map((one) => one.pid));
  expect(after.map((one) => screen(root, one.name))).toEqual(screens);

  // Opens again and finds every screen as it was; resizes to small and large.
  cockpit = openCockpit(root);
  await cockpit.shows('by-hand');
  await select('editor');
  await cockpit.shows('one line more');
  for (const [cols, rows] of [
    [80, 24],
    [200, 50],
    [60, 12],
    [120, 40],
  ] as const) {
    cockpit.resize(cols, rows);
    // What the terminal itself kept of the old size does not count.
    const top = () => cockpit.lines()[1]!;
    await until(`it is drawn at ${cols}×${rows}`, () => /^╭.*╮$/.test(top()) && top().length === cols, { seen: top });
    const isAlone = cockpit.text().includes('[Sessions 3]');
    if (isAlone) cockpit.type('\t');
    await cockpit.shows('one line more');
    if (isAlone) cockpit.type('\t');
    if (isAlone) await cockpit.shows('[Inbox]');
    if (isAlone) cockpit.type('\t');
    if (isAlone) await cockpit.shows('[Sessions 3]');
  }
  cockpit.resize(30, 8);
  await cockpit.shows(/40/);
  cockpit.resize(120, 40);

  // Removes an agent with uncommitted work and restores it.
  const { worktree } = agent(root, 'by-hand');
  writeFileSync(join(worktree, 'README.md'), '# changed\n');
  writeFileSync(join(worktree, 'new file.txt'), 'untracked\n');
  await select('by-hand');
  cockpit.type('D');
  await cockpit.shows(/new file\.txt|2 (changed|uncommitted|files)/);
  cockpit.type('y');
  await until('it is gone', () => agents(root).length === 2);
  expect(existsSync(worktree)).toBe(false);
  expect(boocode(root, ['restore', 'by-hand'])).toMatchObject({ code: 0 });
  expect(readFileSync(join(worktree, 'README.md'), 'utf8')).toBe('# changed\n');
  expect(readFileSync(join(worktree, 'new file.txt'), 'utf8')).toBe('untracked\n');

  // Stops everything.
  cockpit.type('Q');
  await cockpit.shows(/[Ss]top/);
  cockpit.type('y');
  expect(await cockpit.ended()).toBe(0);
  await nothingIsLeft(root);
});

test('the same cockpit in tmux: typing, leaving, layout of panes', async () => {
  const root = realpathSync(makeRepository());
  roots.push(root);
  expect(boocode(root, ['new', 'one', '--runtime', 'shell']).code).toBe(0);
  expect(boocode(root, ['new', 'two', '--', 'vim', 'README.md']).code).toBe(0);
  const tmux = openTmux([process.execPath, program], { cwd: root, cols: 80, rows: 24, name: `${process.pid}-day` });
  close.push(tmux.close);
  await tmux.shows('one');
  tmux.keys('Enter');
  await tmux.shows('TYPING');
  tmux.type('echo $((40+2))-tmux');
  tmux.keys('Enter');
  await tmux.shows('42-tmux');
  tmux.keys('C-]');
  tmux.resize(200, 50);
  await tmux.shows('two');
  await tmux.shows('42-tmux');
  tmux.keys('q');
  await until('the cockpit has left', () => tmux.run('display', '-p', '#{pane_dead}').trim() === '1', {
    seen: tmux.screen,
  });
  expect(tmux.screen()).toContain('2 agents go on.');
  expect(boocode(root, ['stop', '--all', '--yes']).code).toBe(0);
  expect(boocode(root, ['daemon', 'stop', '--agents', '--yes']).code).toBe(0);
  tmux.close();
  await nothingIsLeft(root);
});
