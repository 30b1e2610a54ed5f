/*
 * What the terminal side of the cockpit offers to whoever draws (components, attach).
 *
 *   stdin ▶ Terminal.onInput ▶ InputEvent[] ▶ one input hook ▶ command | Terminals.input (typing mode, input/route)
 *   host ▶ Terminals ▶ Grid ▶ Compositor.touch ▶ Terminal.write
 *   Ink ▶ Compositor.setChrome ▶ Terminal.write
 */

import type { InputEvent } from '../core/keys/event.ts';
import type { Size } from '../schema/agent.ts';
import type { CellExtra, Cursor, ScreenFrame, ScreenModes } from '../schema/screen.ts';

export type {
  FocusEvent,
  InputEvent,
  KeyEvent,
  MouseButton,
  MouseEvent,
  PasteEvent,
  ReleaseEvent,
  ReplyEvent,
} from '../core/keys/event.ts';

/** Ends what the call that returned it began. May be called twice. */
export type Undo = () => void;

/** An area of cells, from 0 at the top left of the screen. */
export interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** 1: no colour at all (NO_COLOR, dumb), 4: 16 colours, 8: 256 colours, 24: true colour. */
export type ColorDepth = 1 | 4 | 8 | 24;

/** What a terminal can do beyond what all can. May grow while it answers questions. */
export interface Abilities {
  depth: ColorDepth;
  /** It said that it shows synchronized updates (DEC 2026) as a whole. */
  atomic: boolean;
  /** It fills what it erases with the present background (BCE). */
  erasesWithBackground: boolean;
}

/** The terminal that the person sits at. Made by `openTerminal` (tty/open); the only holder of the real stdin and stdout. */
export interface Terminal {
  readonly size: Size;
  readonly colorDepth: ColorDepth;
  readonly abilities: Readonly<Abilities>;
  /** What the terminal said of its background; null until it has answered, or when it never does. */
  readonly background: 'dark' | 'light' | null;
  /** False: the terminal is slow, write no more until `onDrain`. For the compositor alone. */
  write(bytes: Uint8Array | string): boolean;
  /** Bytes written that the terminal has not taken yet. */
  readonly backlog: number;
  onDrain(listener: () => void): Undo;
  /** Whole events, in order, a batch for each read. A lone Escape comes after ESCAPE_MS. */
  /** `before`: it also wants what came before it, where that has been kept (cli/early-keys). */
  onInput(listener: (events: InputEvent[]) => void, before?: boolean): Undo;
  onResize(listener: (size: Size) => void): Undo;
  /** The screen's content is void (after a suspend, or a `reset` by somebody else): paint all of it. */
  onRepaint(listener: () => void): Undo;
  /**
   * Typing mode: the modes of the agent that gets the keys, so that this terminal encodes them as the agent asked
   * (application cursor and keypad, bracketed paste, kitty flags). Null: the cockpit's own modes.
   */
  setModes(modes: ScreenModes | null): void;
  /** Whether the mouse is reported at all (config `ui.mouse`); on at first. Off: the terminal's own selection works. */
  setMouse(on: boolean): void;
  /** Control characters are taken out; an empty title is the program's name. */
  setTitle(text: string): void;
  bell(): void;
  /** Puts text into the clipboard (OSC 52). */
  copy(text: string): void;
  /**
   * Desktop notification, by what the terminal is known to take (tty/notification), control characters taken out. `outer`: what tmux
   * says of the terminal that it runs in.
   */
  notify(text: string, outer?: string): void;
  /** Restores the terminal, stops this process (SIGTSTP) and, once continued, sets all modes again and asks for a repaint. */
  suspend(): void;
  /**
   * Gives the terminal to a program until it ends, then sets all modes again and asks for a repaint. Resolves with why the program could
   * not be started, or null.
   */
  lend(command: readonly string[], cwd: string): Promise<string | null>;
  /** Restores the terminal. Also done on exit, on SIGINT, SIGTERM and SIGHUP, and before an uncaught error is printed. */
  close(): void;
}

/**
 * The screen of one agent as its host described it. `cells` is `rows × cols × WORDS_PER_CELL` words (schema/screen), already
 * cleaned: no control code point is in it.
 */
export interface Grid {
  readonly cols: number;
  readonly rows: number;
  readonly cells: Uint32Array;
  /** Per row, by column; null when the row has none. */
  readonly extras: readonly (ReadonlyMap<number, CellExtra> | null)[];
  readonly cursor: Cursor;
  readonly modes: ScreenModes;
  readonly title: string;
  /** Lines of history that the host keeps. */
  readonly history: number;
  /** `header.version` of the last frame; 0 before the first. */
  readonly version: number;
  /** Rows scrolled in all since the grid was made: what the compositor uses scroll regions for. */
  readonly scrolled: number;
  /** Per row: another number each time when a frame has brought the row; it moves along when rows scroll. No two grids have the same. */
  readonly stamps: ArrayLike<number>;
  apply(frame: ScreenFrame): void;
}

/** Where an agent's screen stands. What of the grid does not fit is cut, what it does not fill is blank. */
export interface TerminalRect extends Rect {
  /** The child it shows. */
  id: string;
  grid: Grid;
  /** Keys go to it now: its cursor is the terminal's cursor, and what it prints is painted at once. */
  focused: boolean;
}

/** A bit of text over the screen that needs no render of Ink: a spinner, a clock, a hint. */
export interface Patch {
  x: number;
  y: number;
  /** May have SGR sequences. */
  text: string;
  /** SGR parameters that it begins with, e.g. `1;36`. */
  style?: string;
  /** True: also over overlays. */
  above?: boolean;
}

export interface CompositorStats {
  /** Updates written, updates left out because the terminal was slow, bytes written. */
  frames: number;
  skipped: number;
  bytes: number;
  /** Rows put together from their layers: those alone in which a layer has changed. */
  rows: number;
}

/**
 * Owns what the terminal shows. Layers from the bottom: chrome, terminals, patches, overlays (areas of the chrome that
 * lie over terminals, such as a dialog), patches with `above`. Setters only note what is wanted; it is painted at the end of the turn of
 * the event loop, all in one update. Only cells that differ are written.
 */
export interface Compositor {
  /** Ink's finished frame, a row each, with SGR sequences. Missing rows are blank. */
  setChrome(rows: readonly string[]): void;
  setTerminals(rects: readonly TerminalRect[]): void;
  setOverlays(rects: readonly Rect[]): void;
  /** The grid of this child has changed: painted at once when focused, else with the next frame (FRAME_MS). */
  touch(id: string): void;
  /** Sets, replaces or (null) takes away a patch. */
  patch(id: string, patch: Patch | null): void;
  /** Where the chrome's own cursor stands (a text field); null: none. The cursor of a focused terminal goes before it. */
  setCursor(cursor: { x: number; y: number } | null): void;
  resize(size: Size): void;
  /** Forgets what the terminal shows: the next update writes everything. */
  invalidate(): void;
  /** Paints now what has been noted. */
  paint(): void;
  readonly stats: Readonly<CompositorStats>;
  /** Ends its timers and its listeners; paints no more. */
  close(): void;
}

/** A child that is to be on the screen. */
export interface Watched {
  /** `childId(agent)`. */
  child: string;
  /** Path of its host's socket (`HostRef.socket`). */
  socket: string;
  /** Updates a second at most; 60 for the focused one. */
  fps: number;
}

/** connecting: no frame yet · live · lost: its host is gone or does not know it; the last screen stays. */
export type TerminalState = 'connecting' | 'live' | 'lost';

/** Screens of agents, straight from their hosts. */
export interface Terminals {
  /** All that is visible now: watches what is new, unwatches what is gone. Hosts that vanish are tried again. */
  show(children: readonly Watched[]): void;
  /** Always the same object for a child while it is shown; `version` 0 until the first frame. */
  grid(child: string): Grid | undefined;
  state(child: string): TerminalState | undefined;
  /** After each frame applied and each change of state. */
  onChange(listener: (child: string, what: 'frame' | 'state') => void): Undo;
  /** Bytes for the agent's terminal, in order. Dropped when it is not live: what comes before waits in `ahead`. */
  input(child: string, bytes: Uint8Array): void;
  /** Only the viewer that has the focus calls this. Same size as the grid's: nothing happens. */
  resize(child: string, size: Size): void;
  close(): void;
}
