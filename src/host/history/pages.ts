import type { HistoryLine } from '../../schema/host.ts';
import type { Access } from '../emulator/access.ts';
import type { SearchBlock } from './block.ts';
import type { Reprint } from './reprint.ts';
import type { Ring } from './ring.ts';
import { styledText } from './style.ts';
import { type TailLine, tailCount, tailLines } from './tail.ts';

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

/** Ring and tail as one list. While a program prints again what it had printed the tail is not part of it (see Reprint). */
export class Pages {
  readonly #access: Access;
  readonly #ring: Ring;
  readonly #reprint: Reprint;
  readonly #timeOf: (row: number) => number;

  /** `timeOf`: when a row above the screen left it, counted from the oldest there. */
  constructor(access: Access, ring: Ring, reprint: Reprint, timeOf: (row: number) => number) {
    this.#access = access;
    this.#ring = ring;
    this.#reprint = reprint;
    this.#timeOf = timeOf;
  }

  /** Number of the newest line. */
  get total(): number {
    return this.#ring.last + (this.#reprint.active ? 0 : tailCount(this.#access, this.#ring));
  }

  texts(from: number, to: number): string[] {
    const tail = this.#needsTail(to) ? this.#tail() : [];
    return range(from, to).map((number) => join(number, this.#ring, tail, false).text);
  }

  page({ from, count, styled }: { from: number | null; count: number; styled: boolean }): HistoryPage {
    this.#catchUp();
    const { first } = this.#ring;
    const { total } = this;
    const start = Math.max(first, from ?? total - count + 1);
    const end = Math.min(total, start + count - 1);
    const tail = this.#needsTail(end) ? this.#tail() : [];
    return { lines: range(start, end).map((number) => join(number, this.#ring, tail, styled)), first, total };
  }

  searchable(): SearchText {
    this.#catchUp();
    const tail = this.#tail();
    const recent = tail.map(({ number }) => join(number, this.#ring, tail, false));
    const { first, last } = this.#ring;
    return { blocks: this.#ring.blocks(), first, total: this.total, recent, recentFrom: tail[0]?.number ?? last + 1 };
  }

  #catchUp(): void {
    if (this.#reprint.active) this.#access.dropScrollback();
  }

  #tail(): TailLine[] {
    return this.#reprint.active ? [] : tailLines(this.#access, this.#ring, this.#timeOf);
  }

  #needsTail(to: number): boolean {
    if (to > this.#ring.last) return true;
    return this.#ring.joins && this.#access.scrollbackRows() > 0 && this.#access.scrollbackLine(0).isWrapped;
  }
}

const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => from + i);

function join(number: number, ring: Ring, recent: TailLine[], styled: boolean): HistoryLine {
  const stored = ring.get(number);
  const rest = recent[0] ? recent[number - recent[0].number] : undefined;
  const text = (stored?.text ?? '') + (rest?.text ?? '');
  const at = stored?.at ?? rest?.at ?? 0;
  if (!styled) return { line: number, text, at };
  const covered = (stored?.runs ?? []).reduce((sum, run) => sum + run.units, 0);
  const gap = (stored?.text.length ?? 0) - covered;
  const runs = [...(stored?.runs ?? []), ...(gap > 0 ? [{ units: gap, fg: 0, bg: 0 }] : []), ...(rest?.runs ?? [])];
  return { line: number, text, at, ansi: styledText(text, runs) };
}
