import { Bg, Content, Fg, WORDS_PER_CELL } from '../../schema/cell.ts';
import { graphemesOf } from '../../util/graphemes.ts';
import { textWidth } from '../../util/text.ts';
import { safeText } from '../grid/clean.ts';
import { BLANK, blank, plainSpace, type Screen } from './screen.ts';
import { applySgr, plainStyle, type Style } from './sgr.ts';

const ESC = 0x1b;

/** Escape sequences that may stand in a row of Ink's: SGR is used, the others (hyperlinks above all) are left out. */
const SEQUENCE = /\x1b(?:\[([0-9:;<=>?]*)([ -/]*)([@-~])|[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])?/y;

/** One column wide and never part of a longer grapheme, unless something from outside of these ranges follows. */
const isSimple = (code: number) =>
  (code >= 0x20 && code < 0x7f) ||
  (code >= 0xa1 && code < 0x300 && code !== 0xad) ||
  (code >= 0x2010 && code < 0x2028) ||
  (code >= 0x2190 && code < 0x2200) ||
  code === 0x232b ||
  code === 0x23ce ||
  (code >= 0x2500 && code < 0x25fd) ||
  (code >= 0x2713 && code < 0x2719) ||
  (code >= 0x2800 && code < 0x2900);

function allSimple(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (!isSimple(text.charCodeAt(i))) return false;
  return true;
}

/** Writes one cell (two when wide); returns the column after it. */
function put(screen: Screen, y: number, x: number, text: string, width: number, style: Style): number {
  if (width === 0 || x >= screen.cols) return x;
  const at = (y * screen.cols + x) * WORDS_PER_CELL;
  const code = text.codePointAt(0)!;
  const fits = x + width <= screen.cols;
  const combined = fits && text.length > (code > 0xffff ? 2 : 1);
  const extended = (style.fg & Fg.UNDERLINE) !== 0 && (style.underline > 1 || style.underlineColor !== 0);
  const { words } = screen;
  words[at] = fits ? (combined ? Content.COMBINED : code) | (width << Content.WIDTH_SHIFT) : BLANK;
  words[at + 1] = style.fg;
  words[at + 2] = style.bg | (extended ? Bg.EXTENDED : 0);
  if (combined || extended) {
    const row = (screen.extras[y] ??= new Map());
    row.set(x, {
      x,
      ...(combined ? { text } : {}),
      ...(extended && style.underline > 1 ? { underline: style.underline } : {}),
      ...(extended && style.underlineColor ? { underlineColor: style.underlineColor } : {}),
    });
  }
  plainSpace(words, at);
  if (width === 2 && fits) {
    words[at + 3] = 0;
    words[at + 4] = style.fg;
    words[at + 5] = style.bg;
  }
  return x + width;
}

function putText(screen: Screen, y: number, x: number, text: string, style: Style): number {
  let column = x;
  if (allSimple(text)) {
    for (let i = 0; i < text.length; i++) column = put(screen, y, column, text[i]!, 1, style);
    return column;
  }
  for (const { segment } of graphemesOf(safeText(text))) {
    column = put(screen, y, column, segment, Math.min(2, textWidth(segment)), style);
  }
  return column;
}

/** Writes ANSI text into row `y` from column `x` on, cut at the right edge; returns the column after it. */
export function parseInto(screen: Screen, y: number, x: number, text: string, style = plainStyle()): number {
  let column = x;
  for (let at = 0; at < text.length && column < screen.cols; ) {
    if (text.charCodeAt(at) === ESC) {
      SEQUENCE.lastIndex = at;
      const found = SEQUENCE.exec(text);
      if (found?.[3] === 'm' && !found[2]) applySgr(style, found[1]!);
      at += found?.[0].length ?? 1;
      continue;
    }
    const next = text.indexOf('\x1b', at);
    const end = next === -1 ? text.length : next;
    column = putText(screen, y, column, text.slice(at, end), style);
    at = end;
  }
  return column;
}

/** Row `y` becomes this ANSI text, blank after it. */
export function parseRow(screen: Screen, y: number, text: string): void {
  blank(screen.words, y * screen.cols, screen.cols);
  screen.extras[y] = null;
  parseInto(screen, y, 0, text);
}
