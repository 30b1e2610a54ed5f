import { Bg, ColorMode, Fg, WORDS_PER_CELL } from '../../schema/cell.ts';
import type { ColorDepth } from '../types.ts';
import type { Screen } from './screen.ts';

const COLOR_BITS = (Fg.COLOR | Fg.MODE) >>> 0;
/** The six levels of a channel in the colour cube of the 256-colour palette. */
const LEVELS = [0, 95, 135, 175, 215, 255];
/** xterm's default values of colours 0 to 15. */
const BASE16 = [
  0x000000, 0xcd0000, 0x00cd00, 0xcdcd00, 0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5, 0x7f7f7f, 0xff0000, 0x00ff00,
  0xffff00, 0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff,
];

/** The value of a palette entry as 0xRRGGBB. */
function rgbOf(index: number): number {
  if (index < 16) return BASE16[index]!;
  if (index >= 232) return (8 + (index - 232) * 10) * 0x010101;
  const cube = index - 16;
  return (LEVELS[Math.floor(cube / 36)]! << 16) | (LEVELS[Math.floor(cube / 6) % 6]! << 8) | LEVELS[cube % 6]!;
}

function distance(a: number, b: number): number {
  const dr = (a >> 16) - (b >> 16);
  const dg = ((a >> 8) & 255) - ((b >> 8) & 255);
  const db = (a & 255) - (b & 255);
  return dr * dr * 2 + dg * dg * 4 + db * db * 3;
}

function nearest(rgb: number, from: number, to: number): number {
  let best = from;
  for (let index = from; index < to; index++) {
    if (distance(rgb, rgbOf(index)) < distance(rgb, rgbOf(best))) best = index;
  }
  return best;
}

/** A colour (bits 0-25 of a style word) as a terminal of this depth can show it. */
export function mapColor(color: number, depth: ColorDepth): number {
  const mode = color & Fg.MODE;
  if (mode === ColorMode.DEFAULT || depth === 24) return color;
  if (depth === 1) return ColorMode.DEFAULT;
  const value = color & Fg.COLOR;
  if (depth === 8) return mode === ColorMode.RGB ? ColorMode.PALETTE256 | nearest(value, 16, 256) : color;
  if (mode === ColorMode.PALETTE16) return color;
  if (mode === ColorMode.PALETTE256 && (value & 255) < 16) return ColorMode.PALETTE16 | (value & 255);
  return ColorMode.PALETTE16 | nearest(mode === ColorMode.RGB ? value : rgbOf(value & 255), 0, 16);
}

/** More distinct colours than this on the way is a gradient: begin anew rather than grow. */
const MAX_REMEMBERED = 4096;

/** Brings the colours of rows down to what the terminal can show: the one place where that happens, for chrome and agents alike. */
export function colorMapper(depth: ColorDepth): (screen: Screen, y: number) => void {
  if (depth === 24) return () => {};
  const known = new Map<number, number>();
  const map = (word: number): number => {
    const color = word & COLOR_BITS;
    if (color === 0) return word;
    let mapped = known.get(color);
    if (mapped === undefined) {
      if (known.size > MAX_REMEMBERED) known.clear();
      mapped = mapColor(color, depth);
      known.set(color, mapped);
    }
    return (word & ~COLOR_BITS) | mapped;
  };
  return (screen, y) => {
    const end = (y + 1) * screen.cols * WORDS_PER_CELL;
    for (let at = y * screen.cols * WORDS_PER_CELL; at < end; at += WORDS_PER_CELL) {
      screen.words[at + 1] = map(screen.words[at + 1]!);
      screen.words[at + 2] = map(screen.words[at + 2]!);
    }
    const extras = screen.extras[y];
    if (!extras) return;
    const mapped = new Map(extras);
    for (const [x, extra] of extras) {
      if (extra.underlineColor) mapped.set(x, { ...extra, underlineColor: mapColor(extra.underlineColor, depth) });
    }
    screen.extras[y] = mapped;
  };
}

/** Bits of a background word that are its colour. */
export const BG_COLOR_BITS = (Bg.COLOR | Bg.MODE) >>> 0;
