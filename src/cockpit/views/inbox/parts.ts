import type { Row } from '../span.ts';

/** Some rows of a long text of which only those in sight are made. */
export interface Part {
  count: number;
  /** `at` counts from 0. */
  row(at: number): Row;
}

export const rowsPart = (rows: readonly Row[]): Part => ({ count: rows.length, row: (at) => rows[at]! });

export const countOf = (parts: readonly Part[]): number => parts.reduce((sum, { count }) => sum + count, 0);

/** The rows from `top` on, at most `height`. */
export function windowOf(parts: readonly Part[], top: number, height: number): Row[] {
  const rows: Row[] = [];
  let first = 0;
  for (const { count, row } of parts) {
    for (let at = Math.max(0, top - first); at < count && rows.length < height; at++) rows.push(row(at));
    first += count;
    if (rows.length >= height) break;
  }
  return rows;
}
