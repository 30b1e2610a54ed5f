import { encodeKey } from '../../core/keys/encode.ts';
import { encodeMouse } from '../../core/keys/mouse.ts';
import { normalizeKey } from '../../core/keys/names.ts';
import type { ScreenModes } from '../../schema/screen.ts';
import type { InputEvent, KeyEvent, MouseEvent, PasteEvent, Rect } from '../types.ts';

/** Lines that a notch of the wheel moves, in programs on the alternate screen that know no mouse (as terminals do). */
const WHEEL_LINES = 3;

export interface Routing {
  events: readonly InputEvent[];
  /** The key that ends typing, by its name. */
  leaveKey: string;
  /** Modes of the agent's terminal. */
  modes: ScreenModes;
  /** Where its screen stands. */
  rect: Rect;
  /** A button that was pressed inside is still held: movement outside goes to the agent as well. */
  grabbed: boolean;
}

export interface Routed {
  /** For the agent's terminal, in order. */
  bytes: Uint8Array;
  /** The leave key was among the events. */
  left: boolean;
  grabbed: boolean;
  /** Not for the agent: mouse events elsewhere, focus, and all that came after the leave key. */
  rest: InputEvent[];
}

const MARK_BYTES = 6;
/** A paste for a program that did not ask for markers. */
const unmarked = ({ bytes, first, last }: PasteEvent) =>
  bytes.subarray(first ? MARK_BYTES : 0, last ? bytes.length - MARK_BYTES : bytes.length);

const isInside = ({ x, y }: MouseEvent, rect: Rect) =>
  x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;

const within = (value: number, size: number) => Math.max(0, Math.min(size - 1, value));

/** A wheel notch for a program without a mouse: arrow keys on the alternate screen, nothing elsewhere. */
function wheelKeys(event: MouseEvent, modes: ScreenModes): Uint8Array | null {
  const key = { wheelUp: 'Up', wheelDown: 'Down' }[event.button as string];
  if (!key || !modes.alternate || modes.mouse !== 'none') return null;
  return Buffer.concat(Array.from({ length: WHEEL_LINES }, () => encodeKey(key, { ...modes, kittyKeyboard: 0 })));
}

function mouseBytes(event: MouseEvent, modes: ScreenModes, rect: Rect): Uint8Array | null {
  if (modes.mouse === 'none') return wheelKeys(event, modes);
  return encodeMouse(
    { ...event, x: within(event.x - rect.x, rect.width), y: within(event.y - rect.y, rect.height) },
    modes,
  );
}

/** A focus report for a program in these modes; empty when it did not ask for them. */
export const encodeFocus = (focused: boolean, modes: ScreenModes): Uint8Array =>
  modes.focusEvents ? Buffer.from(focused ? '\x1b[I' : '\x1b[O') : new Uint8Array(0);

/**
 * Typing mode: what goes to the agent, as the terminal sent it. Keys and pastes pass byte for byte; mouse and focus are put into
 * the agent's own terms, answers of the terminal are dropped. Pure.
 */
export function routeTyping({ events, leaveKey, modes, rect, grabbed }: Routing): Routed {
  const leave = normalizeKey(leaveKey) ?? leaveKey;
  const parts: Uint8Array[] = [];
  const rest: InputEvent[] = [];
  let held = grabbed;
  const mouse = (event: MouseEvent) => {
    const ours = held || isInside(event, rect);
    const bytes = ours ? mouseBytes(event, modes, rect) : null;
    if (bytes === null) return void rest.push(event);
    parts.push(bytes);
    if (!event.button.startsWith('wheel')) held = event.kind === 'press' || (held && event.kind === 'move');
  };
  for (const [index, event] of events.entries()) {
    if (isLeave(event, leave)) {
      return { bytes: Buffer.concat(parts), left: true, grabbed: false, rest: [...rest, ...events.slice(index + 1)] };
    }
    if (event.type === 'mouse') mouse(event);
    else if (event.type === 'focus') {
      parts.push(encodeFocus(event.focused, modes));
      rest.push(event);
    } else if (event.type === 'paste' && !modes.bracketedPaste) parts.push(unmarked(event));
    else if (event.type !== 'reply') parts.push(event.bytes);
  }
  return { bytes: Buffer.concat(parts), left: false, grabbed: held, rest };
}

const isLeave = (event: InputEvent, leave: string): event is KeyEvent => event.type === 'key' && event.key === leave;
