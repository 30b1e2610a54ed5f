import type { Access } from '../emulator/access.ts';
import { type Line, lineCells } from '../emulator/line.ts';
import { Known } from './known.ts';
import { Memory } from './memory.ts';
import { type HistoryPage, Pages, type SearchText } from './pages.ts';
import { Reprint } from './reprint.ts';
import { Ring } from './ring.ts';
import { createStamps } from './stamps.ts';

export interface History {
  /** Rows that ever left the top of the normal screen: what scrolled is told from it. */
  readonly pushed: number;
  /** Logical lines that can be scrolled back to. */
  readonly lines: number;
  /** Bytes held in the ring, and to find again what stands there. */
  readonly size: number;
  /** To be called before each chunk is parsed: what stood on the screen until now may go. `updating`: see Memory. */
  before(now: number, updating: boolean): void;
  /** To be called after each chunk of so many bytes is parsed: what was pushed since then left the screen at `now`. */
  stamp(now: number, bytes?: number): void;
  /** Output has settled: what has gone from the screen is taken over. */
  settle(now: number): void;
  /** After a resize rows are counted anew. */
  restamp(now: number): void;
  page(request: { from: number | null; count: number; styled: boolean }): HistoryPage;
  searchable(): SearchText;
}

/**
 * History: the ring followed by xterm's own few scrollback rows (the tail), as one list of logical lines numbered from 1. A
 * line keeps its number when its rows move from the one to the other. Into the ring go the rows that xterm drops, and what
 * Memory has seen on the screen; before the latter all of the tail is moved there. `clock` gives milliseconds.
 */
export function createHistory(access: Access, maxLines: number, clock: () => number): History {
  const ring = new Ring(maxLines);
  const known = new Known(ring);
  const reprint = new Reprint(ring, known);
  const stamps = createStamps();
  let dropped = 0;
  const pages = new Pages(access, ring, reprint, (row) => stamps.peek(dropped + row) ?? clock());
  const remembers = access.onDrop((line: Line, next: Line | undefined) => {
    const at = stamps.take(dropped) ?? clock();
    if (reprint.active) reprint.take(line, next, at);
    else ring.append(line, lineCells(line, next), line.isWrapped, at);
    dropped++;
  });
  const pushed = () => dropped + access.scrollbackRows();
  const memory = new Memory(access, { ring, known, pages, pushed });
  const seenAt = (row: number) => memory.seenAt(row);
  access.onClear(() => {
    access.dropScrollback();
    reprint.begin(clock());
  });
  const reprinted = (now: number) => {
    if (reprint.active) access.dropScrollback();
    reprint.end(now);
  };
  const settle = (now: number) => {
    if (!remembers) return;
    reprinted(now);
    memory.look(now);
  };
  return {
    get pushed() {
      return pushed();
    },
    get lines() {
      return Math.max(0, pages.total - ring.first + 1);
    },
    get size() {
      return ring.size + known.size;
    },
    before(now, updating) {
      if (!remembers || !memory.due(now, updating)) return;
      reprinted(now);
      memory.before(now);
    },
    stamp(now, bytes = 0) {
      stamps.stamp(pushed(), now, seenAt);
      memory.wrote(now, bytes);
    },
    settle,
    restamp(now) {
      stamps.reset();
      stamps.stamp(pushed(), now, () => undefined);
      memory.wrote(now, 0);
      settle(now);
    },
    page: (request) => pages.page(request),
    searchable: () => pages.searchable(),
  };
}
