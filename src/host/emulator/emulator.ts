import headless, { type Terminal } from '@xterm/headless';
import type { Size } from '../../schema/agent.ts';
import type { HostEvent } from '../../schema/host.ts';
import type { Cursor, ScreenModes } from '../../schema/screen.ts';
import { type Access, privateAccess, publicAccess } from './access.ts';
import { alignUtf8 } from './align.ts';
import type { Damage } from './damage.ts';
import type { Line } from './line.ts';
import { trackModes } from './modes.ts';
import { answerQueries, type Background } from './queries.ts';
import { watchSignals } from './signals.ts';
import { unicodeProvider } from './width.ts';

/** Rows above the screen that stay in the emulator, so that a wider screen can show them again. History keeps the rest; fewer
 * rows stay in the processor's caches when dozens of children flood. */
export const EMULATOR_SCROLLBACK = 64;

export interface EmulatorOptions {
  size: Size;
  background: Background;
  /** Pipes: LF also returns to the first column. */
  convertEol?: boolean;
  /** Rows that xterm keeps when its private fields are missing and history cannot take them over. */
  historyLines: number;
  /** Answers to the program's queries. */
  onReply(text: string): void;
  onEvent(event: HostEvent): void;
  /** Read through xterm's public API even where the private fields are there: for the test that both are equal. */
  publicApi?: boolean;
}

export interface Emulator {
  readonly size: Size;
  readonly title: string;
  readonly access: Access;
  readonly cursor: Cursor;
  readonly modes: ScreenModes;
  /** The program is in the middle of a synchronized update (DEC 2026). */
  readonly updating: boolean;
  write(bytes: Uint8Array): void;
  /** Resolves when everything written is parsed. */
  drained(): Promise<void>;
  resize(size: Size): void;
  line(y: number): Line;
  /** Rows that may have changed since it was asked last: for one asker. */
  takeDamage(): Damage;
  dispose(): void;
}

function createTerminal(options: EmulatorOptions): Terminal {
  const terminal = new headless.Terminal({
    ...options.size,
    scrollback: EMULATOR_SCROLLBACK,
    allowProposedApi: true,
    convertEol: options.convertEol ?? false,
    logLevel: 'off',
    windowOptions: { getWinSizeChars: true, pushTitle: true, popTitle: true },
  });
  terminal.unicode.register(unicodeProvider);
  terminal.unicode.activeVersion = unicodeProvider.version;
  return terminal;
}

/** One headless terminal: xterm for the cells, our own hooks for what it does not keep or answer. */
export function createEmulator(options: EmulatorOptions): Emulator {
  const terminal = createTerminal(options);
  terminal.onData(options.onReply);
  let title = '';
  watchSignals(terminal, (event) => {
    if (event.type === 'title') title = event.title;
    options.onEvent(event);
  });
  answerQueries(terminal, options.background, options.onReply);
  const extra = trackModes(terminal, options.onReply);
  const fast = options.publicApi ? undefined : privateAccess(terminal);
  if (!fast) terminal.options.scrollback = options.historyLines;
  const access = fast ?? publicAccess(terminal);
  const align = alignUtf8();
  // Asked for at every frame, and xterm checks anew each time whether it may be.
  const { buffer } = terminal;
  let pending = 0;
  let waiting: (() => void)[] = [];
  const parsed = () => {
    if (--pending > 0) return;
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  return {
    access,
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    get title() {
      return title;
    },
    get cursor() {
      const { cursorX, cursorY } = buffer.active;
      return { x: Math.min(cursorX, terminal.cols - 1), y: cursorY, ...extra.cursor };
    },
    get modes() {
      return readModes(terminal, extra);
    },
    get updating() {
      return terminal.modes.synchronizedOutputMode;
    },
    write(bytes) {
      pending++;
      access.parse(align(bytes), parsed);
    },
    drained: () => (pending === 0 ? Promise.resolve() : new Promise<void>((resolve) => waiting.push(resolve))),
    resize: (size) => resize(terminal, size, fast !== undefined),
    line: (y) => access.screenLine(y),
    takeDamage: access.takeDamage,
    dispose: () => terminal.dispose(),
  };
}

function readModes(terminal: Terminal, extra: ReturnType<typeof trackModes>): ScreenModes {
  const { modes } = terminal;
  return {
    alternate: terminal.buffer.active.type === 'alternate',
    applicationCursor: modes.applicationCursorKeysMode,
    applicationKeypad: modes.applicationKeypadMode,
    bracketedPaste: modes.bracketedPasteMode,
    focusEvents: modes.sendFocusMode,
    mouse: modes.mouseTrackingMode,
    mouseEncoding: extra.mouseEncoding,
    kittyKeyboard: extra.kittyKeyboard,
  };
}

/**
 * Reflowing to fewer columns makes more rows than xterm may keep, and it would drop the oldest unseen. So it is given
 * room first; taking the room away again trims them, which history sees.
 */
function resize(terminal: Terminal, size: Size, roomy: boolean): void {
  if (size.cols === terminal.cols && size.rows === terminal.rows) return;
  if (roomy) {
    const rows = terminal.buffer.normal.length * Math.ceil(terminal.cols / size.cols) + terminal.rows;
    terminal.options.scrollback = EMULATOR_SCROLLBACK + rows;
  }
  terminal.resize(size.cols, size.rows);
  if (roomy) terminal.options.scrollback = EMULATOR_SCROLLBACK;
}
