import * as z from './z.ts';

export { Bg, ColorMode, Content, Fg, WORDS_PER_CELL } from './cell.ts';

/** What the words cannot hold, of the cell in column `x`. `underline` is 1 to 5 as in SGR 4:n; `underlineColor` as fg bits 0-25. */
export const CellExtra = z.object({
  x: z.int(),
  text: z.string().optional(),
  underline: z.int().optional(),
  underlineColor: z.int().optional(),
});
export type CellExtra = z.infer<typeof CellExtra>;

/** Modes of an agent's terminal that decide how keys and mouse reach it. */
export const ScreenModes = z.object({
  alternate: z.boolean(),
  applicationCursor: z.boolean(),
  applicationKeypad: z.boolean(),
  bracketedPaste: z.boolean(),
  focusEvents: z.boolean(),
  mouse: z.enum(['none', 'x10', 'vt200', 'drag', 'any']),
  mouseEncoding: z.enum(['default', 'sgr', 'sgr-pixels']),
  /** Kitty keyboard protocol flags that the program pushed last; 0 is legacy. */
  kittyKeyboard: z.int(),
});
export type ScreenModes = z.infer<typeof ScreenModes>;

export const Cursor = z.object({
  x: z.int(),
  y: z.int(),
  visible: z.boolean(),
  shape: z.enum(['block', 'underline', 'bar']),
  blink: z.boolean(),
});
export type Cursor = z.infer<typeof Cursor>;

export interface ScreenHeader {
  child: string;
  /** Grows with every change. */
  version: number;
  /** The sender waits for the note `seen` with this version, or a later one. */
  acknowledge: boolean;
  /** True: all rows follow and what the receiver had is void (first frame, resize, buffer switch). */
  full: boolean;
  cols: number;
  rows: number;
  /** The receiver first moves all rows up by this many (blank rows come in below), then lays the rows of this frame over. */
  scroll: number;
  cursor: Cursor;
  modes: ScreenModes;
  title: string;
  /** Lines in the history ring, i.e. how far one can scroll back. */
  history: number;
  /** Per changed row: its index, how many cells follow (the rest of the row is blank with default attributes), extras. */
  changed: { y: number; cells: number; extras?: CellExtra[] | undefined }[];
}

/** The words of `header.changed`, in its order, one after another. */
export interface ScreenFrame {
  header: ScreenHeader;
  words: Uint32Array;
}

/** Payload of FRAME_INPUT: `u16 length of child id (LE) | child id | bytes for its terminal`. */
export function encodeInput(child: string, bytes: Uint8Array): Buffer {
  const id = Buffer.from(child);
  const out = Buffer.alloc(2 + id.length + bytes.length);
  out.writeUInt16LE(id.length, 0);
  id.copy(out, 2);
  out.set(bytes, 2 + id.length);
  return out;
}

export function decodeInput(payload: Buffer): { child: string; bytes: Buffer } {
  const length = payload.length >= 2 ? payload.readUInt16LE(0) : Number.NaN;
  if (!(length <= payload.length - 2)) throw new RangeError('input frame is cut');
  return { child: payload.toString('utf8', 2, 2 + length), bytes: payload.subarray(2 + length) };
}
