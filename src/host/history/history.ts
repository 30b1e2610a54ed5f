import type { Access } from '../emulator/access.ts';
import { type Line, lineCells } from '../emulator/line.ts';
import { Known } from './known.ts';
import { Memory } from './memory.ts';
import { type HistoryPage, Pages, type SearchText } from './pages.ts';
import { Reprint } from './reprint.ts';
import { Retime } from './retime.ts';
import { Ring } from './ring.ts';
import { createStamps } from './stamps.ts';

export interface History {
  /** Rows that ever left the top of the normal screen: what scrolled is told from it. */
  readonly pushed: number;
  /** Logical lines that can be scrolled back to. */
  readonly lines: number;
  /** Number of the newest line in the ring. */
  readonly newest: number;
  /** What has left the screen of the line that goes on in its first row: it counts once it has left whole. */
  readonly open: string;
  /** The same with SGR sequences and nothing else. */
  readonly openAnsi: string;
  /** Bytes held in the ring, and to find again what stands there. */
  readonly size: number;
  /** To be called before each chunk is parsed: what stood on the screen until now may go. `updating`: see Memory. */
  before(now: number, updating: boolean): void;
  /** To be called after each chunk of so many bytes is parsed: what was pushed since then left the screen at `now`. */
  stamp(now: number, bytes?: number): void;
  /** Output has settled: what has gone from the screen is taken over. */
  settle(now: number): void;
  /** Around each change of the screen's size: `change` makes it. Rows are counted anew. */
  resize(now: number, change: () => void): void;
  page(request: { from: number | null; count: number; styled: boolean }): HistoryPage;
  searchable(): SearchText;
}

/**
 * History: the ring followed by xterm's own few scrollback rows (the tail), as one list of logical lines numbered from 1. A
 * line keeps its number when its rows move from the one to the other. Into the ring go the rows that xterm drops, and what
 * Memory has seen on the screen; before the latter all of the tail is moved there. `clock` gives milliseconds.
 */
export const createHistory = (access: Access, maxLines: number, clock: () => number): History =>
  new TheHistory(access, maxLines, clock);

class TheHistory implements History {
  readonly #access: Access;
  readonly #clock: () => number;
  readonly #ring: Ring;
  readonly #known: Known;
  readonly #reprint: Reprint;
  readonly #stamps = createStamps();
  readonly #pages: Pages;
  readonly #memory: Memory;
  readonly #remembers: boolean;
  #dropped = 0;
  /** When it last printed, in milliseconds. */
  #wroteAt: number | undefined;
  /** While the size changes. */
  #retime: Retime | undefined;

  constructor(access: Access, maxLines: number, clock: () => number) {
    this.#access = access;
    this.#clock = clock;
    this.#ring = new Ring(maxLines);
    this.#known = new Known(this.#ring);
    this.#reprint = new Reprint(this.#ring, this.#known, () => this.#memory.flooded(clock()));
    this.#pages = new Pages(access, this.#ring, this.#reprint, this.#timeOf);
    const pushed = () => this.pushed;
    this.#memory = new Memory(access, { ring: this.#ring, known: this.#known, pages: this.#pages, pushed });
    this.#remembers = access.onDrop((line, next) => this.#drop(line, next));
    access.onClear((above) => {
      if (above) this.#printsAgain(access.scrollbackRows(), false);
      else if (this.#memory.redraws) this.#printsAgain(this.#pages.wholeRows, false);
    });
  }

  get pushed(): number {
    return this.#dropped + this.#access.scrollbackRows();
  }

  get lines(): number {
    return Math.max(0, this.#pages.total - this.#ring.first + 1);
  }

  get newest(): number {
    return this.#ring.last;
  }

  get open(): string {
    return this.#pages.open;
  }

  get openAnsi(): string {
    return this.#pages.openAnsi;
  }

  get size(): number {
    return this.#ring.size + this.#known.size;
  }

  before(now: number, updating: boolean): void {
    if (!this.#remembers || !this.#memory.due(now, updating)) return;
    this.#reprinted(now);
    this.#fromScreen(() => this.#memory.before(now));
  }

  stamp(now: number, bytes = 0): void {
    this.#wroteAt = now;
    this.#pages.checkLeft();
    this.#stamps.stamp(this.pushed, now, this.#seenAt);
    this.#memory.wrote(now, bytes);
  }

  settle(now: number, resized = false): void {
    if (!this.#remembers) return;
    this.#reprinted(now);
    this.#fromScreen(() => this.#memory.look(now, resized));
  }

  resize(now: number, change: () => void): void {
    this.settle(now);
    if (this.#remembers && this.#memory.redraws) this.#printsAgain(this.#pages.wholeRows, true);
    this.#retime = new Retime(this.#access, this.#timeOf);
    const times = this.#pages.pulling(change);
    const rows = this.#retime.rows();
    this.#retime = undefined;
    const wroteAt = this.#wroteAt ?? now;
    this.#stamps.reset(this.#dropped, wroteAt);
    this.#stamps.stamp(this.pushed, wroteAt, (row) => rows[row - this.#dropped] ?? times.get(this.#numberOf(row)));
    this.#memory.wrote(now, 0);
    this.settle(now, true);
  }

  page(request: { from: number | null; count: number; styled: boolean }): HistoryPage {
    return this.#pages.page(request);
  }

  searchable(): SearchText {
    return this.#pages.searchable();
  }

  readonly #timeOf = (row: number) => this.#stamps.peek(this.#dropped + row) ?? this.#clock();

  /** A line that a resize had brought back is as old as it was. */
  readonly #seenAt = (row: number) => this.#pages.pulledAt(this.#numberOf(row)) ?? this.#memory.seenAt(row);

  #numberOf(row: number): number {
    return this.#pages.numberOf(row - this.#dropped);
  }

  #drop(line: Line, next: Line | undefined): void {
    const at = this.#timeOfDropped(line);
    if (this.#reprint.active) this.#reprint.take(line, next, at ?? this.#clock());
    else {
      this.#pages.checkDrop(line, next);
      const time = at ?? this.#pages.pulledAt(this.#ring.last + 1) ?? this.#clock();
      this.#ring.append(line, lineCells(line, next), line.isWrapped, time);
    }
    this.#dropped++;
  }

  #timeOfDropped({ isWrapped }: Line): number | undefined {
    if (!this.#retime) return this.#stamps.take(this.#dropped);
    const at = this.#retime.drop(isWrapped);
    return at ?? this.#pages.pulledAt(this.#ring.last + 1) ?? this.#wroteAt;
  }

  /** From here on the program may print again what it had printed. `rows` above the screen are none of that. */
  #printsAgain(rows: number, resized: boolean): void {
    this.#access.dropScrollback(rows);
    this.#pages.holdNumbers();
    this.#reprint.begin(this.#clock(), resized);
  }

  /** What the screen still had is older than what is new. */
  #fromScreen(take: () => void): void {
    const { last } = this.#ring;
    take();
    if (this.#reprint.release(last)) this.#memory.counted();
  }

  #reprinted(now: number): void {
    if (!this.#reprint.active) return;
    this.#access.dropScrollback(this.#pages.wholeRows);
    this.#reprint.end(now);
  }
}
