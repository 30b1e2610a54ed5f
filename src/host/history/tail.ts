import type { Access } from '../emulator/access.ts';
import { lineCells } from '../emulator/line.ts';
import { MAX_LINE_UNITS, type Ring } from './ring.ts';
import { coveringRuns, type Run, styledCells } from './style.ts';

/** A logical line in xterm's scrollback. */
export interface TailLine {
  number: number;
  text: string;
  runs: Run[];
  at: number;
}

/** xterm's own few rows above the screen, which follow the ring. */
export interface Tail {
  /** Of those rows, the first that belong to lines that have left the screen whole; the rest is the beginning of one that has not. */
  rows: number;
  /** All of them, and the ring's last line, are one line that goes on on the screen. */
  open: boolean;
}

/** `counted`: the highest number that a line has had. A line that was whole stays so, whatever its rows say later. */
export function tailOf(access: Access, ring: Ring, counted: number): Tail {
  const rows = access.scrollbackRows();
  const whole = { rows, open: false };
  if (!access.screenLineAfterScrollback()?.isWrapped) return whole;
  for (let row = rows - 1; row >= 0; row--) {
    if (access.scrollbackLine(row).isWrapped) continue;
    return numberAt(access, ring, row) < counted ? whole : { rows: row, open: false };
  }
  return ring.joins && ring.last > counted ? { rows: 0, open: true } : ring.joins ? whole : { rows: 0, open: false };
}

/**
 * The logical lines of its first rows; the first may be the rest of the ring's last one and then has its number. `timeOf` a row,
 * counted from 0. Of lines before `from` nothing is read that is not needed to number those that follow.
 */
export function tailLines(
  access: Access,
  ring: Ring,
  rows: number,
  timeOf: (row: number) => number,
  from = 0,
): TailLine[] {
  const lines: TailLine[] = [];
  let number = ring.last;
  let units = ring.joins ? ring.units : MAX_LINE_UNITS;
  for (let i = 0; i < rows; i++) {
    const line = access.scrollbackLine(i);
    const next = i + 1 < rows ? access.scrollbackLine(i + 1) : undefined;
    const joins = line.isWrapped && units < MAX_LINE_UNITS;
    if (!joins) number++;
    if (number < from && !next?.isWrapped) continue;
    const { text, runs } = styledCells(line, lineCells(line, next));
    const previous = lines.at(-1);
    if (joins && previous) {
      previous.text += text;
      previous.runs.push(...runs);
    } else if (number >= from) lines.push({ number, text, runs, at: timeOf(i) });
    units = (joins ? units : 0) + text.length;
  }
  return lines;
}

/** Number of the last line that begins before row `rows` of xterm's scrollback. */
export function numberAt(access: Access, ring: Ring, rows: number): number {
  if (rows === 0) return ring.last;
  const goesOn = ring.joins && access.scrollbackLine(0).isWrapped;
  // Only a line of many screens can reach its bound, and then lines are counted by their text.
  if (goesOn && ring.units + rows * 2 * access.scrollbackLine(0)._data.length > MAX_LINE_UNITS) {
    return tailLines(access, ring, rows, () => 0).at(-1)?.number ?? ring.last;
  }
  let number = ring.last + (access.scrollbackLine(0).isWrapped && !goesOn ? 1 : 0);
  for (let i = 0; i < rows; i++) if (!access.scrollbackLine(i).isWrapped) number++;
  return number;
}

/** The line that goes on on the screen, as far as it has left it; '' when there is none. Of the ring's part not all need be covered by runs. */
export function openLine(access: Access, ring: Ring, { rows, open }: Tail): Pick<TailLine, 'text' | 'runs'> {
  const stored = open ? ring.get(ring.last) : undefined;
  const line = { text: stored?.text ?? '', runs: stored ? coveringRuns(stored) : [] };
  for (let row = rows; row < access.scrollbackRows(); row++) {
    const here = access.scrollbackLine(row);
    const next = access.scrollbackLine(row + 1) ?? access.screenLineAfterScrollback();
    const { text, runs } = styledCells(here, lineCells(here, next));
    line.text += text;
    line.runs.push(...runs);
  }
  return line;
}
