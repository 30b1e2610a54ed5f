import { expect, test } from 'vitest';
import { type DiffRow, type LineRow, sideRows, unifiedRows } from '../../../src/core/diff/rows.ts';
import { shownHunk } from './hunks.ts';

const hunks = [
  shownHunk('@@ -3,4 +3,5 @@ function tax', [' a', '-b', '-c', '+B', ' d', '+e', '+f']),
  shownHunk('@@ -20,0 +23,1 @@', ['+g']),
];
const say = (row: LineRow | null) =>
  row
    ? `${row.old ?? '·'}/${row.new ?? '·'}${row.piece === null ? '' : `p${row.piece}`}${row.mate === null ? '' : `~${row.mate}`}`
    : '—';
const picture = (rows: DiffRow[]) =>
  rows.map((row) =>
    row.kind === 'head' ? `@${row.hunk}` : row.kind === 'line' ? say(row) : `${say(row.left)} | ${say(row.right)}`,
  );

test('unified: numbers of both sides, the piece of each line, and the line that stands for it', () => {
  expect(picture(unifiedRows(hunks))).toEqual([
    '@0',
    '3/3',
    '4/·p0~3',
    '5/·p0',
    '·/4p0~1',
    '6/5',
    '·/6p1',
    '·/7p1',
    '@1',
    '·/23p0',
  ]);
});

test('side by side: what stands for each other in one row', () => {
  expect(picture(sideRows(hunks))).toEqual([
    '@0',
    '3/3 | 3/3',
    '4/·p0~3 | ·/4p0~1',
    '5/·p0 | —',
    '6/5 | 6/5',
    '— | ·/6p1',
    '— | ·/7p1',
    '@1',
    '— | ·/23p0',
  ]);
});
