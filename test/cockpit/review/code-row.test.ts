import { expect, test } from 'vitest';
import { codeRow } from '../../../src/cockpit/views/review/code.ts';

const LONG = `${'x'.repeat(40)} end;`;
const row = (width: number, shift = 0, text = LONG) => {
  const marks = [[text.length - 4, text.length - 1]] as const;
  const input = { text, width, shift, tokens: [], marks, hits: [], ground: 'added', blanks: [] } as const;
  return codeRow({ ...input, showsReturn: false, noEol: false })
    .map((span) => span.text)
    .join('');
};

test('a line that is cut before the words that differ says so; moved to the left, or with room, it has them', () => {
  expect(row(20)).toBe(`${'x'.repeat(18)}…»`);
  expect(row(42)).toBe(`${'x'.repeat(40)}…»`);
  expect(row(44)).toBe(`${'x'.repeat(40)} en…`);
  expect(row(50)).toBe(LONG.padEnd(50));
  expect(row(20, 30)).toBe(`${'x'.repeat(10)} end;`.padEnd(20));
  expect(row(1)).toBe('…');
});
