import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { workAsCommit } from '../../src/git/commit-work.ts';
import { removeBranch, removeWorktree } from '../../src/git/remove.ts';
import { workAtRisk } from '../../src/git/risk.ts';
import { listSaved, restoreWork, saveWork } from '../../src/git/save.ts';
import { openShadow } from '../../src/git/shadow.ts';
import { createWorktree } from '../../src/git/worktree.ts';
import { commit, filesOf, freshFolder, newRepo, put, refsOf, run, statusOf } from './repo.ts';

const NOW = Date.UTC(2026, 10, 21, 3, 44, 18, 123);
const BRANCH = 'boo/work';

async function agentIn(root: string) {
  const worktree = join(freshFolder('wt'), 'work');
  const made = await createWorktree({ root, path: worktree, branch: BRANCH, base: null });
  return { worktree, made };
}

/** What must come back: every file, what git says of it, the staged content, the commits. */
const stateOf = (worktree: string) => ({
  files: filesOf(worktree),
  status: statusOf(worktree),
  staged: run(worktree, 'ls-files', '--stage', '-z'),
  head: run(worktree, 'rev-parse', 'HEAD'),
});

/** Saves, removes worktree and branch, restores, and compares everything. */
async function roundTrip(root: string, worktree: string, ignored: string[] = []) {
  const before = stateOf(worktree);
  const refs = refsOf(root);
  const saved = await saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
  expect(stateOf(worktree)).toEqual(before);
  expect(refsOf(root)).toEqual(refs);
  expect(
    readdirSync(run(worktree, 'rev-parse', '--absolute-git-dir')).filter((name) => /boocode-index/.test(name)),
  ).toEqual([]);
  await removeWorktree({ root, worktree, saved });
  expect(existsSync(worktree)).toBe(false);
  expect(await removeBranch({ root, branch: BRANCH, base: 'main' })).toBe(true);
  expect(run(root, 'branch', '--list', BRANCH)).toBe('');
  // Nothing but the ref keeps it now.
  run(root, 'reflog', 'expire', '--expire=now', '--all');
  run(root, 'gc', '-q', '--prune=now');
  const restored = await restoreWork({ root, ref: saved.ref, path: worktree, branch: BRANCH });
  expect(restored).toMatchObject({ worktree, branch: BRANCH });
  for (const name of ignored) delete before.files[name];
  expect(stateOf(worktree)).toEqual(before);
  return saved;
}

describe('saved work comes back byte for byte', () => {
  test('commits, staged, changed and untracked files, deletions, renames, modes, links, binary', async () => {
    const root = newRepo({
      'old.txt': 'to be renamed\n'.repeat(20),
      'gone.txt': 'x',
      'tool.sh': '#!/bin/sh\n',
      link: 'plain',
    });
    const { worktree } = await agentIn(root);
    commit(worktree, { 'committed.txt': 'c' });
    put(worktree, { 'a.txt': 'one\nstaged\nthree\n' });
    run(worktree, 'add', 'a.txt');
    run(worktree, 'mv', 'old.txt', 'new name.txt');
    put(worktree, {
      'a.txt': 'one\nstaged\nthree\nand then some\n',
      'dir/b.txt': 'changed\n',
      'new/deep/untracked.txt': 'u',
      'binary.bin': Buffer.from([0, 255, 10, 13, 0, 128]),
      'noise.log': 'ignored',
      empty: '',
      'secret.txt': 'mine alone',
    });
    rmSync(join(worktree, 'gone.txt'));
    chmodSync(join(worktree, 'tool.sh'), 0o755);
    chmodSync(join(worktree, 'secret.txt'), 0o600);
    rmSync(join(worktree, 'link'));
    symlinkSync('../nowhere/at all', join(worktree, 'link'));
    symlinkSync('dir', join(worktree, 'to-dir'));
    const saved = await roundTrip(root, worktree, ['noise.log']);
    expect(saved).toMatchObject({ name: 'work', savedAt: NOW, ref: 'refs/boocode/saved/work/20261121T034418-123Z' });
    expect(await listSaved(root)).toEqual([saved]);
  });

  test('files whose names are newlines, quotes, spaces, Unicode or no UTF-8 at all', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    put(worktree, {
      'new\nline': '1',
      'quo"te\\s': '2',
      ' lead and trail ': '3',
      'prüfung-検査': '4',
      '-dash': '5',
      '"x"': '6',
    });
    writeFileSync(Buffer.concat([Buffer.from(`${worktree}/bad-`), Buffer.from([0xff, 0xfe])]), '7');
    const { uncommitted } = await workAtRisk({ root, worktree, branch: BRANCH, base: 'main', baseCommit: null });
    expect(uncommitted).toHaveLength(7);
    await roundTrip(root, worktree);
  });

  test('line ends and filters are left as they lie there', async () => {
    const root = newRepo({ '.gitattributes': '*.txt text=auto\n*.up filter=up\n', 'x.txt': 'a\nb\n', 'f.up': 'low\n' });
    run(root, 'config', 'core.autocrlf', 'true');
    run(root, 'config', 'filter.up.clean', 'tr A-Z a-z');
    run(root, 'config', 'filter.up.smudge', 'tr a-z A-Z');
    const { worktree } = await agentIn(root);
    put(worktree, {
      'x.txt': 'a\nb mixed\r\nc\n',
      'u.txt': 'only\nLF\n',
      'w.txt': 'all\r\nCRLF\r\n',
      'f.up': 'MiXed\n',
      'g.up': 'New\n',
    });
    await roundTrip(root, worktree);
  });

  test('a file that became a folder, a folder that became a link, and back', async () => {
    const root = newRepo({ file: 'f', 'folder/x': 'x', 'folder/y/z': 'z' });
    const { worktree } = await agentIn(root);
    rmSync(join(worktree, 'file'));
    put(worktree, { 'file/inside': 'i' });
    renameSync(join(worktree, 'folder'), join(worktree, 'moved'));
    symlinkSync('moved', join(worktree, 'folder'));
    await roundTrip(root, worktree);
  });

  test('an edit of equal length in the second of the checkout is work, however much later one looks', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    const file = join(worktree, 'a.txt');
    const second = new Date(Date.UTC(2026, 0, 1));
    // Only the time that a file was changed can be set: git is to go by it alone.
    run(root, 'config', 'core.trustCtime', 'false');
    utimesSync(file, second, second);
    run(worktree, 'update-index', '--refresh');
    put(worktree, { 'a.txt': 'ONE\ntwo\nthree\n' });
    utimesSync(file, second, second);
    utimesSync(join(run(worktree, 'rev-parse', '--absolute-git-dir'), 'index'), second, second);
    expect((await workAtRisk({ root, worktree, branch: BRANCH, base: 'main', baseCommit: null })).uncommitted).toEqual([
      'a.txt',
    ]);
    const work = await workAsCommit(worktree, 'work\n');
    expect(run(worktree, 'show', `${work}:a.txt`)).toBe('ONE\ntwo\nthree');
    const shadow = await openShadow(worktree);
    await shadow.refresh(null);
    const { tree } = await shadow.stand();
    expect(run(worktree, 'show', `${tree}:a.txt`)).toBe('ONE\ntwo\nthree');
    await roundTrip(root, worktree);
  });

  test('changes hidden by assume-unchanged and skip-worktree are seen and saved', async () => {
    const root = newRepo({ 'skip.txt': 's', 'sparse.txt': 'p' });
    const { worktree } = await agentIn(root);
    run(worktree, 'update-index', '--assume-unchanged', 'a.txt');
    run(worktree, 'update-index', '--skip-worktree', 'skip.txt', 'sparse.txt');
    put(worktree, { 'a.txt': 'hidden', 'skip.txt': 'hidden too' });
    rmSync(join(worktree, 'sparse.txt'));
    const risk = await workAtRisk({ root, worktree, branch: BRANCH, base: 'main', baseCommit: null });
    expect(risk.uncommitted.sort()).toEqual(['a.txt', 'skip.txt']);
    await expect(removeWorktree({ root, worktree, saved: null })).rejects.toMatchObject({ code: 'conflict' });
    const saved = await saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
    expect(run(root, 'show', `${saved.ref}:a.txt`)).toBe('hidden');
    expect(run(root, 'show', `${saved.ref}:skip.txt`)).toBe('hidden too');
    expect(run(root, 'show', `${saved.ref}:sparse.txt`)).toBe('p');
  });

  test('a merge in conflict', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    commit(root, { 'a.txt': 'one\nTHEIRS\nthree\n', 'both.txt': 'theirs' });
    commit(worktree, { 'a.txt': 'one\nOURS\nthree\n', 'both.txt': 'ours' });
    expect(() => run(worktree, 'merge', 'main')).toThrow();
    put(worktree, { 'untracked.txt': 'u' });
    expect(statusOf(worktree)).toContain('UU a.txt');
    await roundTrip(root, worktree);
    put(worktree, { 'a.txt': 'settled\n', 'both.txt': 'settled\n' });
    run(worktree, 'add', '.');
    run(worktree, 'commit', '-q', '--no-edit');
    expect(run(worktree, 'rev-list', '--parents', '-1', 'HEAD').split(' ')).toHaveLength(3);
  });

  test('a rebase that stopped in the middle goes on afterwards', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    commit(worktree, { 'first.txt': '1' }, 'first of ours');
    commit(worktree, { 'a.txt': 'one\nOURS\nthree\n' }, 'second of ours');
    commit(worktree, { 'third.txt': '3' }, 'third of ours');
    commit(root, { 'a.txt': 'one\nTHEIRS\nthree\n' });
    expect(() => run(worktree, 'rebase', 'main')).toThrow();
    await roundTrip(root, worktree);
    put(worktree, { 'a.txt': 'settled\n' });
    run(worktree, 'add', 'a.txt');
    run(worktree, '-c', 'core.editor=true', 'rebase', '--continue');
    expect(run(worktree, 'log', '--format=%s', 'main..boo/work')).toBe('third of ours\nsecond of ours\nfirst of ours');
  });

  test('a submodule with changes, commits and untracked files of its own', async () => {
    const inner = newRepo();
    const root = newRepo();
    run(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
    run(root, 'commit', '-q', '-m', 'sub');
    const { worktree } = await agentIn(root);
    const sub = join(worktree, 'sub');
    await removeWorktree({ root, worktree, saved: null });
    run(root, 'branch', '-D', BRANCH);
    await createWorktree({ root, path: worktree, branch: BRANCH, base: null });
    const own = commit(sub, { 'own.txt': 'own commit' });
    put(sub, { 'a.txt': 'changed in the submodule\n', 'loose.txt': 'untracked' });
    const risk = await workAtRisk({ root, worktree, branch: BRANCH, base: 'main', baseCommit: null });
    expect(risk.uncommitted).toEqual(['sub']);
    await expect(removeWorktree({ root, worktree, saved: null })).rejects.toMatchObject({ code: 'conflict' });
    const before = stateOf(sub);
    const saved = await roundTrip(root, worktree);
    expect(stateOf(sub)).toEqual(before);
    expect(run(sub, 'rev-parse', 'HEAD')).toBe(own);
    put(sub, { 'late.txt': 'after saving' });
    await expect(removeWorktree({ root, worktree, saved })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('a branch whose worktree is gone already', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    const tip = commit(worktree, { 'committed.txt': 'c' });
    rmSync(worktree, { recursive: true });
    const saved = await saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
    await removeWorktree({ root, worktree, saved });
    expect(run(root, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(await removeBranch({ root, branch: BRANCH, base: 'main' })).toBe(true);
    await restoreWork({ root, ref: saved.ref, path: worktree, branch: BRANCH });
    expect(run(worktree, 'rev-parse', BRANCH)).toBe(tip);
    expect(statusOf(worktree)).toEqual([]);
  });
});

describe('restoreWork refuses in one sentence and leaves nothing', () => {
  test('when path or branch are taken, or nothing is saved under the name', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    put(worktree, { 'a.txt': 'x' });
    const saved = await saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
    const elsewhere = join(freshFolder(), 'else');
    const again = { root, ref: saved.ref, path: elsewhere, branch: BRANCH };
    await expect(restoreWork({ ...again, path: worktree })).rejects.toMatchObject({ code: 'conflict' });
    await expect(restoreWork(again)).rejects.toMatchObject({ message: expect.stringContaining('is checked out in') });
    commit(worktree, { 'more.txt': 'm' });
    await expect(restoreWork(again)).rejects.toMatchObject({ message: expect.stringContaining('has moved on') });
    await expect(restoreWork({ ...again, ref: 'refs/heads/main' })).rejects.toMatchObject({ code: 'not_found' });
    expect(existsSync(elsewhere)).toBe(false);
    expect(run(root, 'worktree', 'list').split('\n')).toHaveLength(2);
    const other = await restoreWork({ ...again, ref: 'work/20261121T034418-123Z', branch: 'boo/other' });
    expect(statusOf(other.worktree)).toEqual([' M a.txt']);
  });

  test('saves of the same moment get names of their own', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    const refs = [];
    for (let i = 0; i < 3; i++)
      refs.push((await saveWork({ root, worktree, branch: BRANCH, name: 'a b', now: NOW })).ref);
    expect(new Set(refs).size).toBe(3);
    expect(await listSaved(root)).toHaveLength(3);
  });
});

describe('removal', () => {
  test('is refused for unsaved work, for work newer than the save, for locked ones and the checkout itself', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    put(worktree, { 'new.txt': 'new' });
    await expect(removeWorktree({ root, worktree, saved: null })).rejects.toMatchObject({ code: 'conflict' });
    const saved = await saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
    put(worktree, { 'new.txt': 'NEW' });
    utimesSync(join(worktree, 'new.txt'), 1, 1);
    await expect(removeWorktree({ root, worktree, saved })).rejects.toMatchObject({
      message: expect.stringContaining('it changed after it was saved'),
    });
    expect(statusOf(worktree)).toEqual(['?? new.txt']);
    run(root, 'worktree', 'lock', '--reason', 'on a stick', worktree);
    await expect(removeWorktree({ root, worktree, saved })).rejects.toMatchObject({
      message: expect.stringContaining('is locked (on a stick)'),
    });
    await expect(removeWorktree({ root, worktree: root, saved: null })).rejects.toMatchObject({ code: 'failed' });
    expect(existsSync(join(worktree, 'new.txt'))).toBe(true);
    expect(existsSync(join(root, 'a.txt'))).toBe(true);
  });

  test('is refused for a repository inside, and for commits that no branch has', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    run(worktree, 'init', '-q', 'nested');
    const nested = saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
    await expect(nested).rejects.toMatchObject({ message: expect.stringContaining('nested/') });
    rmSync(join(worktree, 'nested'), { recursive: true });
    run(worktree, 'checkout', '-q', '--detach');
    commit(worktree, { 'lost.txt': 'l' });
    await expect(removeWorktree({ root, worktree, saved: null })).rejects.toMatchObject({
      message: expect.stringContaining('commits that no branch has'),
    });
    const saved = await saveWork({ root, worktree, branch: BRANCH, name: 'work', now: NOW });
    await removeWorktree({ root, worktree, saved });
    expect(run(root, 'show', `${saved.ref}:lost.txt`)).toBe('l');
  });

  test('of a clean worktree takes ignored files with it, and the branch stays while it has work', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    commit(worktree, { 'work.txt': 'w' });
    put(worktree, { 'x.log': 'ignored' });
    await removeWorktree({ root, worktree, saved: null });
    expect(existsSync(worktree)).toBe(false);
    expect(await removeBranch({ root, branch: BRANCH, base: 'main' })).toBe(false);
    run(root, 'merge', '-q', '--squash', BRANCH);
    run(root, 'commit', '-q', '-m', 'squashed');
    expect(await removeBranch({ root, branch: BRANCH, base: 'main' })).toBe(true);
  });

  test('that the disk refuses says what is left', async () => {
    if (process.getuid?.() === 0) return;
    const root = newRepo();
    const { worktree } = await agentIn(root);
    mkdirSync(join(worktree, 'build'));
    put(worktree, { 'build/fixed': 'x' });
    chmodSync(join(worktree, 'build'), 0o555);
    await expect(removeWorktree({ root, worktree, saved: null })).rejects.toMatchObject({
      hint: expect.stringContaining(worktree),
    });
    chmodSync(join(worktree, 'build'), 0o755);
    expect(existsSync(join(worktree, 'build/fixed'))).toBe(true);
  });
});

describe('workAtRisk', () => {
  const risk = (root: string, worktree: string, baseCommit: string | null = null) =>
    workAtRisk({ root, worktree, branch: BRANCH, base: 'main', baseCommit });

  test('counts files, unmerged and unpushed commits', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    expect(await risk(root, worktree)).toEqual({ uncommitted: [], ignored: [], unpushed: 0, unmerged: 0 });
    commit(worktree, { 'one.txt': '1' });
    commit(worktree, { 'two.txt': '2' });
    put(root, { 'same.log': 's', 'x.log': 'other' });
    put(worktree, { 'loose.txt': 'l', 'x.log': 'ignored', 'same.log': 's', 'build/a': 'a', 'build/b': 'b' });
    expect(await risk(root, worktree)).toEqual({
      uncommitted: ['loose.txt'],
      ignored: ['build/', 'x.log'],
      unpushed: 2,
      unmerged: 2,
    });
    const remote = join(freshFolder('remote'), 'r.git');
    run(root, 'clone', '-q', '--bare', root, remote);
    run(root, 'remote', 'add', 'origin', remote);
    run(root, 'push', '-q', 'origin', BRANCH);
    commit(worktree, { 'three.txt': '3' });
    expect(await risk(root, worktree)).toMatchObject({ unpushed: 1, unmerged: 3 });
  });

  test('names no ignored folder that was copied from the checkout, until something in it is its own', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    put(root, { 'build/a': 'a', 'build/deep/b': 'b', 'build/more': 'm' });
    put(worktree, { 'build/a': 'a', 'build/deep/b': 'b' });
    for (const folder of [root, worktree]) symlinkSync('deep', join(folder, 'build/link'));
    const ignored = async () => (await risk(root, worktree)).ignored;
    expect(await ignored()).toEqual([]);
    put(worktree, { 'build/deep/b': 'B' });
    expect(await ignored()).toEqual(['build/']);
    put(worktree, { 'build/deep/b': 'b', 'build/deep/new': 'n' });
    expect(await ignored()).toEqual(['build/']);
    rmSync(join(worktree, 'build/deep/new'));
    rmSync(join(worktree, 'build/link'));
    symlinkSync('a', join(worktree, 'build/link'));
    expect(await ignored()).toEqual(['build/']);
  });

  test('knows merged, rebased, picked and squashed work, also when the base moved on', async () => {
    for (const how of ['merge', 'rebase', 'squash', 'squash and change the same line', 'squash with another file']) {
      const root = newRepo();
      const { worktree } = await agentIn(root);
      commit(worktree, { 'a.txt': 'one\nOURS\nthree\n' }, 'first');
      commit(worktree, { 'own.txt': 'own' }, 'second');
      commit(root, { 'other.txt': 'other' }, 'main goes on');
      if (how === 'merge') run(root, 'merge', '-q', '--no-edit', BRANCH);
      else if (how === 'rebase') run(root, 'cherry-pick', `main..${BRANCH}`);
      else {
        run(root, 'merge', '-q', '--squash', BRANCH);
        if (how === 'squash with another file') put(root, { 'extra.txt': 'e' });
        run(root, 'add', '-A');
        run(root, 'commit', '-q', '-m', 'squashed');
      }
      if (how === 'squash and change the same line') commit(root, { 'a.txt': 'one\nLATER\nthree\n' });
      else commit(root, { 'later.txt': 'later' });
      expect([how, await risk(root, worktree)]).toEqual([
        how,
        { uncommitted: [], ignored: [], unpushed: 0, unmerged: 0 },
      ]);
    }
  });

  test('does not take half-merged, reverted-in-itself or coincidental work for merged', async () => {
    const root = newRepo();
    const { worktree } = await agentIn(root);
    commit(worktree, { 'try.txt': 'an idea' });
    run(worktree, 'rm', '-q', 'try.txt');
    run(worktree, 'commit', '-q', '-m', 'gone again');
    expect(await risk(root, worktree)).toMatchObject({ unmerged: 2 });
    commit(worktree, { 'kept.txt': 'k' });
    commit(worktree, { 'open.txt': 'o' });
    run(root, 'cherry-pick', `${BRANCH}~1`);
    const { unmerged } = await risk(root, worktree);
    expect(unmerged).toBeGreaterThan(0);
  });

  test('falls back to the commit when the base is gone, and manages without any', async () => {
    const root = newRepo();
    const { worktree, made } = await agentIn(root);
    commit(worktree, { 'one.txt': '1' });
    const gone = { root, worktree, branch: BRANCH, base: 'no-such-branch' };
    expect(await workAtRisk({ ...gone, baseCommit: made.baseCommit })).toMatchObject({ unmerged: 1 });
    expect((await workAtRisk({ ...gone, baseCommit: null })).unmerged).toBeGreaterThan(0);
  });
});
