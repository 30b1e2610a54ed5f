import { realpathSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { tempFolder } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';
import { boocode, json, program } from './boocode.ts';

const root = realpathSync(tempFolder('plain'));
afterAll(() => void boocode(root, ['daemon', 'stop', '--agents', '--yes']));

test('with the first agent of a folder that is no repository it is said that there are no worktrees, and only then', async () => {
  const first = boocode(root, ['new', 'one', '--', 'cat']);
  expect(first.code).toBe(0);
  expect(first.err).toBe(`${root} is no git repository: agents work in it itself, without worktrees of their own.\n`);
  expect(boocode(root, ['new', 'two', '--', 'cat']).err).toBe('');
  expect(json(root, 'show', 'one')).toMatchObject({ cwd: root, worktree: null, branch: null });
});

test('who asks for changes of any kind is told that there is no repository', () => {
  for (const verb of [['changes', 'one'], ['diff', 'one'], ['apply', 'one'], ['merge', 'one'], ['forecast']]) {
    const err = `boocode: ${root} is no git repository, so changes cannot be told\n  git init makes it one.\n`;
    expect([verb, boocode(root, verb)]).toEqual([verb, { code: 1, out: '', err }]);
  }
});

test('the cockpit does not warn of it each time it is opened', async () => {
  const cockpit = openTerminal([process.execPath, program], { cwd: root, cols: 100, rows: 30 });
  await until('both are listed', () => /one[\s\S]*two/.test(cockpit.text()), { seen: () => cockpit.text() });
  cockpit.type('l');
  await until('nothing was said', () => cockpit.text().includes('No messages yet.'), { seen: () => cockpit.text() });
  cockpit.kill();
});
