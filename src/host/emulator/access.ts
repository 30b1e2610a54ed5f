import type { IBufferCell, IBufferLine, Terminal } from '@xterm/headless';
import { Bg, Content, Fg, WORDS_PER_CELL } from '../../schema/screen.ts';
import { type Damage, watchDamage } from './damage.ts';
import { EMPTY_CELL, type Line } from './line.ts';
import { endOrphans } from './orphans.ts';
import { type Printing, printPlain } from './print.ts';

/** What the host needs of xterm beyond its public API. */
export interface Access {
  /** Parses now (private path), or soon; `done` is called when it is parsed. */
  parse(bytes: Uint8Array, done: () => void): void;
  /** Row of the screen that is shown, from 0. */
  screenLine(y: number): Line;
  /** Rows of the screen that may have changed since it was asked last. */
  takeDamage(): Damage;
  /** Rows above the normal screen, oldest first: how many, and each. */
  scrollbackRows(): number;
  scrollbackLine(index: number): Line;
  /** Top row of the normal screen, which may continue the last row above it. */
  screenLineAfterScrollback(): Line | undefined;
  /** Calls back with each row that xterm is about to drop from its scrollback. False: it cannot. */
  onDrop(drop: (line: Line, next: Line | undefined) => void): boolean;
  /** Rows of the screen. */
  rows(): number;
  /** The alternate screen is shown. */
  alternate(): boolean;
  /** No part of the screen is kept from scrolling. */
  scrollsWhole(): boolean;
  /** Drops the oldest rows above the normal screen. */
  dropScrollback(count: number): void;
  /** Calls back before the program clears the normal screen (`CSI 2 J`), or the rows above it (`CSI 3 J`: `above`). */
  onClear(clear: (above: boolean) => void): void;
}

interface Lines {
  length: number;
  maxLength: number;
  get(index: number): (Line & { isWrapped: boolean }) | undefined;
  recycle(): Line;
  splice(start: number, deleted: number, ...items: Line[]): void;
  trimStart(count: number): void;
}
interface Screen {
  lines: Lines;
  ybase: number;
  ydisp: number;
  /** Row of the saved cursor, counted from the top of `lines`. */
  savedY: number;
  scrollTop: number;
  scrollBottom: number;
}
interface Private {
  _inputHandler: Input & {
    _parser: Printing['_parser'] & { _oscParser: SubParser; _dcsParser: SubParser; reset(): void };
  };
  _bufferService: { buffers: { normal: Screen; active: Screen; alt: Screen } };
}
interface Input extends Printing {
  parse(bytes: Uint8Array): unknown;
  eraseInDisplay(params: { params: number[]; length: number }, respectProtect: boolean): boolean;
}
interface SubParser {
  _handlers: Record<
    string,
    { put(data: Uint32Array, start: number, end: number): void; _data: string; _hitLimit: boolean }[]
  >;
}

/** Characters of one OSC or DCS string that are kept; xterm itself would hold ten million of each. */
const MAX_STRING = 1024 * 1024;

/** Reads xterm 6.0.0's own fields (the version is pinned): no copy per row, no timer per write. Undefined when they are missing. */
export function privateAccess(terminal: Terminal): Access | undefined {
  const core = (terminal as unknown as { _core?: Private })._core;
  const buffers = core?._bufferService?.buffers;
  const parser = core?._inputHandler?._parser;
  if (!core || !(buffers?.active?.lines?.get(0)?._data instanceof Uint32Array)) return undefined;
  if (typeof core._inputHandler.parse !== 'function' || !parser?._oscParser?._handlers) return undefined;
  limitStrings(parser._oscParser);
  limitStrings(parser._dcsParser);
  eraseWholeScreen(terminal, core._inputHandler);
  endOrphans(terminal, () => buffers.active);
  printPlain(core._inputHandler);
  const damage = watchDamage(terminal, core._inputHandler, () => buffers.active === buffers.normal);
  return {
    parse(bytes, done) {
      try {
        core._inputHandler.parse(bytes);
      } catch {
        // A sequence that xterm cannot take: the rest of its chunk is given up, the next one starts afresh.
        parser.reset();
      }
      damage.gather();
      done();
    },
    takeDamage: damage.take,
    screenLine: (y) => exactLine(buffers.active.lines.get(buffers.active.ybase + y)!, terminal.cols),
    scrollbackRows: () => buffers.normal.ybase,
    scrollbackLine: (index) => buffers.normal.lines.get(index)!,
    screenLineAfterScrollback: () => buffers.normal.lines.get(buffers.normal.ybase),
    onDrop(drop) {
      const watch = () => watchLines(buffers.normal.lines, drop);
      watch();
      // A full reset (ESC c) gives xterm new buffers.
      terminal.buffer.onBufferChange(watch);
      terminal.parser.registerEscHandler({ final: 'c' }, () => {
        const { lines, ybase } = buffers.normal;
        for (let i = 0; i < ybase; i++) drop(lines.get(i)!, lines.get(i + 1));
        return false;
      });
      return true;
    },
    rows: () => terminal.rows,
    alternate: () => buffers.active !== buffers.normal,
    scrollsWhole: () => buffers.active.scrollTop === 0 && buffers.active.scrollBottom === terminal.rows - 1,
    dropScrollback: (count) => dropScrollback(buffers.normal, count),
    onClear(clear) {
      terminal.parser.registerCsiHandler({ final: 'J' }, (params) => {
        if ((params[0] === 2 || params[0] === 3) && buffers.active === buffers.normal) clear(params[0] === 3);
        return false;
      });
    },
  };
}

/** As `CSI 3 J` does it, with the saved cursor left where it is on the screen. */
function dropScrollback(screen: Screen, count: number): void {
  if (count === 0) return;
  screen.lines.trimStart(count);
  screen.ybase -= count;
  screen.ydisp = screen.ybase;
  screen.savedY = Math.max(0, screen.savedY - count);
}

/** xterm 6.0.0 throws at `CSI 1 J` in the very last cell of a screen that never scrolled; there it means `CSI 2 J`. */
function eraseWholeScreen(terminal: Terminal, input: Input): void {
  const handler = (respectProtect: boolean) => (params: (number | number[])[]) => {
    const { cursorX, cursorY } = terminal.buffer.active;
    if (params[0] !== 1 || cursorY < terminal.rows - 1 || cursorX + 1 < terminal.cols) return false;
    return input.eraseInDisplay({ params: [2], length: 1 }, respectProtect);
  };
  terminal.parser.registerCsiHandler({ final: 'J' }, handler(false));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'J' }, handler(true));
}

/** The row with exactly as many cells as the screen has columns: xterm leaves some of another width after a resize. */
function exactLine(line: Line, cols: number): Line {
  const words = cols * WORDS_PER_CELL;
  if (line._data.length === words) return line;
  const data = new Uint32Array(words);
  for (let i = 0; i < words; i += WORDS_PER_CELL) data[i] = EMPTY_CELL;
  data.set(line._data.subarray(0, words));
  return { _data: data, _combined: line._combined, _extendedAttrs: line._extendedAttrs, isWrapped: line.isWrapped };
}

const watched = new WeakSet<Lines>();

/** Takes rows over at the three doors by which they leave xterm's ring: scrolling, scrolling above a footer, trimming. */
function watchLines(lines: Lines, drop: (line: Line, next: Line | undefined) => void): void {
  if (watched.has(lines)) return;
  watched.add(lines);
  const { recycle, splice, trimStart } = lines;
  const dropFirst = (count: number) => {
    for (let i = 0; i < count && i < lines.length; i++) drop(lines.get(i)!, lines.get(i + 1));
  };
  lines.recycle = function () {
    drop(this.get(0)!, this.get(1));
    return recycle.call(this);
  };
  lines.splice = function (start, deleted, ...items) {
    dropFirst(this.length - deleted + items.length - this.maxLength);
    splice.call(this, start, deleted, ...items);
  };
  lines.trimStart = function (count) {
    dropFirst(count);
    trimStart.call(this, count);
  };
}

function limitStrings(parser: SubParser): void {
  for (const handler of Object.values(parser._handlers).flat()) {
    const put = handler.put.bind(handler);
    handler.put = (data, start, end) => {
      put(data, start, end);
      if (handler._data?.length > MAX_STRING) {
        handler._data = '';
        handler._hitLimit = true;
      }
    };
  }
}

/** The same through xterm's public API: slower, and underline styles are not seen. Rows that are dropped are lost. */
export function publicAccess(terminal: Terminal): Access {
  const at = (buffer: 'active' | 'normal', y: number) => publicLine(terminal.buffer[buffer].getLine(y)!, terminal.cols);
  return {
    // It parses later, and the bytes are valid only now.
    parse: (bytes, done) => terminal.write(Uint8Array.from(bytes), done),
    takeDamage: () => ({ from: 0, to: Number.POSITIVE_INFINITY, scrolled: 0 }),
    screenLine: (y) => at('active', terminal.buffer.active.baseY + y),
    scrollbackRows: () => terminal.buffer.normal.baseY,
    scrollbackLine: (index) => at('normal', index),
    screenLineAfterScrollback: () => at('normal', terminal.buffer.normal.baseY),
    onDrop: () => false,
    rows: () => terminal.rows,
    alternate: () => terminal.buffer.active.type === 'alternate',
    scrollsWhole: () => true,
    dropScrollback() {},
    onClear() {},
  };
}

const flag = (set: number, bit: number) => (set ? bit : 0);

function publicLine(line: IBufferLine, cols: number): Line {
  const data = new Uint32Array(cols * WORDS_PER_CELL);
  const combined: Record<number, string> = {};
  let cell: IBufferCell | undefined;
  for (let x = 0, i = 0; x < cols; x++, i += WORDS_PER_CELL) {
    cell = line.getCell(x, cell)!;
    const chars = cell.getChars();
    const single = chars === '' || chars.length === (chars.codePointAt(0)! > 0xffff ? 2 : 1);
    if (!single) combined[x] = chars;
    data[i] = (single ? (chars.codePointAt(0) ?? 0) : Content.COMBINED) | (cell.getWidth() << Content.WIDTH_SHIFT);
    data[i + 1] = foreground(cell);
    data[i + 2] = background(cell);
  }
  return { _data: data, _combined: combined, _extendedAttrs: {}, isWrapped: line.isWrapped };
}

const foreground = (cell: IBufferCell) =>
  cell.getFgColorMode() |
  (cell.isFgDefault() ? 0 : cell.getFgColor()) |
  flag(cell.isInverse(), Fg.INVERSE) |
  flag(cell.isBold(), Fg.BOLD) |
  flag(cell.isUnderline(), Fg.UNDERLINE) |
  flag(cell.isBlink(), Fg.BLINK) |
  flag(cell.isInvisible(), Fg.INVISIBLE) |
  flag(cell.isStrikethrough(), Fg.STRIKE);

const background = (cell: IBufferCell) =>
  cell.getBgColorMode() |
  (cell.isBgDefault() ? 0 : cell.getBgColor()) |
  flag(cell.isItalic(), Bg.ITALIC) |
  flag(cell.isDim(), Bg.DIM) |
  flag(cell.isOverline(), Bg.OVERLINE);
