import { type Line, lineCells } from '../emulator/line.ts';
import type { Known } from './known.ts';
import { MAX_LINE_UNITS, type Ring } from './ring.ts';
import { type Printed, Sequence } from './sequence.ts';
import { styledCells } from './style.ts';

/** Time (ms) after a clearing in which a program prints again what it had printed, and after a resize: many wait for the last of several. */
const CLEARED_MS = 250;
const RESIZED_MS = 1000;
/** New lines that wait for those which stood on the screen before it was cleared: more are printed by no program that redraws. */
const MAX_FRESH = 200;

/**
 * Programs of one kind clear screen and scrollback and print everything again, some of them many times a second. What
 * leaves the screen just after such a clearing enters the ring only if it is new.
 */
export class Reprint {
  readonly #ring: Ring;
  readonly #known: Known;
  readonly #sequence: Sequence;
  #until: number | undefined;
  #held: Printed | undefined;
  /** A change of the size is followed by several clearings, or by none between two times that all is printed. */
  #isResized = false;
  /** New lines that are not in the ring yet. */
  #fresh: Printed[] = [];
  readonly #onFlood: () => void;

  /** `onFlood`: so much is new that what stood on the screen before is to enter the ring now, or it would stand below that. */
  constructor(ring: Ring, known: Known, onFlood: () => void) {
    this.#ring = ring;
    this.#known = known;
    this.#sequence = new Sequence(ring, known);
    this.#onFlood = onFlood;
  }

  /** Rows go through `take`; they are not counted as lines while they stand above the screen. */
  get active(): boolean {
    return this.#until !== undefined;
  }

  begin(now: number, resized: boolean): void {
    this.#add(this.#sequence.end());
    this.release(this.#ring.last);
    this.#known.catchUp(now);
    this.#isResized = resized || (this.active && this.#isResized);
    this.#sequence.begin(this.#isResized ? Number.POSITIVE_INFINITY : this.#ring.last);
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
      if (held) this.#add(this.#sequence.next(held));
      this.#held = { text, runs, at };
    }
    if (next?.isWrapped && this.#held!.text.length < MAX_LINE_UNITS) return;
    this.#add(this.#sequence.next(this.#held!));
    this.#held = undefined;
  }

  /** Over, when the program has had its time and no line is in the middle. */
  end(now: number): boolean {
    if (this.#until === undefined || now < this.#until || this.#held) return false;
    this.#add(this.#sequence.end());
    this.#until = undefined;
    return true;
  }

  /**
   * Puts the new lines into the ring, but for those that came into it from the screen meanwhile: with numbers above `last`.
   * False: there are none.
   */
  release(last: number): boolean {
    const fresh = this.#fresh;
    if (fresh.length === 0) return false;
    this.#fresh = [];
    const after = new Sequence(this.#ring, this.#known);
    after.begin(this.#ring.last, last);
    for (const { text, runs, at } of [...fresh.flatMap((line) => after.next(line)), ...after.end()])
      this.#ring.add(text, runs, at);
    this.#known.catchUp(fresh.at(-1)!.at);
    return true;
  }

  #add(lines: Printed[]): void {
    for (const line of lines) this.#fresh.push(line);
    if (this.#fresh.length <= MAX_FRESH) return;
    const { last } = this.#ring;
    this.#onFlood();
    this.release(last);
  }
}
