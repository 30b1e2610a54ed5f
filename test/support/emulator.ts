import { createRequire } from 'node:module';
import type { Terminal as XtermTerminal } from '@xterm/headless';
import { createScreen, type Screen } from '../../src/cockpit/compositor/screen.ts';
import { cleanRow } from '../../src/cockpit/grid/clean.ts';
import { type CellExtra, WORDS_PER_CELL } from '../../src/schema/screen.ts';

const { Terminal } = createRequire(import.meta.url)('@xterm/headless') as { Terminal: typeof XtermTerminal };

interface RawLine {
  _data: Uint32Array;
  _combined: Record<number, string>;
  _extendedAttrs: Record<number, { underlineStyle: number; underlineColor: number } | undefined>;
}

/** Underline colour that xterm keeps for "the text's own". */
const OWN_COLOR = 0x3ffffff;

function rawExtras(line: RawLine): CellExtra[] {
  const extras = new Map<number, CellExtra>();
  for (const [x, text] of Object.entries(line._combined)) extras.set(Number(x), { x: Number(x), text });
  for (const [key, one] of Object.entries(line._extendedAttrs)) {
    if (!one) continue;
    const x = Number(key);
    const underlineColor = one.underlineColor === OWN_COLOR ? 0 : one.underlineColor;
    extras.set(x, { ...extras.get(x), x, underline: one.underlineStyle, underlineColor });
  }
  return [...extras.values()];
}

/** Some, as people have: with none xterm 6.0.0 is left without rows when a narrower screen wraps what it holds. */
const SCROLLBACK = 200;

/** A terminal that people sit at, without the glass: what it was sent can be read back cell by cell. */
export function createEmulator(cols: number, rows: number) {
  const term = new Terminal({ cols, rows, allowProposedApi: true, scrollback: SCROLLBACK });
  const core = (
    term as unknown as {
      _core: {
        writeSync(data: Uint8Array | string): void;
        buffer: { ybase: number; lines: { get(y: number): RawLine } };
      };
    }
  )._core;
  return {
    term,
    write: (data: Uint8Array | string) => core.writeSync(data),
    /** Its screen in the compositor's own form. */
    screen(): Screen {
      const screen = createScreen(term.cols, term.rows);
      for (let y = 0; y < term.rows; y++) {
        const line = core.buffer.lines.get(core.buffer.ybase + y);
        const start = y * term.cols * WORDS_PER_CELL;
        screen.words.set(line._data.subarray(0, term.cols * WORDS_PER_CELL), start);
        screen.extras[y] = cleanRow(screen.words, start, term.cols, rawExtras(line));
      }
      return screen;
    },
    text: (): string[] =>
      Array.from({ length: term.rows }, (_, y) =>
        (term.buffer.active.getLine(term.buffer.active.baseY + y)?.translateToString(true) ?? '').trimEnd(),
      ),
    dispose: () => term.dispose(),
  };
}
export type Emulator = ReturnType<typeof createEmulator>;
