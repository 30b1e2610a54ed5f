import { CellExtra, Cursor, type ScreenFrame, type ScreenHeader, ScreenModes, WORDS_PER_CELL } from './screen.ts';
import * as z from './z.ts';

/*
 * Payload of FRAME_SCREEN, all numbers 32 bits wide and little endian:
 *
 *   12 head words (Head) | per changed row: y and cells, 16 bits each | child, title, extras as UTF-8 | zero to three pad
 *   bytes | cell words
 *
 * Extras, which few rows have, are JSON: a list with one entry per changed row, null where there are none. The rest is no
 * JSON, since writing, reading and checking it as such took 0.1 ms a frame, as long as painting does.
 */
const Head = {
  VERSION: 0,
  FLAGS: 1,
  COLS: 2,
  ROWS: 3,
  SCROLL: 4,
  HISTORY: 5,
  CURSOR_X: 6,
  CURSOR_Y: 7,
  CHANGED: 8,
  CHILD_BYTES: 9,
  TITLE_BYTES: 10,
  EXTRAS_BYTES: 11,
} as const;
const HEAD_WORDS = 12;

/** Bits of the flags. The enums of the shapes are told by their place in the list. */
const Flag = {
  FULL: 1,
  ACKNOWLEDGE: 1 << 1,
  VISIBLE: 1 << 2,
  BLINK: 1 << 3,
  ALTERNATE: 1 << 4,
  APPLICATION_CURSOR: 1 << 5,
  APPLICATION_KEYPAD: 1 << 6,
  BRACKETED_PASTE: 1 << 7,
  FOCUS_EVENTS: 1 << 8,
  SHAPE_SHIFT: 9,
  MOUSE_SHIFT: 12,
  ENCODING_SHIFT: 15,
  KITTY_SHIFT: 18,
} as const;
const ENUM_BITS = 7;
const KITTY_BITS = 0x3fff;

const SHAPES = Cursor.shape.shape.options;
const MOUSE = ScreenModes.shape.mouse.options;
const ENCODINGS = ScreenModes.shape.mouseEncoding.options;
const Extras = z.array(z.array(CellExtra).nullable());

function flagsOf({ full, acknowledge, cursor, modes }: ScreenHeader): number {
  return (
    (full ? Flag.FULL : 0) |
    (acknowledge ? Flag.ACKNOWLEDGE : 0) |
    (cursor.visible ? Flag.VISIBLE : 0) |
    (cursor.blink ? Flag.BLINK : 0) |
    (modes.alternate ? Flag.ALTERNATE : 0) |
    (modes.applicationCursor ? Flag.APPLICATION_CURSOR : 0) |
    (modes.applicationKeypad ? Flag.APPLICATION_KEYPAD : 0) |
    (modes.bracketedPaste ? Flag.BRACKETED_PASTE : 0) |
    (modes.focusEvents ? Flag.FOCUS_EVENTS : 0) |
    (SHAPES.indexOf(cursor.shape) << Flag.SHAPE_SHIFT) |
    (MOUSE.indexOf(modes.mouse) << Flag.MOUSE_SHIFT) |
    (ENCODINGS.indexOf(modes.mouseEncoding) << Flag.ENCODING_SHIFT) |
    ((modes.kittyKeyboard & KITTY_BITS) << Flag.KITTY_SHIFT)
  );
}

/** One of a list; throws a RangeError for a place that it has not. */
function pick<T>(list: readonly T[], flags: number, shift: number, what: string): T {
  const value = list[(flags >>> shift) & ENUM_BITS];
  if (value === undefined) throw new RangeError(`screen frame has an unknown ${what}`);
  return value;
}

const modesOf = (flags: number): ScreenModes => ({
  alternate: (flags & Flag.ALTERNATE) !== 0,
  applicationCursor: (flags & Flag.APPLICATION_CURSOR) !== 0,
  applicationKeypad: (flags & Flag.APPLICATION_KEYPAD) !== 0,
  bracketedPaste: (flags & Flag.BRACKETED_PASTE) !== 0,
  focusEvents: (flags & Flag.FOCUS_EVENTS) !== 0,
  mouse: pick(MOUSE, flags, Flag.MOUSE_SHIFT, 'mouse mode'),
  mouseEncoding: pick(ENCODINGS, flags, Flag.ENCODING_SHIFT, 'mouse encoding'),
  kittyKeyboard: (flags >>> Flag.KITTY_SHIFT) & KITTY_BITS,
});

const extrasText = ({ changed }: ScreenHeader) =>
  changed.some((row) => row.extras) ? JSON.stringify(changed.map((row) => row.extras ?? null)) : '';

/** Memory that was not cleared, from Node's pool where that gives it at a whole word. */
function wordsOf(bytes: number): Buffer {
  const pooled = Buffer.allocUnsafe(bytes);
  return pooled.byteOffset % 4 === 0 ? pooled : Buffer.alloc(bytes);
}

export function encodeScreenFrame({ header, words }: ScreenFrame): Buffer {
  const { cursor, changed } = header;
  const extras = extrasText(header);
  const lengths = [header.child, header.title, extras].map((text) => Buffer.byteLength(text)) as [
    number,
    number,
    number,
  ];
  const text = (HEAD_WORDS + changed.length) * 4;
  const start = (text + lengths[0] + lengths[1] + lengths[2] + 3) & ~3;
  const out = wordsOf(start + words.byteLength);
  // All else is written.
  out.fill(0, start - 4, start);
  const head = new Uint32Array(out.buffer, out.byteOffset, HEAD_WORDS + changed.length);
  head[Head.VERSION] = header.version;
  head[Head.FLAGS] = flagsOf(header);
  head[Head.COLS] = header.cols;
  head[Head.ROWS] = header.rows;
  head[Head.SCROLL] = header.scroll;
  head[Head.HISTORY] = header.history;
  head[Head.CURSOR_X] = cursor.x;
  head[Head.CURSOR_Y] = cursor.y;
  head[Head.CHANGED] = changed.length;
  head.set(lengths, Head.CHILD_BYTES);
  for (let i = 0; i < changed.length; i++) head[HEAD_WORDS + i] = changed[i]!.y | (changed[i]!.cells << 16);
  out.write(header.child, text);
  out.write(header.title, text + lengths[0]);
  out.write(extras, text + lengths[0] + lengths[1]);
  new Uint32Array(out.buffer, out.byteOffset + start, words.length).set(words);
  return out;
}

/** Checks what it reads; throws a RangeError, SyntaxError or ZodError with what was wrong. The words are a copy, aligned. */
export function decodeScreenFrame(payload: Buffer): ScreenFrame {
  const cut = () => new RangeError(`screen frame of ${payload.length} bytes is cut`);
  if (payload.length < HEAD_WORDS * 4 || payload.length % 4 !== 0) throw cut();
  const all = new Uint32Array(payload.length / 4);
  const bytes = Buffer.from(all.buffer);
  payload.copy(bytes);
  const childAt = (HEAD_WORDS + all[Head.CHANGED]!) * 4;
  const titleAt = childAt + all[Head.CHILD_BYTES]!;
  const extrasAt = titleAt + all[Head.TITLE_BYTES]!;
  const end = extrasAt + all[Head.EXTRAS_BYTES]!;
  const start = Math.ceil(end / 4);
  if (start > all.length) throw cut();
  const flags = all[Head.FLAGS]!;
  const header: ScreenHeader = {
    child: bytes.toString('utf8', childAt, titleAt),
    version: all[Head.VERSION]!,
    acknowledge: (flags & Flag.ACKNOWLEDGE) !== 0,
    full: (flags & Flag.FULL) !== 0,
    cols: all[Head.COLS]!,
    rows: all[Head.ROWS]!,
    scroll: all[Head.SCROLL]!,
    cursor: {
      x: all[Head.CURSOR_X]!,
      y: all[Head.CURSOR_Y]!,
      visible: (flags & Flag.VISIBLE) !== 0,
      shape: pick(SHAPES, flags, Flag.SHAPE_SHIFT, 'cursor shape'),
      blink: (flags & Flag.BLINK) !== 0,
    },
    modes: modesOf(flags),
    title: bytes.toString('utf8', titleAt, extrasAt),
    history: all[Head.HISTORY]!,
    changed: changedRows(all, bytes.toString('utf8', extrasAt, end)),
  };
  const count = checkRows(header);
  if (all.length !== start + count) {
    throw new RangeError(`screen frame has ${(all.length - start) * 4} bytes of cells, its header says ${count * 4}`);
  }
  return { header, words: all.subarray(start) };
}

function changedRows(all: Uint32Array, extras: string): ScreenHeader['changed'] {
  const rows: ScreenHeader['changed'] = [];
  for (let i = 0; i < all[Head.CHANGED]!; i++) {
    const row = all[HEAD_WORDS + i]!;
    rows.push({ y: row & 0xffff, cells: row >>> 16 });
  }
  if (extras === '') return rows;
  return Extras.parse(JSON.parse(extras)).map((list, i) => {
    if (!rows[i]) throw new RangeError('screen frame has extras of a row that it has not');
    return list ? { ...rows[i], extras: list } : rows[i];
  });
}

/** Words that the changed rows take. */
function checkRows({ changed, rows, cols }: ScreenHeader): number {
  let cells = 0;
  for (const row of changed) {
    if (row.y >= rows || row.cells > cols) {
      throw new RangeError(`screen frame has row ${row.y} of ${row.cells} cells on a ${cols}×${rows} screen`);
    }
    cells += row.cells;
  }
  return cells * WORDS_PER_CELL;
}
