import { expect, test } from 'vitest';
import { parseFiles } from '../../../src/core/patch/files.ts';

const names = (diff: string) =>
  parseFiles(diff).map(({ file, hunks }) => [file, hunks.flatMap(({ lines }) => lines).length]);

test('files of a diff as git, as difflib and as agents write it', () => {
  const one = '@@ -1,2 +1,2 @@\n a\n-b\n+c\n';
  expect(names(`diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n${one}`)).toEqual([['x', 3]]);
  expect(names(`--- old.txt\t2026-01-01\n+++ new.txt\t2026-01-02\n${one}--- a/y\n+++ /dev/null\n${one}`)).toEqual([
    ['new.txt', 3],
    ['y', 3],
  ]);
  expect(names(one)).toEqual([['', 3]]);
});

test('lines of a hunk that look like headers are lines', () => {
  expect(names('--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- a/other\n+++ b/other\n same\n')).toEqual([['x', 3]]);
});

test('a diff that was cut in the middle shows what there is', () => {
  expect(names('--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n-b')).toEqual([['x', 2]]);
});

test('what belongs to no hunk makes it no diff: nothing may stay unseen', () => {
  expect(names('--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n+more\n')).toEqual([]);
  expect(names('just words')).toEqual([]);
  expect(names('')).toEqual([]);
});
