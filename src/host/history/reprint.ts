import { type Line, lineCells } from '../emulator/line.ts';
import type { Known } from './known.ts';
import { MAX_LINE_UNITS, type Ring } from './ring.ts';
import { shown } from './sight.ts';
import { type Run, styledCells } from './style.ts';

/** Time (ms) after the last clearing in which a program prints again what it had printed. */
const REPRINT_MS = 250;

/**
 * Programs of one kind clear screen and scrollback and print everything again, some of them many times a second. What
 * leaves the screen just after such a clearing enters the ring only if its text is new.
 */
export class Reprint {
  readonly #ring: Ring;
  readonly #known: Known;
  #clearedAt: number | undefined;
  #held: { text: string; runs: Run[]; at: number } | undefined;
  /** The last line was new: a blank one below it belongs to it. */
  #added = false;

  constructor(ring: Ring, known: Known) {
    this.#ring = ring;
    this.#known = known;
  }

  /** Rows go through `take`; they are not counted as lines while they stand above the screen. */
  get active(): boolean {
    return this.#clearedAt !== undefined;
  }

  begin(now: number): void {
    this.#known.catchUp(now);
    this.#clearedAt = now;
  }

  /** A row leaves xterm's scrollback. */
  take(line: Line, next: Line | undefined, at: number): void {
    const { text, runs } = styledCells(line, lineCells(line, next));
    const held = this.#held;
    if (held && line.isWrapped) {
      held.text += text;
      held.runs.push(...runs);
    } else {
      if (held) this.#decide(held);
      this.#held = { text, runs, at };
    }
    if (next?.isWrapped && this.#held!.text.length < MAX_LINE_UNITS) return;
    this.#decide(this.#held!);
    this.#held = undefined;
  }

  /** Over, when the program has had its time and no line is in the middle. */
  end(now: number): boolean {
    if (this.#clearedAt === undefined || now - this.#clearedAt < REPRINT_MS || this.#held) return false;
    this.#clearedAt = undefined;
    return true;
  }

  #decide({ text, runs, at }: { text: string; runs: Run[]; at: number }): void {
    const read = shown(text);
    this.#added = read === '' ? this.#added : this.#known.find(read).length === 0;
    if (!this.#added) return;
    this.#ring.add(text, runs, at);
    this.#known.catchUp(at);
  }
}
