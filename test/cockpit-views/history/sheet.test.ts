import { expect, test } from 'vitest';
import { createSheet } from '../../../src/cockpit/control/history/sheet.ts';
import { rowText } from '../../../src/cockpit/grid/text.ts';
import type { Reading } from '../../../src/cockpit/store/reading.ts';
import { Fg, WORDS_PER_CELL } from '../../../src/schema/screen.ts';
import { line, readingOf } from './lines.ts';

const AREA = { width: 8, height: 4, live: 0 };
function drawn(reading: Reading) {
  const sheet = createSheet(AREA.width, AREA.height);
  const draw = (of: Reading) => sheet.draw({ reading: of, area: AREA, live: undefined, now: '-- now', wait: '…' });
  draw(reading);
  const inverse = (y: number) =>
    Array.from({ length: AREA.width }, (_, x) =>
      sheet.grid.cells[(y * AREA.width + x) * WORDS_PER_CELL + 1]! & Fg.INVERSE ? '#' : '.',
    ).join('');
  return { draw, inverse, sheet, rows: () => [0, 1, 2, 3].map((y) => rowText(sheet.grid, y)) };
}
const read = (texts: { text: string; ansi?: string }[], more: Partial<Reading> = {}) => {
  const all = texts.map(({ text, ansi }, index) => ({ ...line(index + 1, text), ...(ansi && { ansi }) }));
  return readingOf({ total: all.length, live: 0, top: { line: 1, row: 0 }, ...more, lines: all });
};

test('lines are folded, with their colours, wide characters whole, and the end marked', () => {
  const { rows, sheet } = drawn(
    read([{ text: 'abcdefg世界', ansi: '\x1b[31mabcdefg\x1b[32m世界\x1b[0m' }, { text: 'two' }]),
  );
  expect(rows()).toEqual(['abcdefg', '世界', 'two', '-- now']);
  const fg = (x: number, y: number) => sheet.grid.cells[(y * 8 + x) * WORDS_PER_CELL + 1]! & Fg.COLOR;
  expect([fg(0, 0), fg(0, 1)]).toEqual([1, 2]);
});

test('nothing but text and colours gets through', () => {
  const hostile = 'a\x1b]52;c;AAAA\x07b\x1b[2Jc\u202ed';
  const { rows } = drawn(read([{ text: hostile, ansi: hostile }]));
  expect(rows()[0]).toBe('abcd');
});

test('matches are marked in every row of a folded line, selected lines as a whole', () => {
  const hits = {
    pattern: { text: 'gh', fixed: true, case: 'smart' as const },
    matches: [{ line: 1, text: 'abcdefghij', spans: [[6, 10] as const] }],
    total: 1,
    at: 0,
  };
  const reading = read([{ text: 'abcdefghij' }, { text: 'two' }], { hits });
  const { inverse, draw } = drawn(reading);
  expect([inverse(0), inverse(1), inverse(2)]).toEqual(['......##', '##......', '........']);
  draw({ ...reading, selection: { from: 2, to: 1 } });
  expect([inverse(0), inverse(2), inverse(3)]).toEqual(['######..', '########', '........']);
});

test('a row that looks as before is not drawn again', () => {
  const reading = read([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
  const { draw, sheet } = drawn(reading);
  const before = [...Array.from(sheet.grid.stamps)];
  draw({ ...reading, selection: { from: 2, to: 2 } });
  expect(Array.from(sheet.grid.stamps).map((stamp, y) => stamp === before[y])).toEqual([true, false, true, true]);
});
