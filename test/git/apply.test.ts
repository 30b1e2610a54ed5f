import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createRandom } from '../support/random.ts';
import { createPair } from './applying.ts';
import { commit, filesOf, put, refsOf, run, statusOf } from './repo.ts';

const bytes = (path: string) => readFileSync(path).toString('latin1');

test('every kind of change arrives exactly, and is taken back exactly', async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `line ${index}\n`).join('');
  const odd = Buffer.from('sp ace/\xff\xfe "q"\n.txt', 'latin1');
  const at = (folder: string, name: Buffer) => Buffer.concat([Buffer.from(`${folder}/`), name]);
  const { root, worktree, look, apply, reject } = await createPair({
    'old name.txt': lines,
    'gone/deep/x.txt': 'x\n',
    'run.sh': '#!/bin/sh\n',
    'crlf.txt': 'a\r\nb\r\n',
    'noeol.txt': 'one\ntwo',
    'bin.dat': Buffer.from([0, 1, 2]),
    'was-file': 'f\n',
    'was-folder/inside': 'i\n',
    'huge.txt': 'small\n',
  });
  const before = filesOf(worktree);
  put(worktree, {
    'a.txt': 'one\nTWO\nthree\n',
    'new/deep/file.txt': Buffer.from('\xff\n', 'latin1'),
    'bin.dat': Buffer.from([0, 1, 3]),
    'crlf.txt': 'a\r\nB\r\n',
    'noeol.txt': 'one\nTWO',
    'huge.txt': `${'0123456789abcdef'.repeat(4)}\n`.repeat(150_000),
    empty: '',
  });
  mkdirSync(join(worktree, 'sp ace'));
  writeFileSync(at(worktree, odd), 'odd\n');
  run(worktree, 'mv', 'old name.txt', 'new name.txt');
  writeFileSync(join(worktree, 'new name.txt'), lines.replace('line 7\n', 'line seven\n'));
  rmSync(join(worktree, 'gone'), { recursive: true });
  chmodSync(join(worktree, 'run.sh'), 0o755);
  symlinkSync('/etc/passwd', join(worktree, 'link'));
  unlinkSync(join(worktree, 'was-file'));
  put(worktree, { 'was-file/inside': 'i\n' });
  rmSync(join(worktree, 'was-folder'), { recursive: true });
  put(worktree, { 'was-folder': 'f\n' });
  const changed = filesOf(worktree);
  const refs = refsOf(root);
  const outcomes = await apply();
  expect(Object.values(outcomes).filter((one) => one !== 'written')).toEqual([]);
  expect(filesOf(root)).toEqual(changed);
  expect(existsSync(join(root, 'gone'))).toBe(false);
  expect(refsOf(root)).toEqual(refs);
  expect(run(root, 'diff', '--cached', '--name-only')).toBe('');
  expect(run(root, 'fsck', '--no-dangling')).toBe('');
  expect(Object.values(await apply()).filter((one) => one !== 'unchanged')).toEqual([]);

  expect(Object.values(await reject()).filter((one) => one !== 'written')).toEqual([]);
  expect(filesOf(worktree)).toEqual(before);
  expect(await look()).toEqual([]);
});

test('a file that both changed merges, or stays as it is with the reason; others are not touched', async () => {
  const text = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('');
  const { root, worktree, apply } = await createPair({
    t: text,
    clash: text,
    moved: text,
    gone: text,
    bin: Buffer.from([0]),
    mode: 'm\n',
  });
  put(worktree, {
    t: text.replace('3\n', 'three\n'),
    clash: text.replace('3\n', 'three\n'),
    gone: `${text}more\n`,
    bin: Buffer.from([0, 1]),
    new: 'n\n',
  });
  run(worktree, 'mv', 'moved', 'elsewhere');
  chmodSync(join(worktree, 'mode'), 0o755);
  rmSync(join(worktree, 'dir'), { recursive: true });
  put(root, {
    t: text.replace('12\n', 'twelve\n'),
    clash: text.replace('3\n', 'drei\n'),
    moved: `top\n${text}`,
    bin: Buffer.from([0, 2]),
    new: 'mine\n',
    mode: 'M\n',
    'dir/b.txt': 'B\n',
  });
  rmSync(join(root, 'gone'));
  chmodSync(join(root, 't'), 0o600);
  const before = filesOf(root);
  expect(await apply()).toEqual({
    bin: 'conflict: it has been changed there too, and cannot be merged line by line',
    clash: 'conflict: both changed the same lines, or lines that touch',
    'dir/b.txt': 'conflict: it is to be deleted, and has been changed there',
    elsewhere: 'written',
    gone: 'conflict: it has been deleted there',
    mode: 'written',
    new: 'conflict: there is another file of this name',
    t: 'merged',
  });
  const { t, moved, elsewhere, mode, ...rest } = { elsewhere: '', ...filesOf(root) } as Record<string, string>;
  const { t: _t, moved: wasMoved, mode: _mode, ...others } = before;
  expect(rest).toEqual(others);
  expect(moved).toBeUndefined();
  expect(elsewhere).toBe(wasMoved);
  expect(mode).toBe(`755 ${Buffer.from('M\n').toString('base64')}`);
  expect(t).toBe(`600 ${Buffer.from(text.replace('3\n', 'three\n').replace('12\n', 'twelve\n')).toString('base64')}`);
});

test('line ends: what nobody asked to change keeps its bytes, whatever autocrlf and attributes say', async () => {
  const text = Array.from({ length: 12 }, (_, index) => `${index}\n`).join('');
  const crlf = (content: string) => content.replaceAll('\n', '\r\n');
  const edit = (content: string) => content.replace(/^3(\r?\n)/m, 'three$1');
  const { root, worktree, apply, reject } = await createPair(
    { plain: text, mixed: text, lf: text, native: text, 'enc.txt': 'ä\n' },
    { 'core.autocrlf': 'true' },
  );
  commit(root, { '.gitattributes': 'lf text eol=lf\nid ident\n' });
  for (const name of ['plain', 'mixed', 'native']) put(worktree, { [name]: edit(crlf(text)) });
  put(worktree, { lf: edit(text), new: 'a\r\nb\r\n' });
  const mixed = crlf(text).replace('7\r\n', '7\n');
  put(root, { plain: crlf(text), mixed, lf: text, native: text });
  expect(await apply()).toEqual({
    lf: 'written',
    mixed: 'written',
    native: 'written',
    new: 'written',
    plain: 'written',
  });
  expect(bytes(join(root, 'plain'))).toBe(edit(crlf(text)));
  expect(bytes(join(root, 'mixed'))).toBe(edit(mixed));
  expect(bytes(join(root, 'native'))).toBe(edit(text));
  expect(bytes(join(root, 'lf'))).toBe(edit(text));
  expect(bytes(join(root, 'new'))).toBe('a\r\nb\r\n');
  await reject(({ file, pieces }) => (file === 'mixed' ? pieces.map(({ id }) => id) : []));
  expect(bytes(join(worktree, 'mixed'))).toBe(crlf(text));
});

test('a filter of the repository writes what it makes of the content; pointers stay pointers; a failing one writes nothing', async () => {
  const rot = 'tr a-z n-za-m';
  const attributes = '*.rot filter=rot\n*.lfs filter=lfs\n*.bad filter=bad\n';
  const { root, worktree, apply } = await createPair(
    {
      '.gitattributes': attributes,
      'x.rot': 'secret\nlines\nof\ntext\n',
      'p.lfs': 'version 1\na\nb\nsize 1\n',
      'y.bad': 'y\n',
    },
    { 'filter.rot.clean': rot, 'filter.rot.smudge': rot },
  );
  expect(run(root, 'cat-file', 'blob', 'HEAD:x.rot')).toContain('frperg');
  put(worktree, {
    'x.rot': 'secret\nlines\nof\nmore\ntext\nend\n',
    'p.lfs': 'version 2\na\nb\nsize 2\n',
    'y.bad': 'Y\n',
  });
  expect(await apply(({ pieces }) => pieces.slice(0, 1).map(({ id }) => id))).toMatchObject({
    'x.rot': 'refused: git keeps it through a filter: it goes as a whole only',
    'p.lfs': 'written',
  });
  // A filter that the config has no program for is none.
  expect(bytes(join(root, 'p.lfs'))).toBe('version 2\na\nb\nsize 1\n');
  expect(await apply()).toMatchObject({ 'x.rot': 'written' });
  expect(bytes(join(root, 'x.rot'))).toBe('secret\nlines\nof\nmore\ntext\nend\n');
  expect(bytes(join(root, 'p.lfs'))).toBe('version 2\na\nb\nsize 2\n');
  run(root, 'config', 'filter.bad.smudge', 'false');
  run(root, 'config', 'filter.bad.required', 'true');
  put(worktree, { 'y.bad': 'why\n' });
  const before = filesOf(root);
  const outcome = await carryQuietly(apply);
  expect(outcome).toMatch(/^refused: |smudge|clean/);
  expect(filesOf(root)['y.bad']).toBe(before['y.bad']);
});

const carryQuietly = async (apply: () => Promise<Record<string, string>>) =>
  apply().then(
    (outcomes) => outcomes['y.bad'],
    (error: Error) => error.message,
  );

test('any pieces of any edit arrive in any target that changed elsewhere', async () => {
  const random = createRandom(7);
  const { root, worktree, apply } = await createPair({ f: 'x\n' });
  const ends = ['\n', '\n', '\n', '\r\n'];
  for (let round = 0; round < 25; round++) {
    const line = (n: number) => `${round} ${n} ${random.below(4)}${random.pick(ends)}`;
    const base = Array.from({ length: 60 }, (_, n) => line(n));
    const fresh = () => Array.from({ length: random.below(3) }, () => `${random.below(1e6)}\n`);
    // Blocks of ten lines: each is edited by the agent, by the person, or by nobody, and never at its edges.
    const owners = Array.from({ length: 6 }, () => random.pick(['agent', 'agent', 'person', 'nobody']));
    const edited = (who: string) =>
      owners.map((owner, block) => {
        const part = base.slice(block * 10, block * 10 + 10);
        if (owner === who) part.splice(2 + random.below(3), random.below(4), ...fresh(), `${who} ${block}\n`);
        return part;
      });
    put(worktree, { f: base.join('') });
    run(worktree, 'commit', '-qam', 'base');
    run(root, 'merge', '-q', '--ff-only', 'boo/x');
    const agent = edited('agent');
    const person = edited('person');
    const chosen = owners.map((owner) => owner === 'agent' && random.chance(0.6));
    put(worktree, { f: agent.flat().join('') });
    put(root, { f: person.flat().join('') });
    const expected = owners.map((_, block) => (chosen[block] ? agent[block] : person[block])!.join('')).join('');
    const outcomes = await apply(({ pieces }) =>
      pieces.filter(({ oldStart }) => chosen[Math.floor((oldStart - 0.5) / 10)]).map(({ id }) => id),
    );
    expect(Object.values(outcomes).filter((one) => !/^(written|merged)$/.test(one))).toEqual([]);
    expect(bytes(join(root, 'f'))).toBe(expected);
    run(root, 'checkout', '-q', '--', '.');
    expect(statusOf(root)).toEqual([]);
  }
});
