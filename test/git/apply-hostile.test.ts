import {
  existsSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Side, Wish } from '../../src/core/apply.ts';
import { Ground } from '../../src/git/ground.ts';
import { carry, createPair } from './applying.ts';
import { filesOf, freshFolder, newRepo, put, run } from './repo.ts';

const side = (text: string, mode = '100644'): Side => ({ mode, bytes: Buffer.from(text) });
const wish = (name: string, more: Partial<Wish> = {}): Wish => ({
  ...{ file: name, name: Buffer.from(name), from: null, base: null, theirs: side('evil\n'), partial: false },
  ...more,
});

/** A project beside a folder that nobody may write to. */
function besides() {
  const root = newRepo({ 'src/x.txt': 'x\n' });
  const outside = freshFolder('outside');
  writeFileSync(join(outside, 'x.txt'), 'x\n');
  return {
    root,
    outside,
    isUntouched: () => expect(filesOf(outside)).toEqual({ 'x.txt': `644 ${Buffer.from('x\n').toString('base64')}` }),
  };
}

test('names that lead out of the project or into git are refused, also as the old name of a rename', async () => {
  const { root, isUntouched } = besides();
  const before = filesOf(root);
  const hooks = filesOf(join(root, '.git'));
  const names = [
    '../x.txt',
    '/etc/boocode-test',
    '.git/hooks/post-checkout',
    'src/.GIT/config',
    'git~1/config',
    '.g\u200cit/x',
    'src/../../x',
  ];
  const outcomes = await carry(
    root,
    names.flatMap((name) => [wish(name), wish(`ok-${name.length}`, { from: Buffer.from(name), base: side('x\n') })]),
  );
  expect(Object.values(outcomes).filter((one) => !one.startsWith('refused: its name leads'))).toEqual([]);
  expect(filesOf(root)).toEqual(before);
  expect(filesOf(join(root, '.git'))).toEqual(hooks);
  isUntouched();
});

test('no link is followed: not the file, not a folder on the way, however deep, nor one that leads back inside', async () => {
  const { root, outside, isUntouched } = besides();
  symlinkSync(outside, join(root, 'away'));
  symlinkSync(join(outside, 'x.txt'), join(root, 'file'));
  symlinkSync('src', join(root, 'within'));
  mkdirSync(join(root, 'deep'));
  symlinkSync(outside, join(root, 'deep/er'));
  symlinkSync(join(outside, 'absent'), join(root, 'dangling'));
  const outcomes = await carry(root, [
    wish('away/x.txt', { base: side('x\n') }),
    wish('away/new.txt'),
    wish('deep/er/and/new.txt'),
    wish('within/x.txt', { base: side('x\n') }),
    wish('file', { base: side('x\n') }),
    wish('dangling'),
    wish('away/x.txt/', { base: side('x\n'), theirs: null }),
  ]);
  expect(outcomes).toEqual({
    'away/x.txt': 'conflict: away is a link there',
    'away/new.txt': 'conflict: away is a link there',
    'deep/er/and/new.txt': 'conflict: deep/er is a link there',
    'within/x.txt': 'conflict: within is a link there',
    file: expect.stringMatching(/^conflict: /),
    dangling: 'conflict: there is another file of this name',
    'away/x.txt/': 'refused: its name leads outside the project',
  });
  isUntouched();
  expect(existsSync(join(outside, 'absent'))).toBe(false);
});

test('a link that an agent made is written as a link, and nothing is written through it', async () => {
  const { root, outside, isUntouched } = besides();
  const outcomes = await carry(root, [
    wish('dir2', { theirs: side(outside, '120000') }),
    wish('dir2/x.txt', { theirs: side('evil\n') }),
    wish('.gitattributes', { theirs: side('/etc/passwd', '120000') }),
    wish('sub', { theirs: { mode: '160000', bytes: Buffer.alloc(0) } }),
  ]);
  expect(outcomes).toMatchObject({
    '.gitattributes': 'refused: git does not take its own rules from a link',
    sub: 'refused: it is a submodule: merge its commit by git',
  });
  expect([outcomes.dir2, outcomes['dir2/x.txt']].filter((one) => one === 'written')).toHaveLength(1);
  if (outcomes.dir2 === 'written') expect(readlinkSync(join(root, 'dir2'))).toBe(outside);
  isUntouched();
});

test('what is exchanged between the plan and the write is found at the last look', async () => {
  const { root, outside, isUntouched } = besides();
  put(root, { 'a/b/one.txt': '1\n', 'two.txt': '2\n', 'three.txt': '3\n' });
  const wishes = [
    wish('a/b/one.txt', { base: side('1\n') }),
    wish('a/b/new.txt'),
    wish('two.txt', { base: side('2\n') }),
    wish('three.txt', { base: side('3\n'), theirs: null }),
    wish('fresh.txt'),
  ];
  const outcomes = await carry(root, wishes, () => {
    renameSync(join(root, 'a/b'), join(root, 'a/c'));
    symlinkSync(outside, join(root, 'a/b'));
    writeFileSync(join(root, 'two.txt'), '2 and more\n');
    unlinkSync(join(root, 'three.txt'));
    symlinkSync(join(outside, 'x.txt'), join(root, 'three.txt'));
    writeFileSync(join(root, 'fresh.txt'), 'mine\n');
  });
  expect(outcomes).toEqual({
    'a/b/one.txt': 'failed: a/b is a link there',
    'a/b/new.txt': 'failed: a/b is a link there',
    'two.txt': 'failed: it was changed in this very moment',
    'three.txt': 'failed: it was changed in this very moment',
    'fresh.txt': 'failed: it was changed in this very moment',
  });
  isUntouched();
  expect(readFileSync(join(root, 'two.txt'), 'utf8')).toBe('2 and more\n');
  expect(readFileSync(join(root, 'fresh.txt'), 'utf8')).toBe('mine\n');
  expect(readFileSync(join(root, 'a/c/one.txt'), 'utf8')).toBe('1\n');
});

test('folders that dance while files are written never lead a byte outside', async () => {
  const { root, outside, isUntouched } = besides();
  put(root, { 'd/e/x.txt': 'x\n' });
  let turning = true;
  // A folder that was made there in the moment between.
  const instead = (step: () => void) => {
    try {
      step();
    } catch {
      rmSync(join(root, 'd/e'), { recursive: true });
      step();
    }
  };
  const dance = (async () => {
    for (let turn = 0; turning; turn++) {
      renameSync(join(root, 'd/e'), join(root, 'd/real'));
      instead(() => symlinkSync(outside, join(root, 'd/e')));
      await new Promise((resolve) => setImmediate(resolve));
      unlinkSync(join(root, 'd/e'));
      instead(() => renameSync(join(root, 'd/real'), join(root, 'd/e')));
      for (let rest = turn % 40; rest > 0; rest--) await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  const ground = await Ground.open(root);
  let written = 0;
  for (let round = 0; round < 200; round++) {
    const name = Buffer.from(round % 2 === 0 ? 'd/e/x.txt' : `d/e/new${round}.txt`);
    try {
      const found = await ground.read(name);
      const content = { link: false, bits: 0o644, bytes: Buffer.from(`${round}\n`), exact: true };
      await ground.put(name, content, { stamp: found?.stamp ?? null, temp: Buffer.from('.boocode-t') });
      written++;
    } catch {
      // Refused: that is what the dance is for.
    }
  }
  turning = false;
  await dance;
  await ground.close();
  expect(written).toBeGreaterThan(0);
  isUntouched();
});

test('a checkout that was replaced by a link is not one', async () => {
  const { root, outside, isUntouched } = besides();
  const ground = await Ground.open(root);
  renameSync(root, `${root}-moved`);
  symlinkSync(outside, root);
  const content = { link: false, bits: 0o644, bytes: Buffer.from('evil\n'), exact: true };
  const how = { stamp: null, temp: Buffer.from('.boocode-t') };
  await expect(ground.put(Buffer.from('x2.txt'), content, how)).rejects.toThrow('moved or replaced');
  await ground.close();
  await expect(Ground.open(root)).rejects.toMatchObject({ code: 'conflict' });
  isUntouched();
  expect(existsSync(join(`${root}-moved`, 'x2.txt'))).toBe(false);
  rmSync(root);
});

test('where capitals do not count, a new name that differs only in them is refused', async () => {
  const { root } = besides();
  run(root, 'config', 'core.ignoreCase', 'true');
  expect(await carry(root, [wish('SRC/x.txt'), wish('A.TXT'), wish('src/Ü'), wish('src/ok')])).toMatchObject({
    'A.TXT': 'conflict: a.txt is there, which differs in capitals only',
    'src/ok': 'written',
  });
});

test('a fifo, a folder and a file that cannot be read are told, not waited for', async () => {
  const { root } = besides();
  const { execFileSync } = await import('node:child_process');
  execFileSync('mkfifo', [join(root, 'fifo')]);
  const long = 'n'.repeat(300);
  expect(
    await carry(root, [wish('fifo', { base: side('x\n') }), wish('src', { base: side('x\n') }), wish(long)]),
  ).toEqual({
    [long]: 'refused: it cannot be read there: name too long',
    fifo: 'conflict: something that is no file is there',
    src: 'conflict: a folder of this name is there',
  });
});

test('hooks and monitors of the repository never run', async () => {
  const { root, worktree, apply } = await createPair({ 'f.txt': 'f\n' });
  const mark = join(freshFolder('mark'), 'ran');
  for (const hook of ['post-index-change', 'pre-commit', 'post-checkout', 'reference-transaction', 'post-commit'])
    writeFileSync(join(root, '.git/hooks', hook), `#!/bin/sh\ntouch ${mark}\nexit 1\n`, { mode: 0o755 });
  run(root, 'config', 'core.fsmonitor', `touch ${mark}; false`);
  put(worktree, { 'f.txt': 'F\n' });
  rmSync(mark, { force: true });
  expect(await apply()).toEqual({ 'f.txt': 'written' });
  expect(existsSync(mark)).toBe(false);
});
