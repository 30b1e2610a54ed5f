import type { HistoryLine } from '../../../schema/host.ts';
import type { Place, Reading } from '../../store/reading.ts';
import { foldLine } from './fold.ts';

/*
 * What is scrolled through, from the top:
 *
 *   lines first … total, folded to the pane's width     (line, row)
 *   ──── now ────                                        tail 0
 *   the rows of the live screen                          tail 1 … live
 */

export interface Area {
  width: number;
  height: number;
  /** Rows of the live screen; 0 when there is none. */
  live: number;
}

type Scroll = Pick<Reading, 'first' | 'total' | 'lines'>;

export const lineAt = ({ lines }: Pick<Scroll, 'lines'>, line: number): HistoryLine | undefined =>
  lines.length ? lines[line - lines[0]!.line] : undefined;

/** Rows of a line; one that is not here counts as one row. */
export function rowsOf(scroll: Scroll, line: number, width: number): number {
  const found = lineAt(scroll, line);
  return found ? foldLine(found, width).length : 1;
}

/** Below zero: `a` stands above `b`. */
export function compare(a: Place, b: Place): number {
  if ('tail' in a) return 'tail' in b ? a.tail - b.tail : 1;
  if ('tail' in b) return -1;
  return a.line - b.line || a.row - b.row;
}

/** So many rows further up, at most to the oldest line. */
export function up(scroll: Scroll, from: Place, rows: number, width: number): Place {
  let left = rows;
  let at: { line: number; row: number };
  if ('tail' in from) {
    if (left <= from.tail) return { tail: from.tail - left };
    left -= from.tail;
    at = { line: scroll.total + 1, row: 0 };
  } else at = { ...from };
  while (left > at.row && at.line > scroll.first) {
    left -= at.row + 1;
    const line = at.line - 1;
    at = { line, row: rowsOf(scroll, line, width) - 1 };
  }
  if (at.line > scroll.total) return { tail: 0 };
  return { line: at.line, row: Math.max(0, at.row - left) };
}

/** So many rows further down; below the last line it goes on into the tail, without an end. */
export function down(scroll: Scroll, from: Place, rows: number, width: number): Place {
  if ('tail' in from) return { tail: from.tail + rows };
  let left = rows;
  let { line, row } = from;
  while (line <= scroll.total) {
    const below = rowsOf(scroll, line, width) - 1 - row;
    if (left <= below) return { line, row: row + left };
    left -= below + 1;
    line += 1;
    row = 0;
  }
  return { tail: left };
}

/** The place of the first row when the end stands in the last one. */
export const endPlace = (scroll: Scroll, { width, height, live }: Area): Place =>
  up(scroll, { tail: live + 1 }, height, width);

export const atEnd = (reading: Pick<Reading, keyof Scroll | 'top'>, area: Area): boolean =>
  compare(reading.top, endPlace(reading, area)) >= 0;

/** Not above the oldest line, not below the end. */
export function clampPlace(scroll: Scroll, place: Place, area: Area): Place {
  const end = endPlace(scroll, area);
  if (compare(place, end) > 0) return end;
  if ('tail' in place) return place;
  if (place.line < scroll.first) return { line: scroll.first, row: 0 };
  return { line: place.line, row: Math.min(place.row, rowsOf(scroll, place.line, area.width) - 1) };
}

/** What stands in each row of the pane. */
export type Shown =
  | { kind: 'line'; line: number; row: number }
  | { kind: 'now' }
  | { kind: 'live'; y: number }
  | { kind: 'blank' };

export function shownRows(scroll: Scroll, top: Place, area: Area): Shown[] {
  const rows: Shown[] = [];
  let place = clampPlace(scroll, top, area);
  while (rows.length < area.height) {
    if ('tail' in place) {
      const { tail } = place;
      rows.push(tail === 0 ? { kind: 'now' } : tail <= area.live ? { kind: 'live', y: tail - 1 } : { kind: 'blank' });
    } else rows.push({ kind: 'line', ...place });
    place = down(scroll, place, 1, area.width);
  }
  return rows;
}

/** The lines in sight: first and last number; live rows count on from the newest line. */
export function linesInSight(scroll: Scroll, top: Place, area: Area): { first: number; last: number } {
  const numbers = shownRows(scroll, top, area).flatMap((one) =>
    one.kind === 'line' ? [one.line] : one.kind === 'live' ? [scroll.total + 1 + one.y] : [],
  );
  return { first: numbers[0] ?? scroll.total, last: numbers.at(-1) ?? scroll.total };
}

/** The place that brings a line into the middle third, unless it is in sight already. */
export function placeFor(scroll: Scroll, top: Place, line: number, area: Area): Place {
  const sight = linesInSight(scroll, top, area);
  const inside = 'tail' in top ? line >= sight.first : line > sight.first || (line === sight.first && top.row === 0);
  if (inside && line < sight.last) return clampPlace(scroll, top, area);
  const at: Place = line > scroll.total ? { tail: line - scroll.total } : { line, row: 0 };
  return clampPlace(scroll, up(scroll, at, Math.floor(area.height / 3), area.width), area);
}
