import stringWidth from 'string-width';
import { expect, test } from 'vitest';
import { textWidth } from '../../src/util/text.ts';

test('every character has the width that string-width gives it', () => {
  const wrong: string[] = [];
  for (let code = 0; code < 0x3100; code++) {
    const text = `a${String.fromCodePoint(code)}b`;
    if (textWidth(text) !== stringWidth(text)) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
});

test.each([
  ['● running', 9],
  ['日本', 4],
  ['👩‍👩‍👧', 2],
  ['e\u0301', 1],
  ['\x1b[31mred\x1b[0m', 3],
])('%s takes %i columns', (text, width) => expect(textWidth(text)).toBe(width));
