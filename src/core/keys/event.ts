/** Keys held with a mouse event. */
export interface Modifiers {
  shift: boolean;
  alt: boolean;
  ctrl: boolean;
}

export type MouseButton =
  | 'left'
  | 'middle'
  | 'right'
  | 'wheelUp'
  | 'wheelDown'
  | 'wheelLeft'
  | 'wheelRight'
  | 'back'
  | 'forward'
  /** Moved without any button held. */
  | 'none';

/** A press or repeat of a key. `key` is tmux's name: `a`, `C-x`, `M-Left`, `S-F5`, `BTab`, `Space`, `Enter`, `Escape`, `PPage`. */
export interface KeyEvent {
  type: 'key';
  key: string;
  /** What the key types into a text field; null for keys that type nothing (`Up`, `C-x`, `Enter`). */
  text: string | null;
  /** As the terminal sent it. */
  bytes: Uint8Array;
}

/** A key went up; sent only by terminals whose kitty flags ask for it. No command hangs on it. */
export interface ReleaseEvent {
  type: 'release';
  key: string;
  bytes: Uint8Array;
}

/** A piece of a bracketed paste. One of a megabyte comes in many pieces: the first has `first`, the last has `last`. */
export interface PasteEvent {
  type: 'paste';
  text: string;
  first: boolean;
  last: boolean;
  /** With the start and end markers where they belong to this piece. */
  bytes: Uint8Array;
}

/** `x` and `y` count cells from 0 at the top left of the screen. A wheel notch is a press. A drag is a move with a button. */
export interface MouseEvent {
  type: 'mouse';
  kind: 'press' | 'release' | 'move';
  button: MouseButton;
  x: number;
  y: number;
  mods: Modifiers;
  bytes: Uint8Array;
}

/** The terminal's window got or lost the focus. */
export interface FocusEvent {
  type: 'focus';
  focused: boolean;
  bytes: Uint8Array;
}

/** The terminal's answer to a question of ours: device attributes, a mode, a colour, kitty flags, a cursor position. Never a key. */
export interface ReplyEvent {
  type: 'reply';
  name: 'attributes' | 'mode' | 'keyboard' | 'cursor' | 'color' | 'string';
  /** The sequence without its introducer and terminator, e.g. `?2026;2$y` or `11;rgb:1e1e/1e1e/2e2e`. */
  text: string;
  bytes: Uint8Array;
}

/** A well-formed sequence that means nothing here. */
export interface UnknownEvent {
  type: 'unknown';
  bytes: Uint8Array;
}

/** Everything that can come in from a terminal. The `bytes` of all events, joined, are exactly what came in. */
export type InputEvent = KeyEvent | ReleaseEvent | PasteEvent | MouseEvent | FocusEvent | ReplyEvent | UnknownEvent;
