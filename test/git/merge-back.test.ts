import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { advanceBranch } from '../../src/git/advance.ts';
import { mergeBack } from '../../src/git/merge-back.ts';
import { createRandom } from '../support/random.ts';
import { commit, freshFolder, newRepo, put, refsOf, run, statusOf } from './repo.ts';

const lines = (edit: (n: number) => string = String) =>
  Array.from({ length: 30 }, (_, index) => `${edit(index + 1)}\n`).join('');

/** A repository with main and, on it, the branch `work`; main is checked out. */
function branched(files: Record<string, string> = { 'a.txt': lines() }) {
  const root = newRepo(files);
  run(root, 'branch', '-M', 'main');
  run(root, 'checkout', '-q', '-b', 'work');
  return root;
}
const back = (root: string, how: 'merge' | 'squash' | 'rebase', more: { done?: string; from?: string } = {}) => {
  run(root, 'checkout', '-q', 'main');
  const head = run(root, 'rev-parse', more.from ?? 'work');
  const target = run(root, 'rev-parse', 'main');
  return mergeBack({ root, target, head, into: 'main', from: 'work', how, message: null, done: more.done ?? null });
};

test('a rebase gives the very commits that git rebase does: reverts, empty ones, what main has already, merges', async () => {
  for (let seed = 1; seed <= 8; seed++) {
    const random = createRandom(seed);
    const root = branched();
    const edit = (place: number, text: string) =>
      put(root, {
        'a.txt': execFileSync('cat', [join(root, 'a.txt')], { encoding: 'utf8' }).replace(`${place}\n`, `${text}\n`),
      });
    for (let n = 0; n < 4; n++) {
      const kind = random.below(5);
      if (kind === 0) run(root, 'commit', '-q', '--allow-empty', '-m', `empty ${n}`);
      else if (kind === 1 && n > 0) {
        try {
          run(root, 'revert', '--no-edit', 'HEAD');
        } catch {
          run(root, 'revert', '--abort');
        }
      } else if (kind === 2 && !existsSync(join(root, 'picked.txt'))) {
        commit(root, { 'picked.txt': 'p\n' }, 'picked');
      } else {
        edit(20 + n, `work ${n}`);
        run(
          root,
          'commit',
          '-q',
          '--allow-empty',
          '-am',
          `work ${n}\n\nbody ü ${n}`,
          '--author',
          `Änne ${n} <a${n}@example.com>`,
        );
      }
    }
    run(root, 'checkout', '-q', 'main');
    commit(root, { 'main.txt': 'm\n' }, 'main goes on');
    if (random.chance(0.5)) commit(root, { 'picked.txt': 'p\n' }, 'picked by main');
    const main = run(root, 'rev-parse', 'main');
    const before = { refs: refsOf(root), status: statusOf(root) };
    const found = await back(root, 'rebase');
    expect({ refs: refsOf(root), status: statusOf(root) }).toEqual(before);
    run(root, 'checkout', '-q', '-B', 'really', 'work');
    run(root, 'rebase', '-q', 'main');
    const told = (tip: string) => run(root, 'log', '--format=%T %an %ae %ad %B', `${main}..${tip}`);
    expect(told(found.kind === 'ready' ? found.commit : main), `seed ${seed}`).toBe(told('really'));
  }
});

test('merges within the branch: their own content is not lost in a rebase, it is refused', async () => {
  const root = branched();
  commit(root, { 'b.txt': 'b\n' }, 'b');
  run(root, 'checkout', '-q', 'main');
  commit(root, { 'c.txt': 'c\n' }, 'c');
  run(root, 'checkout', '-q', 'work');
  run(root, 'merge', '-q', '--no-commit', 'main');
  put(root, { 'evil.txt': 'only in the merge\n' });
  run(root, 'add', '-A');
  run(root, 'commit', '-q', '-m', 'merge main');
  await expect(back(root, 'rebase')).rejects.toMatchObject({ code: 'conflict' });
  expect((await back(root, 'squash')).kind).toBe('ready');
});

test('no history in common, a shallow clone, nobody to commit as, a key that must ask', async () => {
  const root = branched();
  commit(root, { 'b.txt': 'b\n' });
  run(root, 'checkout', '-q', '--orphan', 'alien');
  commit(root, { 'alien.txt': 'x\n' });
  await expect(back(root, 'merge', { from: 'alien' })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('share no commit'),
  });

  const shallow = join(freshFolder('shallow'), 's');
  run(root, 'checkout', '-q', 'main');
  commit(root, { 'm.txt': 'm\n' });
  run(root, 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${root}`, shallow);
  run(shallow, 'branch', 'work', 'origin/work');
  await expect(back(shallow, 'merge')).rejects.toMatchObject({ hint: expect.stringContaining('unshallow') });

  run(root, 'config', 'user.name', '');
  await expect(back(root, 'merge')).rejects.toMatchObject({ message: expect.stringContaining('who you are') });
  run(root, 'config', '--unset', 'user.name');

  const gpg = join(freshFolder('gpg'), 'gpg');
  writeFileSync(gpg, '#!/bin/sh\necho "gpg: signing failed: No pinentry" >&2\nexit 2\n');
  chmodSync(gpg, 0o755);
  run(root, 'config', 'gpg.program', gpg);
  run(root, 'config', 'commit.gpgSign', 'true');
  await expect(back(root, 'merge')).rejects.toMatchObject({ message: expect.stringContaining('signed') });
});

test('line ends and filters arrive in the checkout as git would write them', async () => {
  const root = branched({ '.gitattributes': '*.txt text eol=crlf\n*.up filter=up\n', 'a.txt': lines() });
  run(root, 'config', 'filter.up.clean', 'tr A-Z a-z');
  run(root, 'config', 'filter.up.smudge', 'tr a-z A-Z');
  commit(root, { 'w.txt': 'one\r\ntwo\r\n', 'x.up': 'SHOUT\n' });
  const made = await back(root, 'merge');
  if (made.kind !== 'ready') throw new Error(made.kind);
  const from = run(root, 'rev-parse', 'main');
  expect(await advanceBranch({ root, branch: 'main', from, to: made.commit, why: 'test' })).toMatchObject({
    moved: true,
  });
  const bytes = (name: string) => execFileSync('cat', [join(root, name)], { encoding: 'latin1' });
  expect([bytes('w.txt'), bytes('x.up')]).toEqual(['one\r\ntwo\r\n', 'SHOUT\n']);
  expect(run(root, 'show', 'main:x.up')).toBe('shout');
  expect(statusOf(root)).toEqual([]);
  expect(run(root, 'reflog', '-1', '--format=%gs')).toContain('test');
});

test('whatever of the person is in the way is named and stays: changed, staged, untracked, a merge under way', async () => {
  const root = branched();
  commit(root, { 'a.txt': lines((n) => (n === 3 ? 'three' : `${n}`)), 'new ü.txt': 'n\n' });
  const made = await back(root, 'squash');
  if (made.kind !== 'ready') throw new Error(made.kind);
  const from = run(root, 'rev-parse', 'main');
  const advance = () => advanceBranch({ root, branch: 'main', from, to: made.commit, why: 'test' });
  const refused = async (...names: string[]) => {
    const before = { refs: refsOf(root), status: statusOf(root) };
    for (const name of names)
      await expect(advance()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(name) });
    expect({ refs: refsOf(root), status: statusOf(root) }).toEqual(before);
  };
  put(root, { 'a.txt': `${lines()}unsaved\n` });
  await refused('a.txt');
  run(root, 'add', 'a.txt');
  await refused('a.txt');
  run(root, 'reset', '-q', '--hard');
  put(root, { 'new ü.txt': 'mine\n' });
  await refused('new ');
  rmSync(join(root, 'new ü.txt'));
  writeFileSync(join(root, '.git/MERGE_HEAD'), `${from}\n`);
  await refused('in the middle');
  rmSync(join(root, '.git/MERGE_HEAD'));
  // What is not concerned stays as it is.
  put(root, { 'other.txt': 'mine\n' });
  expect(await advance()).toMatchObject({ moved: true });
  expect(statusOf(root)).toEqual(['?? other.txt']);
  expect(await advance()).toMatchObject({ moved: false });
});

test('a branch of another worktree moves with it, one whose worktree is gone alone', async () => {
  const root = branched();
  const to = commit(root, { 'b.txt': 'b\n' });
  run(root, 'checkout', '-q', 'main');
  const from = run(root, 'rev-parse', 'main');
  run(root, 'branch', 'release');
  const at = join(freshFolder('wt'), 'w');
  run(root, 'worktree', 'add', '-q', at, 'release');
  expect(await advanceBranch({ root, branch: 'release', from, to, why: 't' })).toMatchObject({ moved: true });
  expect(statusOf(at)).toEqual([]);
  expect(run(at, 'rev-parse', 'HEAD')).toBe(to);
  run(root, 'branch', 'gone', from);
  const lost = join(freshFolder('wt'), 'w');
  run(root, 'worktree', 'add', '-q', lost, 'gone');
  rmSync(lost, { recursive: true });
  mkdirSync(join(lost, '..'), { recursive: true });
  expect(await advanceBranch({ root, branch: 'gone', from, to, why: 't' })).toMatchObject({ moved: true });
  expect(run(root, 'rev-parse', 'gone')).toBe(to);
  expect(await advanceBranch({ root, branch: 'gone', from, to, why: 't' })).toMatchObject({ moved: false });
});
