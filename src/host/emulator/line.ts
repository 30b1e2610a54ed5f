import { Bg, type CellExtra, Content, Fg, WORDS_PER_CELL } from '../../schema/screen.ts';

/** Underline style and colour of a cell, as xterm keeps them: style in bits 26-28, colour in bits 0-25. */
interface Extended {
  _ext?: number;
}

/**
 * One row of the emulator under the names that xterm 6 gives its own (src/common/buffer/BufferLine.ts), so that its
 * rows are used as they are and none is copied before it is known to have changed.
 */
export interface Line {
  readonly _data: Uint32Array;
  readonly _combined: Readonly<Record<number, string>>;
  readonly _extendedAttrs: Readonly<Record<number, Extended | undefined>>;
  /** It continues the row above: both are one logical line. */
  readonly isWrapped: boolean;
}

/** Content word of an empty cell: no code point, one column wide. */
export const EMPTY_CELL = 1 << Content.WIDTH_SHIFT;
const HAS_TEXT = Content.CODEPOINT | Content.COMBINED;
/** xterm writes -1 for "the default underline colour"; masked to its bits that is this. */
const DEFAULT_UNDERLINE = 0x3ffffff;

/** Cells up to the last one with text, both halves of a wide one counted. */
export function textCells(line: Line): number {
  const data = line._data;
  let i = data.length - WORDS_PER_CELL;
  // Most of a usual row is empty: eight cells at a time.
  const any = (at: number) => data[at]! | data[at - 3]! | data[at - 6]! | data[at - 9]!;
  while (i >= 7 * WORDS_PER_CELL && !((any(i) | any(i - 12)) & HAS_TEXT)) i -= 8 * WORDS_PER_CELL;
  for (; i >= 0; i -= WORDS_PER_CELL) {
    const content = data[i]!;
    if (content & HAS_TEXT) return i / WORDS_PER_CELL + ((content & Content.WIDTH) >>> Content.WIDTH_SHIFT || 1);
  }
  return 0;
}

/** Cells up to the last one that differs from a blank cell with default attributes. */
export function inkedCells(words: Uint32Array): number {
  for (let i = words.length - WORDS_PER_CELL; i >= 0; i -= WORDS_PER_CELL) {
    if (words[i] !== EMPTY_CELL || words[i + 1] !== 0 || words[i + 2] !== 0) return i / WORDS_PER_CELL + 1;
  }
  return 0;
}

/** Cells of a row that belong to its logical line: all of it when the next row continues it, but for a hole before a wide character. */
export function lineCells(line: Line, next: Line | undefined): number {
  if (!next?.isWrapped) return textCells(line);
  const last = line._data.length - WORDS_PER_CELL;
  const hole = !(line._data[last]! & HAS_TEXT) && (next._data[0]! & Content.WIDTH) >>> Content.WIDTH_SHIFT === 2;
  return last / WORDS_PER_CELL + (hole ? 0 : 1);
}

/** Text of the first `cells` cells. */
export function lineText(line: Line, cells: number): string {
  const data = line._data;
  let text = '';
  for (let x = 0, i = 0; x < cells; x++, i += WORDS_PER_CELL) {
    const content = data[i]!;
    if (content & Content.COMBINED) text += line._combined[x] ?? ' ';
    else if (content & Content.CODEPOINT) text += String.fromCodePoint(content & Content.CODEPOINT);
    else if (content & Content.WIDTH) text += ' ';
  }
  return text;
}

/** What the words of a row cannot hold; undefined for nearly every row. A plain single underline stands in the words. */
export function lineExtras(line: Line, cells: number): CellExtra[] | undefined {
  let extras: CellExtra[] | undefined;
  const data = line._data;
  for (let x = 0, i = 0; x < cells; x++, i += WORDS_PER_CELL) {
    const text = data[i]! & Content.COMBINED ? line._combined[x] : undefined;
    const ext = data[i + 2]! & Bg.EXTENDED && data[i + 1]! & Fg.UNDERLINE ? (line._extendedAttrs[x]?._ext ?? 0) : 0;
    const underline = (ext >>> 26) & 7;
    const underlineColor = (ext & DEFAULT_UNDERLINE) === DEFAULT_UNDERLINE ? 0 : ext & DEFAULT_UNDERLINE;
    if (text === undefined && underline < 2 && underlineColor === 0) continue;
    extras ??= [];
    extras.push({
      x,
      ...(text === undefined ? {} : { text }),
      ...(underline > 1 ? { underline } : {}),
      ...(underlineColor ? { underlineColor } : {}),
    });
  }
  return extras;
}
