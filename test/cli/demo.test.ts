import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, program } from './boocode.ts';

const project = join(import.meta.dirname, '..', '..');
let terminal: TestTerminal | undefined;
let root: string | undefined;

afterEach(() => {
  terminal?.kill();
  if (root) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
  if (root) rmSync(root, { recursive: true, force: true });
});

/** npm start on a machine with nothing but Node, git and the system's own tools: the demo, once its three agents are listed. */
async function openDemo(): Promise<TestTerminal> {
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: process.env.HOME,
    TMPDIR: process.env.BOOCODE_TEST_ROOT,
    npm_lifecycle_event: 'start',
  };
  const opened = openTerminal([process.execPath, program, '--demo-if-no-agent'], {
    cwd: project,
    cols: 160,
    rows: 40,
    env,
  });
  terminal = opened;
  await until('three agents are listed', () => (opened.text().match(/\bdemo\b/g) ?? []).length >= 3, {
    seen: () => opened.text(),
  });
  return opened;
}

/** As written after the cockpit was left, not as the terminal folds it. */
const saidAfter = ({ raw }: TestTerminal) => raw.slice(raw.lastIndexOf('\x1b[?1049l'));

test('npm start on a machine without agents: three demo agents on a sample, and how to come back and to clean up', async () => {
  const demo = await openDemo();
  demo.type('q');
  expect(await demo.ended()).toBe(0);
  const said = saidAfter(demo);
  root = /The demo is in (\S+)\.\r\n {2}Its agents go on/.exec(said)?.[1];
  expect(root && existsSync(join(root, '.git'))).toBeTruthy();
  expect(said).toContain(`Come back:      npm run --silent boocode -- ${root}\r\n`);
  const end = /End, remove it: npm run --silent boocode -- (.+) && rm -rf (\S+) (\S+)/.exec(said);
  expect(end?.[2]).toBe(root);
  expect(existsSync(join(end![3]!, 'discount', '.git'))).toBe(true);
  expect(boocode(project, [...end![1]!.split(' '), '--yes']).code).toBe(0);
  await until('no daemon runs for it', () => boocode(root!, ['daemon', 'status']).code === 4);
});

test('who stops all of the demo is not told that its agents go on, and has nothing to stop any more', async () => {
  const demo = await openDemo();
  demo.type('Q');
  await until('it asks', () => demo.text().includes('Stop all'), { seen: () => demo.text() });
  demo.type('y');
  expect(await demo.ended()).toBe(0);
  const said = saidAfter(demo);
  root = /The demo is in (\S+)\.\r\n {2}Its agents have ended\./.exec(said)?.[1];
  expect(root).toBeTruthy();
  const [, project, worktrees] = /End, remove it: rm -rf (\S+) (\S+)\r\n/.exec(said) ?? [];
  expect(project).toBe(root);
  expect(existsSync(join(worktrees!, 'discount', '.git'))).toBe(true);
});
