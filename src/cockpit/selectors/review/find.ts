import { lineOf } from '../../../core/diff/rows.ts';
import type { Range } from '../../../core/diff/words.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Standing } from './diff.ts';

/** Of one line so many matches are marked. */
const MOST = 200;

/** Capitals count once one is written. */
const folds = (wanted: string): boolean => !/\p{Lu}/u.test(wanted);
const found = (text: string, wanted: string, from: number): number =>
  folds(wanted) ? text.toLowerCase().indexOf(wanted, from) : text.indexOf(wanted, from);

/** Where the text that is looked for stands in a line. */
export function findRanges({ ui }: Cockpit, text: string): Range[] {
  const wanted = ui.review.find.text;
  if (wanted === '') return [];
  const ranges: Range[] = [];
  for (let at = found(text, wanted, 0); at >= 0 && ranges.length < MOST; at = found(text, wanted, at + wanted.length))
    ranges.push([at, at + wanted.length]);
  return ranges;
}

/** The next row after `from` in a direction that has it, around the end; null: none. */
export function findRow({ ui }: Cockpit, { diff, rows }: Standing, from: number, by: 1 | -1): number | null {
  const wanted = ui.review.find.text;
  if (wanted === '') return null;
  for (let step = 0; step < rows.length; step++) {
    const at = (((from + by * step) % rows.length) + rows.length) % rows.length;
    const row = rows[at]!;
    const sides = row.kind === 'pair' ? [row.left, row.right] : [lineOf(row)];
    const texts =
      row.kind === 'head'
        ? [diff.hunks[row.hunk]!.hunk.header]
        : sides.map((line) => (line ? diff.hunks[line.hunk]!.lines[line.line]!.text : ''));
    if (texts.some((text) => found(text, wanted, 0) >= 0)) return at;
  }
  return null;
}
