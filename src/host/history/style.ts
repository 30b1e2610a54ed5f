import { Bg, ColorMode, Content, Fg, WORDS_PER_CELL } from '../../schema/screen.ts';
import { EMPTY_CELL, type Line } from '../emulator/line.ts';

/** Bits of the third word that are no looks: they point elsewhere, or protect from erasing. */
export const BG_LOOKS = ~(Bg.EXTENDED | Bg.PROTECTED);

function color(word: number, base: 30 | 40): string {
  const value = word & Fg.COLOR;
  switch (word & Fg.MODE) {
    case ColorMode.PALETTE16:
      return `;${value < 8 ? base + value : base + 52 + value}`;
    case ColorMode.PALETTE256:
      return `;${base + 8};5;${value}`;
    case ColorMode.RGB:
      return `;${base + 8};2;${value >> 16};${(value >> 8) & 255};${value & 255}`;
    default:
      return '';
  }
}

/** The SGR sequence that, from any state, gives exactly these looks. */
export function sgr(fg: number, bg: number): string {
  let out = '\x1b[0';
  if (fg & Fg.BOLD) out += ';1';
  if (bg & Bg.DIM) out += ';2';
  if (bg & Bg.ITALIC) out += ';3';
  if (fg & Fg.UNDERLINE) out += ';4';
  if (fg & Fg.BLINK) out += ';5';
  if (fg & Fg.INVERSE) out += ';7';
  if (fg & Fg.INVISIBLE) out += ';8';
  if (fg & Fg.STRIKE) out += ';9';
  if (bg & Bg.OVERLINE) out += ';53';
  return `${out}${color(fg, 30)}${color(bg, 40)}m`;
}

/** A stretch of text in one style; `units` counts UTF-16 code units. */
export interface Run {
  units: number;
  fg: number;
  bg: number;
}

/** Its runs and one more for the plain rest that they leave out. */
export function coveringRuns({ text, runs }: { text: string; runs: readonly Run[] }): Run[] {
  const gap = text.length - runs.reduce((sum, run) => sum + run.units, 0);
  return gap > 0 ? [...runs, { units: gap, fg: 0, bg: 0 }] : [...runs];
}

/** Text with SGR sequences and nothing else; ends in default looks. What no run covers has them too. */
export function styledText(text: string, runs: Run[]): string {
  let out = '';
  let at = 0;
  let styled = false;
  for (const { units, fg, bg } of runs) {
    const plain = fg === 0 && bg === 0;
    if (!plain || styled) out += plain ? '\x1b[0m' : sgr(fg, bg);
    styled = !plain;
    out += text.slice(at, at + units);
    at += units;
  }
  return `${out}${styled ? '\x1b[0m' : ''}${text.slice(at)}`;
}

/** Text and style runs of a row's cells, up to the one given. */
export function styledCells(line: Line, cells: number, from = 0): { text: string; runs: Run[] } {
  const data = line._data;
  const runs: Run[] = [];
  let text = '';
  for (let x = from, i = from * WORDS_PER_CELL; x < cells; x++, i += WORDS_PER_CELL) {
    const content = data[i]!;
    if (!(content & Content.WIDTH) && !(content & Content.COMBINED)) continue;
    const code = content & Content.CODEPOINT;
    const piece = content & Content.COMBINED ? (line._combined[x] ?? ' ') : code ? String.fromCodePoint(code) : ' ';
    const fg = data[i + 1]!;
    const bg = (data[i + 2]! & BG_LOOKS) >>> 0;
    const last = runs.at(-1);
    if (last && last.fg === fg && last.bg === bg) last.units += piece.length;
    else runs.push({ units: piece.length, fg, bg });
    text += piece;
  }
  return { text, runs };
}

/** Copies cells as latin1 when all are single-width, below U+0100 and of one style; false (and nothing of use written) else. */
export function copyPlain(data: Uint32Array, cells: number, out: Buffer, at: number): boolean {
  const fg = data[1]!;
  const bg = data[2]!;
  for (let x = 0, i = 0; x < cells; x++, i += WORDS_PER_CELL) {
    const code = data[i]! ^ EMPTY_CELL;
    if (code > 0xff || data[i + 1] !== fg || data[i + 2] !== bg) return false;
    out[at + x] = code || 0x20;
  }
  return true;
}

/** The same for cells of any style, which are told elsewhere. */
export function copyLatin1(data: Uint32Array, cells: number, out: Buffer, at: number): boolean {
  for (let x = 0, i = 0; x < cells; x++, i += WORDS_PER_CELL) {
    const code = data[i]! ^ EMPTY_CELL;
    if (code > 0xff) return false;
    out[at + x] = code || 0x20;
  }
  return true;
}
