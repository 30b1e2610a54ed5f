import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cleanTree } from '../../src/git/clean.ts';
import { headCommit } from '../../src/git/head.ts';
import { commonFolder, gitFolder } from '../../src/git/repository.ts';
import { commit, freshFolder, newRepo, put, run } from './repo.ts';

const head = (root: string) => run(root, 'rev-parse', 'HEAD');

test('the commit of HEAD is git’s: on a branch, packed, in a linked worktree, detached, before the first, and none', async () => {
  const root = newRepo();
  expect(await headCommit(root)).toBe(head(root));
  run(root, 'checkout', '-q', '-b', 'boo/näme.x');
  const loose = commit(root, { 'a.txt': 'changed\n' });
  expect(await headCommit(root)).toBe(loose);
  run(root, 'pack-refs', '--all');
  expect(existsSync(join(root, '.git/refs/heads/boo/näme.x'))).toBe(false);
  expect(await headCommit(root)).toBe(loose);
  const later = commit(root, { 'a.txt': 'loose again\n' });
  expect([await headCommit(root), later]).toEqual([later, head(root)]);
  const linked = join(freshFolder(), 'linked');
  run(root, 'worktree', 'add', '-q', '-b', 'other', linked, loose);
  expect(await headCommit(linked)).toBe(loose);
  run(linked, 'checkout', '-q', '--detach', later);
  expect(await headCommit(linked)).toBe(later);
  run(root, 'checkout', '-q', '--orphan', 'empty');
  expect(await headCommit(root)).toBeNull();
  mkdirSync(join(root, 'below'), { recursive: true });
  run(root, 'checkout', '-qf', 'other~0');
  expect(await headCommit(join(root, 'below'))).toBe(head(root));
  await expect(headCommit(freshFolder())).resolves.toBeNull();
});

test('what is no name of a branch is not looked for outside', async () => {
  const root = newRepo();
  writeFileSync(join(root, '.git', 'outside'), `${'a'.repeat(40)}\n`);
  writeFileSync(join(root, '.git', 'HEAD'), 'ref: refs/heads/../../outside\n');
  expect(await headCommit(root)).not.toBe('a'.repeat(40));
});

test('the folder of a repository is git’s, also by a link to it', async () => {
  const root = newRepo();
  const link = join(freshFolder(), 'link');
  symlinkSync(root, link);
  for (const path of [root, link]) expect(await gitFolder(path)).toBe(run(path, 'rev-parse', '--absolute-git-dir'));
});

test('the folder that worktrees share is git’s: of a repository, a folder in it, a worktree, a submodule, a bare one', async () => {
  const inner = newRepo({ 'inner.txt': 'inner' });
  const root = newRepo({ 'below/a.txt': 'a' });
  run(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
  const [linked, bare] = [join(freshFolder(), 'linked'), join(freshFolder(), 'bare.git')];
  run(root, 'worktree', 'add', '--quiet', linked);
  run(root, 'clone', '--quiet', '--bare', root, bare);
  for (const path of [root, join(root, 'below'), linked, join(root, 'sub'), bare, join(root, '.git')])
    expect(await commonFolder(path)).toBe(run(path, 'rev-parse', '--path-format=absolute', '--git-common-dir'));
});

test('a clean checkout is the tree of its commit; one that differs in anything is none', async () => {
  const root = newRepo();
  const tree = () => run(root, 'rev-parse', 'HEAD^{tree}');
  expect(await cleanTree(root)).toBe(tree());
  commit(root, { 'a.txt': 'next\n' });
  put(root, { 'ignored.log': 'x' });
  expect(await cleanTree(root)).toBe(tree());
  const differences: Record<string, () => void> = {
    untracked: () => put(root, { 'new.txt': 'x' }),
    changed: () => put(root, { 'a.txt': 'other\n' }),
    staged() {
      put(root, { 'a.txt': 'staged\n' });
      run(root, 'add', 'a.txt');
    },
    deleted: () => rmSync(join(root, 'a.txt')),
    executable: () => run(root, 'update-index', '--chmod=+x', 'a.txt'),
    assumed() {
      run(root, 'update-index', '--assume-unchanged', 'a.txt');
      put(root, { 'a.txt': 'hidden\n' });
    },
    skipped() {
      run(root, 'update-index', '--no-assume-unchanged', '--skip-worktree', 'a.txt');
      put(root, { 'a.txt': 'hidden\n' });
    },
  };
  for (const [name, differ] of Object.entries(differences)) {
    differ();
    expect(await cleanTree(root), name).toBeNull();
    run(root, 'update-index', '--no-assume-unchanged', '--no-skip-worktree', 'a.txt');
    run(root, 'reset', '-q', '--hard');
    run(root, 'clean', '-fdq');
    expect(await cleanTree(root), `after ${name}`).toBe(tree());
  }
  expect(readFileSync(join(root, 'a.txt'), 'utf8')).toBe('next\n');
  expect(await cleanTree(emptyRepo())).toBeNull();
});

function emptyRepo(): string {
  const root = freshFolder();
  run(root, 'init', '-q');
  return root;
}
