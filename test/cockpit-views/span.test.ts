import { describe, expect, test } from 'vitest';
import { clean, cut, fit, fitRow, rowWidth, textOf, widthOf, wrap } from '../../src/cockpit/views/span.ts';

describe('width', () => {
  test.each([
    ['plain', 5],
    ['日本', 4],
    ['👩‍👩‍👧', 2],
    ['é', 1],
  ])('%s takes %d cells', (text, cells) => expect(widthOf(text)).toBe(cells));

  test('a cut never halves a wide character or a grapheme', () => {
    expect(cut('日本語', 4)).toBe('日…');
    expect(cut('a👩‍👩‍👧b', 3)).toBe('a…');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abc', 0)).toBe('');
  });

  test('fit and fitRow are exact for every width', () => {
    for (let width = 0; width < 12; width++) {
      expect(widthOf(fit('日本 abc', width))).toBe(width);
      expect(rowWidth(fitRow([{ text: '日本' }, { text: ' abc', tone: 'dim' }], width))).toBe(width);
    }
  });
});

test('nothing of an agent reaches the terminal as a sequence', () => {
  expect(clean('\x1b[31mred\x1b[0m \x1b]0;title\x07x\u202e\r\ny\x9b2J')).toBe('red x y2J');
});

test('words fold, long words break', () => {
  expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  expect(wrap('a\n\nb', 5)).toEqual(['a', '', 'b']);
});

test('a row is its text', () => expect(textOf([{ text: 'a' }, { text: 'b' }])).toBe('ab'));

test('a row that is too long says so, also where every letter is a span of its own', () => {
  const letters = [...'abcdef'].map((text) => ({ text }));
  expect(textOf(fitRow(letters, 4))).toBe('abc…');
  expect(textOf(fitRow(letters, 6))).toBe('abcdef');
  expect(textOf(fitRow([{ text: 'ab' }, { text: 'cdef' }], 3))).toBe('ab…');
  expect(textOf(fitRow([{ text: '世界' }, { text: 'x' }], 4))).toBe('世… ');
  expect(fitRow(letters, 0)).toEqual([]);
});
