import { Bg, Content, Fg, WORDS_PER_CELL } from '../../schema/cell.ts';
import type { CellExtra } from '../../schema/screen.ts';

/** One column wide, holding a space; with two zero words for colours it is a cell that nothing was written to. */
export const BLANK = 32 | (1 << Content.WIDTH_SHIFT);
export const WIDE = 2 << Content.WIDTH_SHIFT;

/** Attributes that a space shows: of all others it is free, and so is its foreground colour. Inverse shows both colours. */
export const SEEN_ON_SPACE = (Fg.INVERSE | Fg.UNDERLINE | Fg.STRIKE) >>> 0;

export type Extras = Map<number, CellExtra> | null;

/** Cells as schema/screen lays them out, row by row; `extras` per row, null where there are none. */
export interface Screen {
  cols: number;
  rows: number;
  words: Uint32Array;
  extras: Extras[];
}

export function createScreen(cols: number, rows: number): Screen {
  const screen: Screen = {
    cols,
    rows,
    words: new Uint32Array(cols * rows * WORDS_PER_CELL),
    extras: new Array<Extras>(rows).fill(null),
  };
  blank(screen.words, 0, cols * rows);
  return screen;
}

let stamps = 0;

/** A number that nothing had before: a row that still has it holds what it held then. */
export const nextStamp = (): number => ++stamps;

/** Makes `count` cells from cell index `from` blank, with default colours. */
export function blank(words: Uint32Array, from: number, count: number): void {
  const end = (from + count) * WORDS_PER_CELL;
  words.fill(0, from * WORDS_PER_CELL, end);
  for (let at = from * WORDS_PER_CELL; at < end; at += WORDS_PER_CELL) words[at] = BLANK;
}

/** Makes one cell a space that keeps its background. `at` is a word index. */
export function blankCell(words: Uint32Array, at: number): void {
  words[at] = BLANK;
  words[at + 1] = 0;
  words[at + 2] = words[at + 2]! & (Bg.COLOR | Bg.MODE);
}

export const widthOf = (content: number) => (content & Content.WIDTH) >>> Content.WIDTH_SHIFT;

/**
 * A plain space loses what cannot be seen on it (foreground, bold, italic …), so that runs of spaces are alike however
 * they came about, and need no change of style when they are written. `at` is a word index.
 */
export function plainSpace(words: Uint32Array, at: number): void {
  if (words[at] !== BLANK || (words[at + 1]! & SEEN_ON_SPACE) !== 0 || (words[at + 2]! & Bg.OVERLINE) !== 0) return;
  words[at + 1] = 0;
  words[at + 2] = words[at + 2]! & (Bg.COLOR | Bg.MODE);
}

/** Moves all rows from `top` to `bottom` (inclusive) up by `by`; blank rows come in below. */
export function scrollUp(screen: Screen, top: number, bottom: number, by: number): void {
  const stride = screen.cols * WORDS_PER_CELL;
  const count = Math.min(by, bottom - top + 1);
  screen.words.copyWithin(top * stride, (top + count) * stride, (bottom + 1) * stride);
  blank(screen.words, (bottom + 1 - count) * screen.cols, count * screen.cols);
  // Row by row: an array's own copyWithin asks for each element by its name, which took as long as the cells.
  for (let y = top; y <= bottom - count; y++) screen.extras[y] = screen.extras[y + count]!;
  screen.extras.fill(null, bottom + 1 - count, bottom + 1);
}

/** True when the cells at two word indexes hold the same words and, where words do not say all, the same extras. */
export function sameExtras(a: Extras, ax: number, b: Extras, bx: number): boolean {
  const one = a?.get(ax);
  const two = b?.get(bx);
  if (one === two) return true;
  return one?.text === two?.text && one?.underline === two?.underline && one?.underlineColor === two?.underlineColor;
}
