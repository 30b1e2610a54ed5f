import { expect, test } from 'vitest';
import { matchFiles } from '../../src/core/file-match.ts';

const FILES = ['README.md', 'src/auth.ts', 'src/author/name.ts', 'test/auth.test.ts', 'docs/a/u/t/h.md'];

test('what is written of a path finds it, the whole word before its letters', () => {
  expect(matchFiles('auth', FILES, 9).slice(0, 2)).toEqual(['src/auth.ts', 'test/auth.test.ts']);
  expect(matchFiles('sats', FILES, 9)).toContain('src/auth.ts');
  expect(matchFiles('AUTH.TEST', FILES, 9)).toEqual(['test/auth.test.ts']);
  expect(matchFiles('nothing', FILES, 9)).toEqual([]);
});

test('before anything is written the shallow ones come first', () => {
  expect(matchFiles('', FILES, 2)).toEqual(['README.md', 'src/auth.ts']);
});
