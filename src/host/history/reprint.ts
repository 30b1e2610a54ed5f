import { type Line, lineCells } from '../emulator/line.ts';
import type { Known } from './known.ts';
import { MAX_LINE_UNITS, type Ring } from './ring.ts';
import { shown } from './sight.ts';
import { type Run, styledCells } from './style.ts';

/** Time (ms) after a clearing in which a program prints again what it had printed, and after a resize: many wait for the last of several. */
const CLEARED_MS = 250;
const RESIZED_MS = 1000;

/**
 * Programs of one kind clear screen and scrollback and print everything again, some of them many times a second. What
 * leaves the screen just after such a clearing enters the ring only if its text is new.
 */
export class Reprint {
  readonly #ring: Ring;
  readonly #known: Known;
  #until: number | undefined;
  #held: { text: string; runs: Run[]; at: number } | undefined;
  /** The last line was new: a blank one below it belongs to it. */
  #added = false;

  constructor(ring: Ring, known: Known) {
    this.#ring = ring;
    this.#known = known;
  }

  /** Rows go through `take`; they are not counted as lines while they stand above the screen. */
  get active(): boolean {
    return this.#until !== undefined;
  }

  begin(now: number, resized: boolean): void {
    this.#known.catchUp(now);
    this.#until = Math.max(this.#until ?? 0, now + (resized ? RESIZED_MS : CLEARED_MS));
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
    if (this.#until === undefined || now < this.#until || this.#held) return false;
    this.#until = undefined;
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
