import type { HistoryLine } from '../../../schema/host.ts';
import { graphemesOf } from '../../../util/graphemes.ts';
import { safeText } from '../../grid/clean.ts';
import { widthOf } from '../span.ts';

const PLAIN = /^[\x20-\x7e]*$/;

/** One row of a folded line: UTF-16 units [start, end) of its text, its first column in the unfolded line, and its columns. */
export interface Fold {
  start: number;
  end: number;
  column: number;
  width: number;
}

/** A logical line cut into rows of at most `width` columns, as a terminal would; a wide character is never cut. */
export function foldText(text: string, width: number): Fold[] {
  if (PLAIN.test(text)) {
    const count = Math.max(1, Math.ceil(text.length / width));
    return Array.from({ length: count }, (_, row) => {
      const start = row * width;
      const end = Math.min(text.length, start + width);
      return { start, end, column: start, width: end - start };
    });
  }
  const folds: Fold[] = [];
  let row: Fold = { start: 0, end: 0, column: 0, width: 0 };
  for (const { segment, index } of graphemesOf(text)) {
    const cells = cellsOf(segment);
    if (row.width + cells > width && row.width > 0) {
      folds.push(row);
      row = { start: index, end: index, column: row.column + row.width, width: 0 };
    }
    row.end = index + segment.length;
    row.width += cells;
  }
  return [...folds, row];
}

/** Columns of one grapheme, as the compositor lays it. */
const cellsOf = (segment: string): number => Math.min(2, widthOf(safeText(segment)));

const known = new WeakMap<HistoryLine, { width: number; folds: Fold[] }>();

/** As `foldText`, remembered for as long as the line is. */
export function foldLine(line: HistoryLine, width: number): Fold[] {
  const last = known.get(line);
  if (last?.width === width) return last.folds;
  const folds = foldText(line.text, width);
  known.set(line, { width, folds });
  return folds;
}

/** Columns [from, to) that the units [start, end) of the text take within one row; null when they are elsewhere. */
export function columnsIn(text: string, fold: Fold, start: number, end: number): { from: number; to: number } | null {
  const first = Math.max(start, fold.start);
  const last = Math.min(end, fold.end);
  if (first > last || (first === last && start !== end)) return null;
  const from = columnOf(text.slice(fold.start, first));
  // A match of no width still is seen as one cell.
  const to = Math.max(from + 1, from + columnOf(text.slice(first, last)));
  return { from, to };
}

function columnOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let sum = 0;
  for (const { segment } of graphemesOf(text)) sum += cellsOf(segment);
  return sum;
}
