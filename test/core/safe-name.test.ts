import { expect, test } from 'vitest';
import { isRuleFile, unsafeName } from '../../src/core/safe-name.ts';

const name = (text: string) => unsafeName(Buffer.from(text));

test.each([
  '',
  '/etc/passwd',
  '../x',
  'a/../../x',
  'a//b',
  './a',
  'a/.',
  'C:/x',
  'c:x',
  'a\\..\\..\\x',
  'a\0b',
  '.git',
  '.git/hooks/post-checkout',
  '.GIT/config',
  'sub/.Git/config',
  '.git /x',
  '.git./x',
  '.git. ./x',
  '.git::$INDEX_ALLOCATION/x',
  'git~1/config',
  'GIT~2/config',
  '.g\u200cit/config',
  '\ufeff.git/config',
  '.gi\u206at/hooks/x',
  'a\\.git\\config',
  '.boocode/state.json',
  '.BooCode/operations/x',
  '.boocode',
  'boocod~1/run/x',
  '.boocode./owner',
])('nothing is written at %j', (text) => {
  expect(name(text)).toMatch(/its name leads|no name of a file/);
});

test.each([
  'a',
  'a/b.txt',
  '.gitignore',
  '.gitattributes',
  '.github/workflows/x.yml',
  'git',
  'x.git/config',
  '..a',
  'a..',
  'gitx~1',
  '.boocode/config.json',
  '.boocode/workflows/x.js',
  'sub/.boocode/state.json',
  'with space',
  'quote"s',
  'tab\there',
])('%j is a name like any other', (text) => {
  expect(name(text)).toBeNull();
});

test('bytes that are no UTF-8 are a name; rules of git are known in any case', () => {
  expect(unsafeName(Buffer.from('caf\xe9/\xff', 'latin1'))).toBeNull();
  expect(
    [' x/.gitmodules', '.GitAttributes', 'gitignore', 'a.gitignore'].map((text) => isRuleFile(Buffer.from(text))),
  ).toEqual([true, true, false, false]);
});
