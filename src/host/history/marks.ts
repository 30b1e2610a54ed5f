import type { Mark } from '../../schema/history.ts';
import type { HostEvent } from '../../schema/host.ts';
import type { Emulator } from '../emulator/emulator.ts';
import { lineCells, lineText } from '../emulator/line.ts';
import { plainText } from '../emulator/signals.ts';
import type { History } from './history.ts';

/** Commands remembered, the newest; and characters of each. */
const MAX_MARKS = 1000;
const MAX_TEXT = 500;

/** Where the input of a prompt began: its cell, and how many rows had left the screen by then. */
interface Begun {
  x: number;
  y: number;
  pushed: number;
}

export interface Marks {
  /** To be told of every event while it is parsed: the cursor stands where it came from. */
  see(event: HostEvent): void;
  /** Oldest first. */
  list(): Mark[];
}

/**
 * Commands of shells that mark their prompts (OSC 133: B the input begins, C the command runs), with the number that their
 * line has, or will have once it leaves the screen.
 */
export function createMarks(
  emulator: Emulator,
  history: Pick<History, 'pushed' | 'page' | 'open'>,
  clock: () => number,
): Marks {
  let marks: Mark[] = [];
  let begun: Begun | undefined;

  /** The rows from `y` to before the cursor's: what was typed, with what the shell printed before it left out. */
  const typed = (x: number, y: number): string => {
    let text = '';
    const end = Math.max(y, emulator.cursor.y - 1);
    for (let row = y; row <= end; row++) {
      const line = emulator.line(row);
      const next = row + 1 < emulator.size.rows ? emulator.line(row + 1) : undefined;
      const whole = lineText(line, lineCells(line, next));
      if (row > y && !line.isWrapped) text += ' ';
      // Cells before the input are narrow in all but odd prompts; what is wide there costs a character at most.
      text += row === y ? whole.slice(x) : whole;
    }
    return plainText(text, MAX_TEXT);
  };
  const lineAt = (y: number): number => {
    let line = history.page({ from: null, count: 1, styled: false }).total + (history.open ? 1 : 0);
    for (let row = 0; row <= y; row++) if (!emulator.line(row).isWrapped) line++;
    return line;
  };
  return {
    see(event) {
      if (event.type !== 'mark' || emulator.modes.alternate) return;
      const { x, y } = emulator.cursor;
      if (event.mark === 'B') begun = { x, y, pushed: history.pushed };
      if (event.mark !== 'C' || !begun) return;
      const from = begun.y - (history.pushed - begun.pushed);
      const text = from < 0 ? '' : typed(begun.x, from);
      begun = undefined;
      if (text === '') return;
      marks.push({ line: lineAt(from), at: clock(), kind: 'command', text });
      if (marks.length > MAX_MARKS * 2) marks = marks.slice(-MAX_MARKS);
    },
    list: () => marks.slice(-MAX_MARKS),
  };
}
