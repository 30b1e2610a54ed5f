import type { HistoryLine } from '../../schema/host.ts';
import type { Access } from '../emulator/access.ts';
import { type Line, lineCells } from '../emulator/line.ts';
import type { SearchBlock } from './block.ts';
import type { Reprint } from './reprint.ts';
import type { Ring } from './ring.ts';
import { hashText, type Sight, shown } from './sight.ts';
import { coveringRuns, styledCells, styledText } from './style.ts';
import { numberAt, openLine, type Tail, type TailLine, tailLines, tailOf } from './tail.ts';

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
  #pulled: TailLine[] = [];
  #counted = 0;

  /** `timeOf`: when a row above the screen left it, counted from the oldest there. */
  constructor(access: Access, ring: Ring, reprint: Reprint, timeOf: (row: number) => number) {
    this.#access = access;
    this.#ring = ring;
    this.#reprint = reprint;
    this.#timeOf = timeOf;
  }

  /** Number of the newest line. */
  get total(): number {
    if (this.#reprint.active) {
      this.#counted = Math.max(this.#counted, this.#ring.last);
      return this.#ring.last;
    }
    const { rows, open } = this.#tailOf();
    const total = numberAt(this.#access, this.#ring, rows) - (open ? 1 : 0);
    this.#counted = Math.max(this.#counted, total);
    // All that left the screen is in the ring, and its last line was whole: a row that says later that it goes on with it is another's.
    if (!open && this.#access.scrollbackRows() === 0) this.#ring.close();
    return total;
  }

  /** Rows above the screen that belong to lines that have left it whole, oldest first. */
  get wholeRows(): number {
    return this.#tailOf().rows;
  }

  /** What has left the screen of the line that goes on in its first row. */
  get open(): string {
    return openLine(this.#access, this.#ring, this.#tailOf()).text;
  }

  /** The same with SGR sequences and nothing else. */
  get openAnsi(): string {
    const { text, runs } = openLine(this.#access, this.#ring, this.#tailOf());
    return styledText(text, runs);
  }

  /**
   * Runs a resize, after which a taller or wider screen shows some of the tail again: those lines are history no more.
   * Gives when each of them was printed, and each that an earlier resize had brought back, by its number.
   */
  pulling(resize: () => void): Map<number, number> {
    const tail = this.#tail();
    resize();
    this.#counted = 0;
    // What an earlier resize brought back stands below what this one does.
    const lines = [...tail, ...this.#pulled];
    this.#pulled = lines.filter((line) => line.number > this.total);
    return new Map(lines.map(({ number, at }) => [number, at]));
  }

  /** When a line was printed that the screen shows again, or has shown since the last resize. */
  pulledAt(number: number): number | undefined {
    return this.#pulled.find((line) => line.number === number)?.at;
  }

  /** Number of the line that a row above the screen belongs to, counted from the oldest there. */
  numberOf(row: number): number {
    return numberAt(this.#access, this.#ring, row + 1);
  }

  /** The normal screen shows `lines`. Where it no longer begins with the lines that it shows again, those keep their numbers. */
  checkPulled(lines: Sight[]): void {
    if (this.#pulled.length === 0) return;
    const { total } = this;
    const again = this.#pulled.filter((line) => line.number > total);
    const same = again.every(({ text }, i) => (i === 0 && lines[0]?.cut) || lines[i]?.hash === hashText(text));
    if (same) return;
    this.#access.dropScrollback(this.wholeRows);
    this.holdNumbers();
  }

  /** Output was parsed: a line that has left the screen again under its old number must be the one that it was. */
  checkLeft(): void {
    if (this.#pulled.length === 0) return;
    const { total } = this;
    const tail = new Map(this.#tail().map((line) => [line.number, line]));
    const other = this.#pulled.some(({ number, text }) => {
      const now = number <= total ? tail.get(number) : undefined;
      return now !== undefined && hashText(now.text) !== hashText(text);
    });
    if (!other) return;
    this.#access.dropScrollback(this.#rowsBefore(this.#pulled[0]!.number));
    this.holdNumbers();
  }

  /** Rows above the screen of lines with smaller numbers. */
  #rowsBefore(number: number): number {
    let rows = 0;
    while (rows < this.wholeRows && numberAt(this.#access, this.#ring, rows + 1) < number) rows++;
    return rows;
  }

  /** A row that begins a line is about to enter the ring: as above. */
  checkDrop(line: Line, next: Line | undefined): void {
    if (this.#pulled.length === 0 || (line.isWrapped && this.#ring.joins)) return;
    const was = this.#pulled.find(({ number }) => number === this.#ring.last + 1);
    if (was && !shown(was.text).startsWith(shown(styledCells(line, lineCells(line, next)).text))) this.holdNumbers();
  }

  /** Before other lines come next: lines that the screen shows again are put into the ring under the numbers that they had. */
  holdNumbers(): void {
    for (const { number, text, runs, at } of this.#pulled) if (number > this.#ring.last) this.#ring.add(text, runs, at);
    this.#pulled = [];
  }

  texts(from: number, to: number): string[] {
    const tail = this.#needsTail(to) ? this.#tail(from) : [];
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
    if (this.#reprint.active) this.#access.dropScrollback(this.wholeRows);
    this.#reprint.release(this.#ring.last);
  }

  #tailOf(): Tail {
    return tailOf(this.#access, this.#ring, this.#counted);
  }

  #tail(from?: number): TailLine[] {
    return this.#reprint.active ? [] : tailLines(this.#access, this.#ring, this.wholeRows, this.#timeOf, from);
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
  const runs = [...(stored ? coveringRuns(stored) : []), ...(rest?.runs ?? [])];
  return { line: number, text, at, ansi: styledText(text, runs) };
}
