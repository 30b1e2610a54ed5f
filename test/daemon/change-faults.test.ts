import { spawnSync } from 'node:child_process';
import { type FSWatcher, mkdirSync, renameSync, rmSync, utimesSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Checkout, type CheckoutOptions } from '../../src/daemon/changes/checkout.ts';
import { git } from '../../src/git/run.ts';
import { commit, freshFolder, newRepo, put, run } from '../git/repo.ts';
import { until } from '../support/wait.ts';

const open: Checkout[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A worktree on a branch of its own, not followed yet. */
function worktree(files: Record<string, string> = {}): { root: string; at: string; base: string } {
  const root = newRepo(files);
  const at = join(freshFolder('wt'), 'w');
  run(root, 'worktree', 'add', '-q', '-b', 'boo/x', at);
  return { root, at, base: run(root, 'rev-parse', 'HEAD') };
}

function follow(at: string, base: string | null, more: Partial<CheckoutOptions> = {}) {
  const trouble: string[] = [];
  const log: string[] = [];
  let told = 0;
  const checkout = new Checkout({
    path: at,
    from: () => ({ base: null, baseCommit: base }),
    excludes: async () => [],
    onChange: () => void told++,
    onTrouble: (reason) => trouble.push(reason),
    log: (text) => log.push(text),
    ...more,
  });
  open.push(checkout);
  const files = () => checkout.changes.map(({ kind, file }) => `${kind} ${file}`);
  const see = (...wanted: string[]) =>
    until(wanted.join(', ') || 'no change', () => JSON.stringify(files()) === JSON.stringify(wanted), { seen: files });
  return { checkout, trouble, log, files, see, told: () => told };
}

/** The system's watch, but only so many of them. */
function limited(most: number): typeof watch {
  let left = most;
  return ((...args: Parameters<typeof watch>) => {
    if (left-- <= 0) throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' });
    return watch(...args);
  }) as typeof watch;
}
/** A watch that never says anything: every event is missed. */
const deaf = ((path: string) => {
  const watcher = watch(path, () => {});
  return watcher as FSWatcher;
}) as typeof watch;

test('without watches it is polled, and that is said once', async () => {
  const { at, base } = worktree({ 'd1/x': '', 'd2/x': '', 'd3/x': '' });
  const { checkout, see, trouble } = follow(at, base, { watch: limited(3) });
  await checkout.follow();
  expect(trouble).toEqual([expect.stringContaining('max_user_watches')]);
  put(at, { 'd3/new': 'n\n' });
  await see('created d3/new');
  put(at, { 'a.txt': 'other\n' });
  await see('edited a.txt', 'created d3/new');
  expect(trouble).toHaveLength(1);
});

test('what was missed is found by the next look at everything', async () => {
  const { at, base } = worktree();
  const { checkout, files } = follow(at, base, { watch: deaf });
  await checkout.follow();
  put(at, { 'missed.txt': 'm\n' });
  expect(files()).toEqual([]);
  await checkout.look();
  expect(files()).toEqual(['created missed.txt']);
});

test('a corrupt index of the agent, and a lock that a crashed git left, hide nothing', async () => {
  const { at, base } = worktree();
  const { checkout, see } = follow(at, base);
  await checkout.follow();
  const own = run(at, 'rev-parse', '--absolute-git-dir');
  put(own, { index: 'no index at all', 'index.lock': '' });
  put(at, { 'a.txt': 'other\n' });
  await see('edited a.txt');
  await checkout.look();
  await see('edited a.txt');
});

/** Older than any index: no look takes it for changed, and reads it again, only because it was written a moment ago. */
const old = (at: string, ...names: string[]) => {
  for (const name of names) utimesSync(join(at, name), 1_000_000_000, 1_000_000_000);
};

test('contents that only we knew and git has swept away long after are read again', async () => {
  // Where git need not convert, a diff reads the file itself, and misses nothing.
  const { root, at, base } = worktree({ '.gitattributes': '* text=auto\n' });
  const { checkout, see } = follow(at, base);
  put(at, { 'a.txt': 'other\n', 'new.txt': 'n\n' });
  old(at, 'a.txt', 'new.txt');
  await checkout.follow();
  await see('edited a.txt', 'created new.txt');
  // A look that is still under way writes it again.
  const sweep = (blob: string) =>
    until('it is swept away', () => {
      run(root, 'gc', '-q', '--prune=now');
      return spawnSync('git', ['cat-file', '-e', blob], { cwd: root }).status !== 0;
    });
  await sweep(checkout.changes[0]!.newBlob);
  await checkout.look();
  await see('edited a.txt', 'created new.txt');
  await sweep(checkout.changes[0]!.newBlob);
  put(at, { 'b.txt': 'b\n' });
  await see('edited a.txt', 'created b.txt', 'created new.txt');
});

test('a file that has CRLF in HEAD is no change, whatever the looks begin from', async () => {
  const { root, at, base } = worktree({ 'crlf.txt': 'a\r\nb\r\n' });
  const { checkout, see, files } = follow(at, base);
  // As if it had been committed before the attributes: git leaves its line ends alone while its index knows them.
  put(at, { '.gitattributes': '* text=auto\n' });
  old(at, 'crlf.txt');
  await checkout.follow();
  await see('created .gitattributes');
  const own = run(at, 'rev-parse', '--absolute-git-dir');
  const looks = Array.from({ length: 4 }, () => [checkout.shadow!.rebuild(), checkout.shadow!.refresh(null)]);
  await Promise.all(looks.flat());
  put(at, { 'a.txt': 'other\n' });
  await see('created .gitattributes', 'edited a.txt');
  put(own, { index: 'no index at all', 'boocode-shadow': 'none either' });
  await checkout.look();
  expect(files()).toEqual(['created .gitattributes', 'edited a.txt']);
  rmSync(join(own, 'index'));
  rmSync(join(own, 'boocode-shadow'));
  await checkout.look();
  expect(files()).toEqual(['created .gitattributes', 'edited a.txt']);
  expect(run(root, 'fsck', '--no-dangling')).toBe('');
});

test('objects swept away in the middle come again from the files', async () => {
  const { root, at, base } = worktree();
  const { checkout, see, files } = follow(at, base);
  await checkout.follow();
  put(at, { 'new.txt': 'n\n' });
  await see('created new.txt');
  run(root, 'gc', '-q', '--prune=now');
  put(at, { 'b.txt': 'b\n' });
  await see('created b.txt', 'created new.txt');
  await checkout.look();
  expect(files()).toEqual(['created b.txt', 'created new.txt']);
});

test('a worktree that is deleted, moved away and brought back', async () => {
  const { root, at, base } = worktree();
  const { checkout, see } = follow(at, base);
  await checkout.follow();
  put(at, { 'new.txt': 'n\n' });
  await see('created new.txt');
  renameSync(at, `${at}-moved`);
  await expect(checkout.look()).rejects.toThrow(/no folder/);
  await see();
  renameSync(`${at}-moved`, at);
  await checkout.look();
  await see('created new.txt');
  rmSync(at, { recursive: true });
  await expect(checkout.look()).rejects.toThrow(/no folder/);
  expect(run(root, 'status', '--porcelain')).toBe('');
});

test('no commit at all, a detached HEAD, a shallow clone', async () => {
  const empty = freshFolder('empty');
  run(empty, 'init', '-q');
  put(empty, { 'first.txt': '1\n' });
  const one = follow(empty, null);
  await one.checkout.follow();
  await one.see('created first.txt');

  const { root, at, base } = worktree();
  run(at, 'checkout', '-q', '--detach');
  const two = follow(at, base);
  await two.checkout.follow();
  commit(at, { 'committed.txt': 'c\n' });
  await two.see('created committed.txt');

  commit(root, { 'a.txt': 'second\n' });
  const shallow = join(freshFolder('shallow'), 's');
  run(root, 'clone', '-q', '--depth', '1', `file://${root}`, shallow);
  const three = follow(shallow, null);
  await three.checkout.follow();
  put(shallow, { 'a.txt': 'third\n' });
  await three.see('edited a.txt');
});

test('submodules and nested repositories are named, with whether something in them is not committed there', async () => {
  const inner = newRepo({ 'inner.txt': 'i\n' });
  const { root, at, base: first } = worktree();
  let base = first;
  const { checkout, see, told, files } = follow(at, null, { from: () => ({ base: null, baseCommit: base }) });
  await checkout.follow();
  run(at, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
  await see('created .gitmodules', 'created sub');
  const before = told();
  const edited = () => checkout.changes.filter((one) => one.editedInside).map(({ file }) => file);
  expect(edited()).toEqual([]);
  put(at, { 'sub/inner.txt': 'work inside\n' });
  await until('the edit inside', () => edited().length === 1, { seen: edited });
  expect(told() - before).toBe(1);
  run(at, 'add', '-A');
  run(at, 'commit', '-q', '-m', 'with a submodule');
  base = run(at, 'rev-parse', 'HEAD');
  await see('edited sub');
  expect(edited()).toEqual(['sub']);
  run(join(at, 'sub'), 'checkout', '-q', 'inner.txt');
  await see();
  put(at, { 'sub/deep/untracked.txt': 'u\n' });
  await see('edited sub');
  run(join(at, 'sub'), 'add', '-A');
  run(join(at, 'sub'), 'commit', '-q', '-m', 'inside');
  await until('the commit inside', () => edited().length === 0, { seen: edited });
  expect(files()).toEqual(['edited sub']);
  base = first;
  checkout.moved();
  run(at, 'clone', '-q', inner, 'nested');
  await checkout.look();
  await see('created .gitmodules', 'created nested', 'created sub');
  expect(run(root, 'status', '--porcelain')).toBe('');
});

test('a formatter over the whole tree, and what an install writes into ignored folders', async () => {
  const many = Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`src/p${n % 40}/f${n}.ts`, `a${n}\n`]));
  const { at, base } = worktree({ ...many, '.gitignore': 'node_modules/\n' });
  const { checkout, files, told } = follow(at, base);
  await checkout.follow();
  const before = told();
  mkdirSync(join(at, 'node_modules'));
  for (let n = 0; n < 800; n++) put(at, { [`node_modules/p${n}/index.js`]: 'x' });
  put(at, { 'mark.txt': 'm\n' });
  await until('the mark', () => files().length === 1, { seen: files });
  expect(told() - before).toBe(1);
  for (const [name, text] of Object.entries(many)) writeFileSync(join(at, name), `  ${text}`);
  await until('all files', () => files().length === 1201, { seen: () => files().length });
});

test('a broken index is said in plain words, with what mends it', async () => {
  const { at } = worktree();
  put(run(at, 'rev-parse', '--absolute-git-dir'), {
    index: 'no index at all, and longer than the least that git reads',
  });
  await expect(git(['ls-files'], { cwd: at })).rejects.toMatchObject({
    message: expect.stringContaining(`the index of ${at} is broken`),
    hint: expect.stringContaining('git reset'),
  });
});
