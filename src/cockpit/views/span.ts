import { graphemesOf } from '../../util/graphemes.ts';
import { TURNING } from '../../util/signs.ts';
import { textWidth } from '../../util/text.ts';
import type { Ground, Tone } from '../theme/tones.ts';

/** A piece of one row. Its text has no control characters and no escape sequences. */
export interface Span {
  text: string;
  tone?: Tone;
  selected?: boolean;
  ground?: Ground;
}
/** One row of the screen, exactly as wide as its view was told to be. */
export type Row = readonly Span[];

/** Printable ASCII is one cell a character: nothing to measure, which is most of what is drawn. */
const PLAIN = /^[\x20-\x7e]*$/;
const SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?/;
/** Escape sequences as a whole, then controls and what turns text around: none of them may reach the terminal. */
const UNSAFE = new RegExp(`${SEQUENCE.source}|[\\p{Cc}${TURNING}]`, 'gu');

/** Cells a text takes. */
export const widthOf = textWidth;
export const rowWidth = (row: Row): number => row.reduce((sum, span) => sum + widthOf(span.text), 0);

/** Text of others made fit for a row: escape sequences go, line breaks and tabs become blanks. */
export const clean = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ').replaceAll(UNSAFE, '');

/** What fits into so many cells, with `…` where it was cut. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  if (PLAIN.test(text)) return `${text.slice(0, width - 1)}…`;
  let taken = '';
  let used = 0;
  for (const { segment } of graphemesOf(text)) {
    const cells = widthOf(segment);
    if (used + cells > width - 1) break;
    taken += segment;
    used += cells;
  }
  return `${taken}…`;
}

/** Cut or filled up with blanks to exactly this width. */
export function fit(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const short = cut(text, width);
  const blank = ' '.repeat(Math.max(0, width - widthOf(short)));
  return align === 'left' ? short + blank : blank + short;
}

/** The spans cut, or filled up with blanks, to exactly this width. */
export function fitRow(row: Row, width: number): Row {
  const whole = rowWidth(row) <= width;
  // A row that is too long ends in … wherever its spans end, so one cell is kept for it.
  let left = whole ? width : Math.max(0, width - 1);
  const out: Span[] = [];
  for (const span of row) {
    const cells = widthOf(span.text);
    if (cells > left) {
      if (width > 0) out.push({ ...span, text: cut(`${span.text}…`, left + 1) });
      break;
    }
    out.push(span);
    left -= cells;
  }
  const short = width - rowWidth(out);
  return short > 0 ? [...out, { text: ' '.repeat(short) }] : out;
}

export const select = (row: Row): Row => row.map((span) => ({ ...span, selected: true }));
export const textOf = (row: Row): string => row.map((span) => span.text).join('');
/** A row of one text. */
export const line = (text: string, tone?: Tone): Row => [tone ? { text, tone } : { text }];

/** Words folded at blanks to at most `width` cells a line; a longer word is broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let current = '';
    for (const word of paragraph.split(' ')) {
      const joined = current ? `${current} ${word}` : word;
      if (widthOf(joined) <= width) {
        current = joined;
        continue;
      }
      if (current) lines.push(current);
      current = word;
      while (widthOf(current) > width) {
        const head = takeCells(current, width);
        lines.push(head);
        current = current.slice(head.length);
      }
    }
    lines.push(current);
  }
  return lines;
}

/** The longest beginning that fits; at least one grapheme, so that folding always moves on. */
export function takeCells(text: string, width: number): string {
  const head = text.slice(0, Math.max(1, width));
  if (PLAIN.test(head)) return head;
  let end = 0;
  let used = 0;
  for (const { segment, index } of graphemesOf(text)) {
    used += widthOf(segment);
    if (index > 0 && used > width) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
