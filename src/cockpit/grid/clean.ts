import { Bg, ColorMode, Content, Fg, WORDS_PER_CELL } from '../../schema/cell.ts';
import type { CellExtra } from '../../schema/screen.ts';
import { TURNING } from '../../util/signs.ts';
import { BLANK, blankCell, type Extras, plainSpace, WIDE, widthOf } from '../compositor/screen.ts';

/** A cell with more than this many UTF-16 units is a prank, not text: terminals choke on hundreds of combining marks. */
const MAX_CELL_UNITS = 32;

/**
 * A picture's joiner at the end of a cell: the emulator has the next picture in a cell of its own, and a terminal that
 * joined it to this one would have nothing where it belongs.
 */
const LOOSE_JOINER = /^(\p{Extended_Pictographic}.*?)\u200d+$/su;

/** Controls, line separators, and the marks that make a terminal reorder or hide what stands beside them. */
const UNSAFE = new RegExp(`[\\p{Cc}\\p{Cs}${TURNING}]`, 'gu');

/** Text without anything that a terminal could take for more than text. */
export const safeText = (text: string): string => text.replace(UNSAFE, '');

const joinless = (text: string): string => text.replace(LOOSE_JOINER, '$1');

const isControl = (code: number) =>
  code < 32 || (code >= 127 && code < 160) || code === 0x2028 || code === 0x2029 || code > 0x10ffff;
const isSurrogate = (code: number) => code >= 0xd800 && code <= 0xdfff;

function cleanExtra(extra: CellExtra, words: Uint32Array, at: number): CellExtra | null {
  const text = extra.text === undefined ? '' : joinless(safeText(extra.text).slice(0, MAX_CELL_UNITS).toWellFormed());
  const combined = (words[at]! & Content.COMBINED) !== 0 && text !== '';
  const lined = (words[at + 1]! & Fg.UNDERLINE) !== 0 && (words[at + 2]! & Bg.EXTENDED) !== 0;
  const underline = lined && extra.underline !== undefined && extra.underline > 1 ? Math.min(extra.underline, 5) : 0;
  const color = lined ? cleanColor(extra.underlineColor ?? 0) & (Fg.COLOR | Fg.MODE) : 0;
  if (!combined && !underline && !color) return null;
  return {
    x: extra.x,
    ...(combined ? { text } : {}),
    ...(underline ? { underline } : {}),
    ...(color ? { underlineColor: color } : {}),
  };
}

/** A style word whose colour bits are only those its mode uses: emulators leave parts of earlier colours behind. */
function cleanColor(word: number): number {
  const mode = word & Fg.MODE;
  if (mode === ColorMode.RGB) return word;
  return mode === ColorMode.DEFAULT ? word & ~Fg.COLOR : word & ~0xffff00;
}

/** The content word of a cell that is one column or a wide lead. */
function cleanContent(content: number, extra: CellExtra | null, width: number): number {
  const bits = width << Content.WIDTH_SHIFT;
  if (content & Content.COMBINED && extra?.text !== undefined) return Content.COMBINED | bits;
  const code = content & Content.CODEPOINT;
  if (isSurrogate(code)) return 0xfffd | (1 << Content.WIDTH_SHIFT);
  return isControl(code) ? BLANK : code | bits;
}

/**
 * Brings one row of `cols` cells from word index `start` into the form that the compositor relies on: no control code
 * point, a combined or extended flag only with its extra, every wide cell followed by its right half (content 0, colours of its lead) and
 * no half without one, plain spaces without invisible attributes. Returns the extras that are left.
 */
export function cleanRow(words: Uint32Array, start: number, cols: number, raw: CellExtra[] | undefined): Extras {
  let extras: Extras = null;
  if (raw) {
    for (const one of raw) {
      const kept = one.x >= 0 && one.x < cols ? cleanExtra(one, words, start + one.x * WORDS_PER_CELL) : null;
      if (kept) (extras ??= new Map()).set(one.x, kept);
    }
  }
  for (let x = 0; x < cols; x++) {
    const at = start + x * WORDS_PER_CELL;
    const extra = extras?.get(x) ?? null;
    const content = words[at]!;
    const wide = widthOf(content) === 2 && x + 1 < cols && widthOf(words[at + WORDS_PER_CELL]!) === 0;
    const cut = (content & Content.WIDTH) !== 1 << Content.WIDTH_SHIFT && !wide;
    const clean = cut ? BLANK : cleanContent(content, extra, wide ? 2 : 1);
    words[at] = clean;
    const styled = extra !== null && (extra.underline !== undefined || extra.underlineColor !== undefined);
    const bg = words[at + 2]! & ~(Bg.PROTECTED | Bg.EXTENDED | 0x80000000);
    words[at + 1] = cleanColor(words[at + 1]!);
    words[at + 2] = cleanColor(bg) | (styled ? Bg.EXTENDED : 0);
    if (clean === BLANK) {
      if (cut) {
        extras?.delete(x);
        blankCell(words, at);
      } else plainSpace(words, at);
    } else if ((clean & Content.WIDTH) === WIDE) {
      words[at + WORDS_PER_CELL] = 0;
      words[at + WORDS_PER_CELL + 1] = words[at + 1]!;
      words[at + WORDS_PER_CELL + 2] = words[at + 2]! & ~Bg.EXTENDED;
      extras?.delete(x + 1);
      x++;
    }
  }
  return extras?.size ? extras : null;
}
