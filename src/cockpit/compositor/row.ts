import { Bg, Content, WORDS_PER_CELL } from '../../schema/cell.ts';
import type { Caret } from './caret.ts';
import type { Out } from './out.ts';
import type { Pen } from './pen.ts';
import { BLANK, type Screen, sameExtras, widthOf } from './screen.ts';
import { isSure } from './sure.ts';

/** `next` is what the terminal shall show, `shown` what it shows. Both have the same size. */
export interface RowWriter {
  out: Out;
  pen: Pen;
  caret: Caret;
  next: Screen;
  shown: Screen;
  /** The terminal fills what it erases with the present background (BCE). */
  erasesWithBackground: boolean;
}

/** Equal cells between two changed ones are written again up to this many: moving over them costs as many bytes. */
const MAX_GAP = 4;
/** From this many blank cells on, erasing (and moving over them) is shorter than spaces. */
const MIN_ERASE = 9;

const PACKED = Content.COMBINED;

function differs(next: Screen, shown: Screen, at: number, y: number, x: number): boolean {
  const a = next.words;
  const b = shown.words;
  if (a[at] !== b[at] || a[at + 1] !== b[at + 1] || a[at + 2] !== b[at + 2]) return true;
  if ((a[at]! & PACKED) === 0 && (a[at + 2]! & Bg.EXTENDED) === 0) return false;
  return !sameExtras(next.extras[y]!, x, shown.extras[y]!, x);
}

/** A space that shows nothing but its background: it can be erased instead of written. */
const isPlain = (words: Uint32Array, at: number) =>
  words[at] === BLANK && words[at + 1] === 0 && (words[at + 2]! & ~(Bg.COLOR | Bg.MODE)) === 0;

/** The column after `x` up to which cells are plain spaces on the same background as the one at `x`. */
function plainUntil(words: Uint32Array, start: number, x: number, end: number): number {
  const bg = words[start + x * WORDS_PER_CELL + 2];
  let to = x;
  while (to < end && isPlain(words, start + to * WORDS_PER_CELL) && words[start + to * WORDS_PER_CELL + 2] === bg) to++;
  return to;
}

/**
 * A terminal that gives a character fewer columns than the agent's emulator, or joins it to the one before, would leave
 * what stood in the rest of its cells.
 */
function blankBelow(w: RowWriter, y: number, x: number, at: number): void {
  const { words } = w.shown;
  if (isPlain(words, at) && isPlain(words, at + WORDS_PER_CELL)) return;
  w.pen.setBackground(w.out, w.next.words[at + 2]!);
  w.out.ascii('  ');
  w.caret.advanced(2, true);
  w.caret.move(w.out, x, y);
}

function writeCell(w: RowWriter, y: number, x: number, at: number): void {
  const { words } = w.next;
  const content = words[at]!;
  const width = widthOf(content) || 1;
  if (isPlain(words, at)) {
    w.pen.setBackground(w.out, words[at + 2]!);
    w.out.byte(32);
    w.caret.advanced(1, true);
    return;
  }
  const packed = (content & PACKED) !== 0;
  const code = content & Content.CODEPOINT;
  const sure = !packed && isSure(code, width);
  if (width === 2 && !sure) blankBelow(w, y, x, at);
  const extra = packed || (words[at + 2]! & Bg.EXTENDED) !== 0 ? w.next.extras[y]?.get(x) : undefined;
  if (!w.pen.suits(words[at + 1]!, words[at + 2]!)) {
    w.pen.set(w.out, words[at + 1]!, words[at + 2]!, (words[at + 2]! & Bg.EXTENDED) !== 0 ? extra : undefined);
  }
  if (packed) w.out.text(extra?.text ?? ' ');
  else if (code < 0x80) w.out.byte(code);
  else w.out.codePoint(code);
  w.caret.advanced(width, sure);
}

/** Can the equal cells between the cursor and `x` be written again without a change of style? */
function canBridge(w: RowWriter, start: number, from: number, x: number): boolean {
  const { words } = w.next;
  for (let at = start + from * WORDS_PER_CELL; at < start + x * WORDS_PER_CELL; at += WORDS_PER_CELL) {
    if (isPlain(words, at) ? !w.pen.suitsSpace(words[at + 2]!) : !isAscii(words[at]!)) return false;
    if (!isPlain(words, at) && !w.pen.suits(words[at + 1]!, words[at + 2]!)) return false;
  }
  return true;
}
const isAscii = (content: number) => (content & PACKED) === 0 && (content & Content.CODEPOINT) < 0x80 && content !== 0;

function reach(w: RowWriter, y: number, x: number, start: number): void {
  const { caret } = w;
  const gap = x - caret.x;
  if (caret.y === y && caret.x >= 0 && gap > 0 && gap <= MAX_GAP && canBridge(w, start, caret.x, x)) {
    for (let at = caret.x; at < x; at++) writeCell(w, y, at, start + at * WORDS_PER_CELL);
  } else caret.move(w.out, x, y);
}

/** Erases a run of plain cells when that is shorter than writing it; returns the column after it, or `x` when it is not. */
function erase(w: RowWriter, y: number, x: number, start: number, last: number): number {
  const bg = w.next.words[start + x * WORDS_PER_CELL + 2]!;
  if (bg !== 0 && !w.erasesWithBackground) return x;
  const { cols } = w.next;
  const end = plainUntil(w.next.words, start, x, cols);
  const needed = Math.min(end, last + 1) - x;
  if (end === cols ? needed < 4 : needed < MIN_ERASE) return x;
  w.caret.move(w.out, x, y);
  w.pen.setBackground(w.out, bg);
  if (end === cols) w.out.csi(0, 'K', 0);
  else w.out.csi(Math.min(end, last + 1) - x, 'X');
  return end === cols ? cols : Math.min(end, last + 1);
}

/** Writes what differs in columns `from` to `to` of row `y`. Returns false when nothing did. The caller copies `next` over `shown`. */
export function writeRow(w: RowWriter, y: number, from: number, to: number): boolean {
  const { next, shown } = w;
  const { cols, words } = next;
  const start = y * cols * WORDS_PER_CELL;
  let first = from;
  while (first < to && !differs(next, shown, start + first * WORDS_PER_CELL, y, first)) first++;
  if (first >= to) return false;
  let last = to - 1;
  while (!differs(next, shown, start + last * WORDS_PER_CELL, y, last)) last--;
  for (let x = first; x <= last; ) {
    const at = start + x * WORDS_PER_CELL;
    const content = words[at]!;
    // A right half is written with its lead. Where only it differs, the lead is written again.
    const half = (content & Content.WIDTH) === 0;
    if (
      !differs(next, shown, at, y, x) &&
      !(widthOf(content) === 2 && differs(next, shown, at + WORDS_PER_CELL, y, x + 1))
    ) {
      x++;
      continue;
    }
    if (half) {
      x++;
      continue;
    }
    if (isPlain(words, at)) {
      const to = erase(w, y, x, start, last);
      if (to > x) {
        x = to;
        continue;
      }
    }
    reach(w, y, x, start);
    writeCell(w, y, x, at);
    x += widthOf(content);
  }
  return true;
}
