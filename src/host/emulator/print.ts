import { Bg, Content, WORDS_PER_CELL } from '../../schema/screen.ts';
import type { Touching } from './damage.ts';
import type { Line } from './line.ts';
import { SINGLE } from './width.ts';

/** What of xterm 6.0.0's InputHandler printing needs. */
export interface Printing extends Touching {
  print?(data: Uint32Array, start: number, end: number): void;
  _activeBuffer?: { x: number; y: number; ybase: number; lines: { get(index: number): Line | undefined } };
  _curAttrData?: { fg: number; bg: number; extended?: { urlId: number } };
  _bufferService?: { cols: number };
  _charsetService?: { charset: unknown };
  _coreService?: { modes: { insertMode: boolean } };
  _parser?: { precedingJoinState: number };
}

const SPACE = 0x20;
const LAST = 0x7e;
const ONE_WIDE = 1 << Content.WIDTH_SHIFT;

/**
 * Prints ASCII, which nearly all output is, in a loop over the cells of its row: xterm asks for width, joining, wrapping and
 * inserting at each character, a quarter of what taking in plain output costs. Whatever comes behind it in the same piece,
 * and what is not so plain (other characters, the row's end, line drawing, inserting, links), xterm prints.
 */
export function printPlain(input: Printing): void {
  const { print, _charsetService: charsets, _coreService: core, _bufferService: size } = input;
  const { _parser: parser, _dirtyRowTracker: dirty } = input;
  if (!print || !charsets || !core?.modes || !size || !parser || !dirty?.markDirty || !input._curAttrData) return;
  input.print = (data, start, end) => {
    const { fg, bg, extended } = input._curAttrData!;
    const screen = input._activeBuffer!;
    const row = screen.lines.get(screen.ybase + screen.y);
    const cells = row?._data;
    if (!cells || charsets.charset || core.modes.insertMode || bg & Bg.EXTENDED || extended?.urlId) {
      print.call(input, data, start, end);
      return;
    }
    const first = screen.x * WORDS_PER_CELL;
    // After a resize some rows have another width than the screen.
    const until = Math.min(end, start + Math.min(size.cols, cells.length / WORDS_PER_CELL) - screen.x);
    let pos = start;
    let i = first;
    for (; pos < until; pos++, i += WORDS_PER_CELL) {
      const code = data[pos]!;
      if (code < SPACE || code > LAST) break;
      cells[i] = code | ONE_WIDE;
      cells[i + 1] = fg;
      cells[i + 2] = bg;
    }
    if (pos > start) {
      // Half of a wide character stays on neither side.
      if (first > 0 && isHalf(cells, first - WORDS_PER_CELL, 2)) erase(cells, first - WORDS_PER_CELL, fg, bg);
      if (pos === end && i < cells.length && isHalf(cells, i, 0)) erase(cells, i, fg, bg);
      screen.x += pos - start;
      parser.precedingJoinState = SINGLE;
      dirty.markDirty!(screen.y);
    }
    if (pos < end) print.call(input, data, pos, end);
  };
}

const isHalf = (cells: Uint32Array, at: number, width: 0 | 2) =>
  cells[at]! >>> Content.WIDTH_SHIFT === width && (width === 2 || cells[at] === 0);

function erase(cells: Uint32Array, at: number, fg: number, bg: number): void {
  cells[at] = ONE_WIDE;
  cells[at + 1] = fg;
  cells[at + 2] = bg;
}
