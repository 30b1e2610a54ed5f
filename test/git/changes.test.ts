import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { linesOf } from '../../src/core/patch/parse.ts';
import { withPieces } from '../../src/core/patch/pieces.ts';
import { changesOf, type RawChange } from '../../src/git/changes.ts';
import { nameBytes, nameText } from '../../src/git/names.ts';
import { HUGE_BYTES, openShadow } from '../../src/git/shadow.ts';
import { commit, freshFolder, newRepo, put, refsOf, run, statusOf } from './repo.ts';

async function world(files: Record<string, string | Buffer> = {}) {
  const root = newRepo(files);
  const worktree = join(freshFolder('wt'), 'w');
  run(root, 'worktree', 'add', '-q', '-b', 'boo/x', worktree);
  const base = run(root, 'rev-parse', 'HEAD');
  const shadow = await openShadow(worktree);
  const look = async (paths: string[] | null = null) => {
    await shadow.refresh(paths?.map((path) => Buffer.from(path)) ?? null);
    return changesOf(shadow, base);
  };
  return { root, worktree, base, shadow, look };
}

const brief = (changes: RawChange[]) =>
  changes.map(({ kind, file, from, content, oldMode, newMode, pieces }) => [
    from === null ? `${kind} ${file}` : `${kind} ${from} > ${file}`,
    content,
    `${oldMode} ${newMode}`,
    pieces.length,
  ]);

test('every kind of change is seen, committed or not, staged or not, untracked or not; nothing of the person’s moves', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('');
  const { root, worktree, look } = await world({
    'old name.txt': lines,
    'gone.txt': 'x\n',
    'run.sh': '#!/bin/sh\n',
    'crlf.txt': 'a\r\nb\r\n',
    link: 'file',
  });
  commit(worktree, { 'committed.txt': 'c\n' });
  put(worktree, { 'staged.txt': 's' });
  run(worktree, 'add', 'staged.txt');
  put(worktree, {
    'a.txt': 'one\nTWO\nthree\n',
    'untracked/ü "q"\n.txt': 'u\n',
    'x.log': 'ignored',
    'bin.dat': Buffer.from([0, 1, 2]),
    'crlf.txt': 'a\r\nB\r\n',
    empty: '',
  });
  run(worktree, 'mv', 'old name.txt', 'new name.txt');
  writeFileSync(join(worktree, 'new name.txt'), lines.replace('line 7\n', 'line seven\n'));
  rmSync(join(worktree, 'gone.txt'));
  chmodSync(join(worktree, 'run.sh'), 0o755);
  unlinkSync(join(worktree, 'link'));
  symlinkSync('a.txt', join(worktree, 'link'));
  const before = { status: statusOf(worktree), refs: refsOf(root), staged: run(worktree, 'diff', '--cached') };

  expect(brief(await look())).toEqual([
    ['edited a.txt', 'text', '100644 100644', 1],
    ['created bin.dat', 'binary', '000000 100644', 0],
    ['created committed.txt', 'text', '000000 100644', 1],
    ['edited crlf.txt', 'text', '100644 100644', 1],
    ['created empty', 'mode', '000000 100644', 0],
    ['deleted gone.txt', 'text', '100644 000000', 1],
    ['edited link', 'binary', '100644 120000', 0],
    ['renamed old name.txt > new name.txt', 'text', '100644 100644', 1],
    ['edited run.sh', 'mode', '100644 100755', 0],
    ['created staged.txt', 'text', '000000 100644', 1],
    ['created "untracked/\\303\\274 \\"q\\"\\n.txt"', 'text', '000000 100644', 1],
  ]);
  expect({ status: statusOf(worktree), refs: refsOf(root), staged: run(worktree, 'diff', '--cached') }).toEqual(before);
  expect(run(root, 'fsck', '--no-dangling')).toBe('');
});

test('a path alone is looked at, also when it is gone, never was, is ignored, or became a folder', async () => {
  const { worktree, look } = await world();
  expect(await look()).toEqual([]);
  put(worktree, { 'a.txt': 'other\n', 'new.txt': 'n\n', 'x.log': 'ignored\n' });
  expect(brief(await look(['new.txt'])).map(([what]) => what)).toEqual(['created new.txt']);
  expect(brief(await look(['a.txt', 'x.log', 'never/was.txt'])).map(([what]) => what)).toEqual([
    'edited a.txt',
    'created new.txt',
  ]);
  rmSync(join(worktree, 'new.txt'));
  rmSync(join(worktree, 'dir'), { recursive: true });
  expect(brief(await look(['new.txt', 'dir'])).map(([what]) => what)).toEqual(['edited a.txt', 'deleted dir/b.txt']);
  rmSync(join(worktree, 'a.txt'));
  mkdirSync(join(worktree, 'a.txt'));
  put(worktree, { 'a.txt/inside': 'i\n' });
  expect(brief(await look(['a.txt'])).map(([what]) => what)).toEqual([
    'deleted a.txt',
    'created a.txt/inside',
    'deleted dir/b.txt',
  ]);
});

test('content is kept byte for byte: no line feed at the end, lone carriage returns, bytes that are no text', async () => {
  const { worktree, look, shadow } = await world({ 'odd.txt': Buffer.from('a\rb\n\xff\xfe\nlast', 'latin1') });
  const after = Buffer.from('a\rb\n\xff\xfe!\nlast\r\n', 'latin1');
  put(worktree, { 'odd.txt': after });
  const [change] = await look(['odd.txt']);
  const base = (await shadow.git(['cat-file', 'blob', change!.oldBlob])).toString('latin1');
  expect(withPieces(linesOf(base), change!.pieces)?.join('')).toBe(after.toString('latin1'));
});

test('line ends are compared as git would commit them', async () => {
  const { worktree, look } = await world({ '.gitattributes': '*.txt text=auto eol=crlf\n' });
  put(worktree, { 'a.txt': 'one\r\nTWO\r\nthree\r\n' });
  const [change] = await look();
  expect(change!.pieces.map(({ removed, added }) => [removed, added])).toEqual([[['two\n'], ['TWO\n']]]);
});

test('the same edit has the same name wherever it stands, and a repetition its number', async () => {
  const { worktree, look } = await world({ 'r.txt': 'x\n\n\n\n\n\n\n\nx\n' });
  put(worktree, { 'r.txt': 'y\n\n\n\n\n\n\n\ny\n' });
  const [first] = await look();
  const ids = first!.pieces.map(({ id }) => id);
  expect(ids[1]).toBe(`${ids[0]}.2`);
  put(worktree, { 'r.txt': 'new\ny\n\n\n\n\n\n\n\nx\n' });
  expect((await look(['r.txt']))[0]!.pieces.map(({ id }) => id)).not.toContain(ids[1]);
});

test('a huge file is named and not stored; when it shrinks it is an ordinary one', async () => {
  const { root, worktree, look } = await world();
  put(worktree, { 'big.bin': Buffer.alloc(HUGE_BYTES + 1, 'x') });
  expect(brief(await look())).toEqual([['created big.bin', 'huge', '000000 100644', 0]]);
  expect(Number(run(root, 'count-objects').split(' ')[0])).toBeLessThan(20);
  put(worktree, { 'big.bin': 'small\n' });
  expect(brief(await look(['big.bin']))).toEqual([['created big.bin', 'text', '000000 100644', 1]]);
});

test('a file that was looked at while it grew is as new as before; a huge one of the base is changed only when it is', async () => {
  const { worktree, base, look, shadow } = await world();
  put(worktree, { 'big.bin': 'small\n' });
  expect(brief(await look(['big.bin']))).toEqual([['created big.bin', 'text', '000000 100644', 1]]);
  put(worktree, { 'big.bin': Buffer.alloc(HUGE_BYTES + 1, 'x') });
  expect(brief(await look(['big.bin']))).toEqual([['created big.bin', 'huge', '000000 100644', 0]]);
  expect((await shadow.git(['ls-files', '--', 'big.bin'])).toString()).toBe('');

  run(worktree, 'add', 'big.bin');
  run(worktree, 'commit', '-qm', 'big');
  await shadow.rebuild();
  await look();
  const later = () => changesOf(shadow, 'HEAD');
  expect(brief(await later())).toEqual([]);
  utimesSync(join(worktree, 'big.bin'), 1, 1);
  await shadow.refresh([Buffer.from('big.bin')]);
  expect(brief(await later())).toEqual([]);
  put(worktree, { 'big.bin': Buffer.alloc(HUGE_BYTES + 1, 'y') });
  await shadow.refresh([Buffer.from('big.bin')]);
  expect(brief(await later())).toEqual([['edited big.bin', 'huge', '100644 100644', 0]]);
  expect(brief(await changesOf(shadow, base))).toEqual([['created big.bin', 'huge', '000000 100644', 0]]);
});

test('an unreadable shadow is made anew, a lock left by a killed git is no obstacle, a nested repository without a commit neither', async () => {
  const { worktree, look } = await world();
  put(worktree, { 'a.txt': 'other\n' });
  await look();
  const folder = run(worktree, 'rev-parse', '--absolute-git-dir');
  put(folder, { 'boocode-shadow': 'no index at all', 'boocode-shadow.lock': '' });
  run(worktree, 'init', '-q', 'nested');
  expect(brief(await look(['a.txt'])).map(([what]) => what)).toEqual(['edited a.txt']);
});

test('a commit of what lies there is the same object as long as nothing changes', async () => {
  const { worktree, look, shadow } = await world();
  put(worktree, { 'a.txt': 'other\n' });
  await look();
  const { commit: one } = await shadow.stand();
  await look();
  expect((await shadow.stand()).commit).toBe(one);
  expect(run(worktree, 'show', `${one}:a.txt`)).toBe('other');
  expect(run(worktree, 'rev-parse', `${one}^`)).toBe(run(worktree, 'rev-parse', 'HEAD'));
});

test('names are shown so that they can be turned back', () => {
  for (const name of [
    Buffer.from('plain ü 漢.txt'),
    Buffer.from('"quoted"'),
    Buffer.from('a\nb\tc\\d'),
    Buffer.from([0x63, 0xe9]),
    Buffer.from('a\x1b[31m'),
  ]) {
    const text = nameText(name);
    expect(nameBytes(text)).toEqual(name);
    expect(text).not.toMatch(/[\0-\x1f\x7f]/);
  }
  expect(nameText(Buffer.from([0x63, 0xe9]))).toBe('"c\\351"');
});
