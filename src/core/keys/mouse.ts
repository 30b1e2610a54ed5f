import type { ScreenModes } from '../../schema/screen.ts';
import type { MouseButton, MouseEvent } from './event.ts';

export type MouseModes = Pick<ScreenModes, 'mouse' | 'mouseEncoding'>;
type Mouse = Pick<MouseEvent, 'kind' | 'button' | 'x' | 'y' | 'mods'>;

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);
const CODES: Record<MouseButton, number> = {
  left: 0,
  middle: 1,
  right: 2,
  none: 3,
  wheelUp: 64,
  wheelDown: 65,
  wheelLeft: 66,
  wheelRight: 67,
  back: 128,
  forward: 129,
};
/** The old encoding has one byte for a column or row: 255 - 32. */
const MAX_OLD = 223;
/** Pixels of a cell for programs that count in pixels: nobody knows those of the real terminal, and half a cell is near enough. */
const CELL_PIXELS = { width: 10, height: 20 };

/** Does a program in this mode hear of it? */
function isWanted({ kind, button }: Mouse, mode: ScreenModes['mouse']): boolean {
  if (mode === 'none') return false;
  if (mode === 'x10') return kind === 'press' && (button === 'left' || button === 'middle' || button === 'right');
  if (kind !== 'move') return true;
  return mode === 'any' || (mode === 'drag' && button !== 'none');
}

/** What a terminal in these modes sends for a mouse event; empty when the program does not want it. `x`, `y` count from 0. */
export function encodeMouse(event: Mouse, modes: MouseModes): Uint8Array {
  if (!isWanted(event, modes.mouse)) return NOTHING;
  const { mods } = event;
  const held = modes.mouse === 'x10' ? 0 : (mods.shift ? 4 : 0) + (mods.alt ? 8 : 0) + (mods.ctrl ? 16 : 0);
  const moved = event.kind === 'move' ? 32 : 0;
  const x = event.x + 1;
  const y = event.y + 1;
  if (modes.mouseEncoding === 'default') {
    if (x > MAX_OLD || y > MAX_OLD) return NOTHING;
    const code = event.kind === 'release' ? CODES.none : CODES[event.button];
    return new Uint8Array([0x1b, 0x5b, 0x4d, 32 + code + held + moved, 32 + x, 32 + y]);
  }
  const pixels = modes.mouseEncoding === 'sgr-pixels';
  const column = pixels ? event.x * CELL_PIXELS.width + CELL_PIXELS.width / 2 : x;
  const row = pixels ? event.y * CELL_PIXELS.height + CELL_PIXELS.height / 2 : y;
  const final = event.kind === 'release' ? 'm' : 'M';
  return encoder.encode(`\x1b[<${CODES[event.button] + held + moved};${column};${row}${final}`);
}
