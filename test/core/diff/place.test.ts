import { expect, test } from 'vitest';
import { sameLine, sameRow } from '../../../src/core/diff/place.ts';
import { type DiffRow, lineOf, type ShownHunk, sideRows, unifiedRows } from '../../../src/core/diff/rows.ts';
import { shownHunk } from './hunks.ts';

const first = shownHunk('@@ -3,3 +3,3 @@', [' a', '-b', '+B', ' c']);
const second = shownHunk('@@ -40,3 +40,4 @@', [' x', '-y', '+Y', '+z', ' w']);
/** The same hunk further down, its pieces having the ids that they had. */
const moved = { ...second, hunk: { ...second.hunk, header: '@@ -40,3 +45,4 @@' } };
const laid = (hunks: ShownHunk[], rows: (hunks: ShownHunk[]) => DiffRow[] = unifiedRows) => ({
  hunks,
  rows: rows(hunks),
});
const textAt = ({ hunks, rows }: ReturnType<typeof laid>, at: number) => {
  const line = lineOf(rows[at]);
  return line ? hunks[line.hunk]!.lines[line.line]!.text : 'head';
};

test('who stands in a piece, near one or at a header stands there again after the file has changed', () => {
  const before = laid([first, second]);
  for (const after of [laid([moved]), laid([shownHunk('@@ -1,1 +1,2 @@', [' t', '+u']), first, moved])]) {
    for (let at = 5; at < before.rows.length; at++) {
      expect(textAt(after, sameRow(before, at, after))).toBe(textAt(before, at));
    }
  }
});

test('where the piece is gone, one stands at its line or at the end', () => {
  const before = laid([first, second]);
  expect(textAt(laid([second]), sameRow(before, 2, laid([second])))).toBe('x');
  const small = laid([first]);
  expect(sameRow(before, 9, small)).toBe(small.rows.length - 1);
  expect(sameRow(before, 3, laid([]))).toBe(0);
});

test('one side or two: the same line', () => {
  const one = laid([first, second]);
  const two = laid([first, second], sideRows);
  one.rows.forEach((row) => {
    const there = two.rows[sameLine(two.rows, row)]!;
    expect(there.hunk).toBe(row.hunk);
    expect(there.kind === 'head').toBe(row.kind === 'head');
  });
  expect(sameLine(one.rows, two.rows.at(-1))).toBe(one.rows.length - 1);
});
