import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { patchText, visible } from '../../src/cli/patch-text.ts';
import { painter } from '../../src/cli/print.ts';
import { createWorld } from '../daemon/world.ts';
import { boocode, json } from './boocode.ts';

const world = createWorld();
const { root } = world;
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' });
const lines = (edit: (n: number) => string | number = (n) => n) =>
  Array.from({ length: 30 }, (_, index) => `${edit(index + 1)}\n`).join('');
const odd = Buffer.from('caf\xe9 "q"\n.txt', 'latin1');

test('changes lists files and hunks; the patch of diff is exact for git apply, whatever the files are called', async () => {
  mkdirSync(join(root, 'sub'));
  writeFileSync(join(root, 'long.txt'), lines());
  writeFileSync(join(root, 'sub/old.txt'), 'one\ntwo\nthree\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'files');
  const client = await world.connect();
  const { worktree } = await world.start(client, 'edits', ['cat'], { worktree: true });
  const at = (name: string) => join(worktree!, name);
  writeFileSync(
    at('long.txt'),
    lines((n) => (n === 3 || n === 25 ? `line ${n}\r` : n)),
  );
  renameSync(at('sub/old.txt'), at('sub/new.txt'));
  chmodSync(at('file.txt'), 0o755);
  writeFileSync(Buffer.concat([Buffer.from(`${worktree}/`), odd]), Buffer.from('\xff\x1b[31m\n', 'latin1'));
  writeFileSync(at('bin.dat'), Buffer.from([0, 1, 2, 255]));
  const { changes } = json<{
    changes: { agent: string; file: string; kind: string; hunks: { header: string; state: string }[] }[];
  }>(root, 'changes', 'edits');
  expect(changes.map(({ agent, file, kind, hunks }) => [agent, kind, file, hunks.length])).toEqual([
    ['edits', 'created', 'bin.dat', 0],
    ['edits', 'created', '"caf\\351 \\"q\\"\\n.txt"', 1],
    ['edits', 'edited', 'file.txt', 0],
    ['edits', 'edited', 'long.txt', 2],
    ['edits', 'renamed', 'sub/new.txt', 0],
  ]);
  expect(boocode(root, ['changes']).out).toMatch(/^edits 5 files\n {2}A {2}bin\.dat .* binary, pending\n/);
  const patch = execFileSync(process.execPath, [join(import.meta.dirname, '../../bin/boocode.js'), 'diff', 'edits'], {
    cwd: root,
  });
  const copy = join(root, '..', 'copy');
  git(root, 'clone', '-q', root, copy);
  execFileSync('git', ['apply', '--index'], { cwd: copy, input: patch });
  git(worktree!, 'add', '-A');
  expect(git(copy, 'write-tree')).toBe(git(worktree!, 'write-tree'));
  const one = boocode(join(root, 'sub'), ['diff', 'edits', 'new.txt', '"caf\\351 \\"q\\"\\n.txt"']);
  expect(one.out.match(/^diff --git .*$/gm)).toEqual([
    'diff --git "a/caf\\351 \\"q\\"\\n.txt" "b/caf\\351 \\"q\\"\\n.txt"',
    'diff --git a/sub/old.txt b/sub/new.txt',
  ]);
  expect(boocode(root, ['diff', 'edits', 'nope.txt'])).toMatchObject({ code: 3, out: '' });
});

test('apply, reject and undo by hunk, with what there is when a hunk is not', async () => {
  const applied = boocode(root, ['apply', 'edits', 'long.txt:2', 'file.txt']);
  expect(applied.out).toMatch(
    /^written {2}long\.txt\nwritten {2}file\.txt\nboocode undo [0-9a-f]{8} takes it back\.\n$/,
  );
  expect(readFileSync(join(root, 'long.txt'), 'utf8')).toBe(lines((n) => (n === 25 ? 'line 25\r' : n)));
  expect(git(root, 'diff', '--summary')).toBe(' mode change 100644 => 100755 file.txt\n');
  expect(boocode(root, ['apply', 'edits', 'long.txt:9'])).toMatchObject({
    code: 3,
    err: 'boocode: long.txt has no hunk "9"\n  It has hunks 1 to 2.\n',
  });
  expect(boocode(root, ['apply', 'edits'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('nothing of edits is approved'),
  });
  writeFileSync(join(root, 'bin.dat'), 'mine');
  const refused = boocode(root, ['apply', 'edits', 'bin.dat']);
  expect(refused).toMatchObject({ code: 1, out: 'conflict  bin.dat  there is another file of this name\n' });
  const { operation, untold } = json<{ operation: { id: string; kind: string; at: string }; untold: string }>(
    root,
    ...['reject', 'edits', 'long.txt:1', '--reason', 'no', '--now'],
  );
  expect(operation).toMatchObject({ kind: 'reject', at: expect.stringMatching(/^\d{4}-.*Z$/) });
  expect(untold).toContain('takes no prompts');
  expect(json<{ operations: { kind: string }[] }>(root, 'undo', '--list').operations.map(({ kind }) => kind)).toEqual([
    'reject',
    'apply',
  ]);
  expect(boocode(root, ['undo', operation.id.slice(0, 5)]).code).toBe(0);
  expect(boocode(root, ['undo']).code).toBe(0);
  expect(git(root, 'status', '--porcelain')).toBe('?? bin.dat\n');
  expect(boocode(root, ['undo'])).toMatchObject({ code: 3, err: expect.stringContaining('there is nothing to undo') });
  expect(boocode(root, ['undo', operation.id])).toMatchObject({
    code: 1,
    err: expect.stringContaining('has been undone already'),
  });
});

test('what is no file, or is none any more, is called what it is', async () => {
  const client = await world.connect();
  const { worktree } = await world.start(client, 'kinds', ['cat'], { worktree: true });
  const at = (name: string) => join(worktree!, name);
  git(worktree!, 'init', '-q', 'inner');
  git(at('inner'), 'commit', '-q', '--allow-empty', '-m', 'one');
  const one = git(at('inner'), 'rev-parse', '--short=7', 'HEAD').trim();
  rmSync(at('file.txt'));
  symlinkSync('long.txt', at('file.txt'));
  expect(boocode(root, ['changes', 'kinds']).out).toMatch(
    new RegExp(
      `^kinds 2 files\n {2}M {2}file\\.txt +file → link, pending\n {2}A {2}inner +submodule ${one}, pending\n$`,
    ),
  );
  git(worktree!, 'add', '.');
  git(worktree!, 'commit', '-qm', 'inner');
  git(worktree!, 'branch', '-q', 'with-inner');
  await world.start(client, 'later', ['cat'], { worktree: true, base: 'with-inner' });
  const inner = join(worktree!, '..', 'later', 'inner');
  git(join(inner, '..'), 'clone', '-q', at('inner'), inner);
  git(inner, 'commit', '-q', '--allow-empty', '-m', 'two');
  const two = git(inner, 'rev-parse', '--short=7', 'HEAD').trim();
  expect(boocode(root, ['changes', 'later']).out).toContain(`submodule ${one} → ${two}, pending`);
  expect(boocode(root, ['apply', 'later', 'inner']).out).toMatch(/^refused {2}inner {2}it is a submodule/);
});

test('nothing in a file acts on the terminal that shows its patch', () => {
  const patch = Buffer.from(
    'diff --git a/x b/x\nindex 12..34\n@@ -0,0 +1,2 @@\n+\x1b]0;evil\x07\u009b31m\x7f\ttab\n+next\r\n',
  );
  expect(patchText(patch, [], true, painter(false))).toBe(
    'diff --git a/x b/x\nindex 12..34\n@@ -0,0 +1,2 @@\n+^[]0;evil^G\\x9b31m^?\ttab\n+next\n',
  );
  expect(visible('\0\r')).toBe('^@^M');
  expect(visible('a \u202e b')).toBe('a \\u{202e} b');
});

test('a file is named as it is shown, or as the shell completes it', async () => {
  const client = await world.connect();
  const { worktree } = await world.start(client, 'names', ['cat'], { worktree: true });
  const names = ['tab\there', '"quoted"', 'back\\slash', 'sub/line\nend', 'colon:1'];
  mkdirSync(join(worktree!, 'sub'), { recursive: true });
  for (const name of names) writeFileSync(join(worktree!, name), 'x\n');
  const { err } = boocode(root, ['apply', 'names', 'no\tsuch']);
  expect(err).toContain('names has not changed "no\\tsuch"\n');
  expect(boocode(root, ['apply', 'names', 'tab\there', '"quoted"']).code).toBe(0);
  expect(boocode(join(root, 'sub'), ['apply', 'names', 'line\nend:1', '../back\\slash', '"colon:1"']).code).toBe(3);
  expect(boocode(join(root, 'sub'), ['apply', 'names', 'line\nend:1', '../back\\slash', '../colon:1']).code).toBe(0);
  for (const name of names) expect(readFileSync(join(root, name), 'utf8')).toBe('x\n');
});
