import type { Access } from '../emulator/access.ts';
import { lineCells } from '../emulator/line.ts';
import { MAX_LINE_UNITS, type Ring } from './ring.ts';
import { type Run, styledCells } from './style.ts';

/** A logical line in xterm's scrollback. */
export interface TailLine {
  number: number;
  text: string;
  runs: Run[];
  at: number;
}

/**
 * The logical lines in xterm's own few rows above the screen, which follow the ring; the first may be the rest of the ring's
 * last one and then has its number. `timeOf` a row, counted from 0.
 */
export function tailLines(access: Access, ring: Ring, timeOf: (row: number) => number): TailLine[] {
  const rows = access.scrollbackRows();
  const lines: TailLine[] = [];
  let number = ring.last;
  let units = ring.joins ? ring.units : MAX_LINE_UNITS;
  for (let i = 0; i < rows; i++) {
    const line = access.scrollbackLine(i);
    const next = i + 1 < rows ? access.scrollbackLine(i + 1) : access.screenLineAfterScrollback();
    const { text, runs } = styledCells(line, lineCells(line, next));
    const previous = lines.at(-1);
    const joins = line.isWrapped && units < MAX_LINE_UNITS;
    if (joins && previous) {
      previous.text += text;
      previous.runs.push(...runs);
    } else {
      if (!joins) number++;
      lines.push({ number, text, runs, at: timeOf(i) });
    }
    units = (joins ? units : 0) + text.length;
  }
  return lines;
}

/** How many lines begin there. */
export function tailCount(access: Access, ring: Ring): number {
  const rows = access.scrollbackRows();
  if (rows === 0) return 0;
  // Only a line of many screens can reach its bound, and then it is counted by its text.
  const long = (ring.joins ? ring.units : 0) + rows * 2 * access.scrollbackLine(0)._data.length > MAX_LINE_UNITS;
  if (long && ring.joins && access.scrollbackLine(0).isWrapped) {
    return (tailLines(access, ring, () => 0).at(-1)?.number ?? ring.last) - ring.last;
  }
  let lines = 0;
  for (let i = 0; i < rows; i++) if (!access.scrollbackLine(i).isWrapped || (i === 0 && !ring.joins)) lines++;
  return lines;
}
