import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { filesOf, statusOf } from '../git/repo.ts';
import { makeRepository } from '../support/repository.ts';
import { boocode, json } from './boocode.ts';

const root = makeRepository({
  '.gitignore': '*.log\nbuild/\n',
  'README.md': 'read\n',
  'gone.txt': 'to be deleted',
  'gone-staged.txt': 'to be deleted, staged',
  'old.txt': 'to be renamed\n'.repeat(20),
  'tool.sh': '#!/bin/sh\n',
  'plain.sh': '#!/bin/sh\n',
  'link.txt': 'becomes a link',
});
symlinkSync('README.md', join(root, 'was-link'));
const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' });
git(root, 'add', '-A');
git(root, 'commit', '-qm', 'link');
afterAll(() => void boocode(root, ['daemon', 'stop', '--agents', '--yes']));

/** Every kind of change that a worktree can hold; gives the names of what git ignores. */
function dirty(worktree: string): string[] {
  const put = (name: string, text: string) => writeFileSync(join(worktree, name), text);
  put('committed.txt', 'c');
  git(worktree, 'add', '-A');
  git(worktree, 'commit', '-qm', 'of the agent');
  put('README.md', 'read\nstaged\n');
  git(worktree, 'add', 'README.md');
  put('README.md', 'read\nstaged\nand changed since\n');
  put('staged.txt', 'new and staged');
  git(worktree, 'add', 'staged.txt');
  rmSync(join(worktree, 'gone.txt'));
  git(worktree, 'rm', '-q', 'gone-staged.txt');
  git(worktree, 'mv', 'old.txt', 'renamed, staged.txt');
  renameSync(join(worktree, 'plain.sh'), join(worktree, 'renamed.sh'));
  chmodSync(join(worktree, 'tool.sh'), 0o755);
  rmSync(join(worktree, 'link.txt'));
  symlinkSync('nowhere/at all', join(worktree, 'link.txt'));
  rmSync(join(worktree, 'was-link'));
  put('was-link', 'a file now');
  put('secret', 'mine alone');
  chmodSync(join(worktree, 'secret'), 0o600);
  for (const name of ['new\nline', 'quo"te\'s', ' spaces ', '-dash', 'ünï', '$(x)', 'back\\slash', 'tab\t'])
    put(name, name);
  const bytes = Buffer.concat([Buffer.from(`${worktree}/bad-`), Buffer.from([0xff, 0xfe])]);
  writeFileSync(bytes, 'no UTF-8');
  put('empty', '');
  put('noise.log', 'ignored');
  return ['noise.log'];
}

test.each([
  ['archive', ['archive', 'all']],
  ['rm', ['rm', 'all', '--yes']],
])('%s and restore: what comes back equals what was there, but for what git ignores', (_verb, args) => {
  json(root, 'new', 'all', '--', 'sh', '-c', 'exit 0');
  boocode(root, ['wait', 'all', '--timeout', '10']);
  const { worktree, branch } = json<{ worktree: string; branch: string }>(root, 'show', 'all');
  const ignored = dirty(worktree);
  const stateOf = () => ({
    files: filesOf(worktree),
    status: statusOf(worktree),
    staged: git(worktree, 'ls-files', '--stage', '-z'),
    head: git(worktree, 'rev-parse', 'HEAD', branch),
  });
  const before = stateOf();
  expect(before.status.length).toBeGreaterThan(15);
  for (const name of ignored) delete before.files[name];
  expect(boocode(root, args)).toMatchObject({ code: 0, err: '' });
  expect(existsSync(worktree)).toBe(false);
  git(root, 'reflog', 'expire', '--expire=now', '--all');
  git(root, 'gc', '-q', '--prune=now');
  expect(json(root, 'restore', 'all')).toMatchObject({ worktree, branch });
  expect(stateOf()).toEqual(before);
  expect(boocode(root, ['rm', 'all', '--yes']).code).toBe(0);
  git(root, 'update-ref', '-d', `refs/heads/${branch}`);
});
