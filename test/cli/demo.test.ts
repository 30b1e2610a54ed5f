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

test('npm start on a machine without agents: three demo agents on a sample, and how to come back and to clean up', async () => {
  // Nothing but Node, git and the system's own tools: no coding agent is found.
  const env = {
    PATH: '/usr/bin:/bin',
    HOME: process.env.HOME,
    TMPDIR: process.env.BOOCODE_TEST_ROOT,
    npm_lifecycle_event: 'start',
  };
  terminal = openTerminal([process.execPath, program, '--demo-if-no-agent'], {
    cwd: project,
    cols: 160,
    rows: 40,
    env,
  });
  await until('three agents are listed', () => (terminal!.text().match(/\bdemo\b/g) ?? []).length >= 3, {
    seen: () => terminal!.text(),
  });
  terminal.type('q');
  expect(await terminal.ended()).toBe(0);
  // As written, not as the terminal folds it.
  const said = terminal.raw.slice(terminal.raw.lastIndexOf('\x1b[?1049l'));
  root = /The demo is in (\S+)\.\r\n {2}Its agents go on/.exec(said)?.[1];
  expect(root && existsSync(join(root, '.git'))).toBeTruthy();
  expect(said).toContain(`Come back:      npm run --silent boocode -- ${root}\r\n`);
  const end = /End, remove it: npm run --silent boocode -- (.+) && rm -rf (\S+)/.exec(said);
  expect(end?.[2]).toBe(root);
  expect(boocode(project, [...end![1]!.split(' '), '--yes']).code).toBe(0);
  await until('no daemon runs for it', () => boocode(root!, ['daemon', 'status']).code === 4);
});
