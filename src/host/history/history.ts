import type { HistoryLine } from '../../schema/host.ts';
import type { Access } from '../emulator/access.ts';
import { type Line, lineCells } from '../emulator/line.ts';
import type { SearchBlock } from './block.ts';
import { Ring } from './ring.ts';
import { type Run, styledCells, styledText } from './style.ts';

/** What the `history` method answers with. */
export interface HistoryPage {
  lines: HistoryLine[];
  /** Numbers of the oldest line that is kept and of the newest. */
  first: number;
  total: number;
}

/** All of a history as it is searched: blocks that another thread reads where they are, and the few lines below them. */
export interface SearchText {
  blocks: SearchBlock[];
  /** Numbers of the oldest line that is kept and of the newest. */
  first: number;
  total: number;
  /** The lines from `recentFrom` on; the blocks' last line may be the beginning of the first of them. */
  recent: { text: string; at: number }[];
  recentFrom: number;
}

export interface History {
  /** Rows that ever left the top of the normal screen: what scrolled is told from it. */
  readonly pushed: number;
  /** Logical lines that can be scrolled back to. */
  readonly lines: number;
  /** Bytes held in the ring. */
  readonly size: number;
  /** To be called after each chunk is parsed: what was pushed since then left the screen at `now`. */
  stamp(now: number): void;
  /** After a resize rows are counted anew. */
  restamp(now: number): void;
  page(request: { from: number | null; count: number; styled: boolean }): HistoryPage;
  searchable(): SearchText;
}

/**
 * History: the ring (rows that xterm dropped) followed by xterm's own few scrollback rows, as one list of logical lines
 * numbered from 1. A line keeps its number when its rows move from the one to the other. `clock` gives milliseconds.
 *
 * Full-screen programs leave nothing here; taking over the new lines of their settled screens will add to the same ring.
 */
export function createHistory(access: Access, maxLines: number, clock: () => number): History {
  const ring = new Ring(maxLines);
  let dropped = 0;
  let stamps: { upTo: number; at: number }[] = [];
  let stampIndex = 0;

  const timeOf = (row: number, now: () => number) => {
    while (stampIndex < stamps.length && stamps[stampIndex]!.upTo <= row) stampIndex++;
    return stamps[stampIndex]?.at ?? now();
  };
  access.onDrop((line: Line, next: Line | undefined) => {
    ring.append(line, lineCells(line, next), line.isWrapped, timeOf(dropped, clock));
    dropped++;
  });
  const pushed = () => dropped + access.scrollbackRows();
  const stamp = (now: number) => {
    const upTo = pushed();
    if (upTo === (stamps.at(-1)?.upTo ?? 0)) return;
    if (stampIndex > 64) {
      stamps = stamps.slice(stampIndex);
      stampIndex = 0;
    }
    stamps.push({ upTo, at: now });
  };

  return {
    get pushed() {
      return pushed();
    },
    get lines() {
      return Math.max(0, total(access, ring) - ring.first + 1);
    },
    get size() {
      return ring.size;
    },
    stamp,
    restamp(now) {
      stamps = [];
      stampIndex = 0;
      stamp(now);
    },
    page({ from, count, styled }) {
      const newest = total(access, ring);
      const start = Math.max(ring.first, from ?? newest - count + 1);
      const end = Math.min(newest, start + count - 1);
      const recent = end > ring.last || continuesRing(access, ring) ? recentLines(access, ring, dropped, stamps) : [];
      const lines: HistoryLine[] = [];
      for (let number = start; number <= end; number++) lines.push(join(number, ring, recent, styled, clock));
      return { lines, first: ring.first, total: newest };
    },
    searchable() {
      const rows = recentLines(access, ring, dropped, stamps);
      const recent = rows.map(({ number }) => join(number, ring, rows, false, clock));
      const recentFrom = rows[0]?.number ?? ring.last + 1;
      return { blocks: ring.blocks(), first: ring.first, total: total(access, ring), recent, recentFrom };
    },
  };
}

interface RecentLine {
  number: number;
  text: string;
  runs: Run[];
  at: number;
}

const continuesRing = (access: Access, ring: Ring) =>
  ring.last > 0 && access.scrollbackRows() > 0 && access.scrollbackLine(0).isWrapped;

/** Number of the newest logical line: those of the ring and those that begin in xterm's scrollback. */
function total(access: Access, ring: Ring): number {
  const rows = access.scrollbackRows();
  let lines = ring.last;
  for (let i = 0; i < rows; i++) if (!access.scrollbackLine(i).isWrapped || (i === 0 && ring.last === 0)) lines++;
  return lines;
}

/** The logical lines in xterm's scrollback; the first may be the rest of the ring's last one and then has its number. */
function recentLines(
  access: Access,
  ring: Ring,
  dropped: number,
  stamps: { upTo: number; at: number }[],
): RecentLine[] {
  const rows = access.scrollbackRows();
  const lines: RecentLine[] = [];
  let number = ring.last;
  for (let i = 0; i < rows; i++) {
    const line = access.scrollbackLine(i);
    const next = i + 1 < rows ? access.scrollbackLine(i + 1) : access.screenLineAfterScrollback();
    const { text, runs } = styledCells(line, lineCells(line, next));
    const at = stamps.find((stamp) => stamp.upTo > dropped + i)?.at ?? stamps.at(-1)?.at ?? 0;
    const previous = lines.at(-1);
    if (line.isWrapped && previous) {
      previous.text += text;
      previous.runs.push(...runs);
    } else {
      if (!line.isWrapped || ring.last === 0) number++;
      lines.push({ number, text, runs, at });
    }
  }
  return lines;
}

function join(number: number, ring: Ring, recent: RecentLine[], styled: boolean, clock: () => number): HistoryLine {
  const stored = ring.get(number);
  const rest = recent[0] ? recent[number - recent[0].number] : undefined;
  const text = (stored?.text ?? '') + (rest?.text ?? '');
  const at = stored?.at ?? rest?.at ?? clock();
  if (!styled) return { line: number, text, at };
  const covered = (stored?.runs ?? []).reduce((sum, run) => sum + run.units, 0);
  const gap = (stored?.text.length ?? 0) - covered;
  const runs = [...(stored?.runs ?? []), ...(gap > 0 ? [{ units: gap, fg: 0, bg: 0 }] : []), ...(rest?.runs ?? [])];
  return { line: number, text, at, ansi: styledText(text, runs) };
}
