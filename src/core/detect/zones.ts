import type { Screen } from './types.ts';

/** Longest text of what is asked, in characters: it stands in one line of the cockpit. */
const ASKS_CHARS = 200;

/** Rows as one line of text: single spaces, whatever the width wrapped. */
export const flat = (rows: readonly string[]): string => rows.join(' ').replace(/\s+/g, ' ').trim();

/** Row of the last text on the screen, -1 on an empty one. */
export const lastRow = ({ lines }: Screen): number => lines.findLastIndex((line) => line.trim() !== '');

/** The nearest row above `from` that matches, -1 if none does. */
export const rowAbove = (lines: readonly string[], from: number, pattern: RegExp): number =>
  lines.findLastIndex((line, y) => y < from && pattern.test(line));

/** The nearest row below `from` that matches, -1 if none does. */
export const rowBelow = (lines: readonly string[], from: number, pattern: RegExp): number =>
  lines.findIndex((line, y) => y > from && pattern.test(line));

/** At most `count` rows with text that end above `y`. */
export const rowsAbove = (lines: readonly string[], y: number, count: number): string[] =>
  lines
    .slice(0, Math.max(0, y))
    .filter((line) => line.trim() !== '')
    .slice(-count);

/** What is asked, in one line of bounded length. */
export const asked = (...parts: string[]): { asks?: string } => {
  const text = parts.filter((part) => part !== '').join(': ');
  if (text === '') return {};
  return { asks: text.length > ASKS_CHARS ? `${text.slice(0, ASKS_CHARS - 1)}…` : text };
};

/** How much of all rows must have a bar in one column, so that it is the edge of a panel and not a box that was printed. */
const PANEL_SHARE = 0.8;

/** The rows without a panel that stands on the right of all of them, behind `│` in one column. */
export function withoutSidePanel({ lines, cursor }: Screen): string[] {
  const row = lines[cursor.y] ?? '';
  const x = row.indexOf('│', cursor.x + 1);
  const barred = lines.filter((line) => /[│├┤]/.test(line[x] ?? '')).length;
  return x > 0 && barred >= lines.length * PANEL_SHARE ? lines.map((line) => line.slice(0, x).trimEnd()) : lines;
}

/** The first paragraph that ends with a question mark, in one line; empty when there is none. */
export function questionIn(rows: readonly string[]): string {
  const end = rows.findIndex((row) => row.trim().endsWith('?'));
  const before = rows.slice(0, end).findLastIndex((row) => row.trim() === '');
  return end < 0 ? '' : flat(rows.slice(before + 1, end + 1));
}
