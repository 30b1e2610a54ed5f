import { partsAt } from './edge.ts';
import type { Known } from './known.ts';
import type { Ring } from './ring.ts';

/** Sides of lines that are noted. */
const MAX_SIDES = 1000;

/**
 * Which texts stand in the ring as one side of a line: those of a program with two panes that came there before it was seen to
 * have them, or while something stood over both.
 */
export class Beside {
  readonly #ring: Ring;
  readonly #known: Known;
  /** When lines with this text on one side came, in milliseconds. */
  readonly #times = new Map<string, number[]>();
  #upTo = 0;

  constructor(ring: Ring, known: Known) {
    this.#ring = ring;
    this.#known = known;
  }

  /** Nothing of what is there is of the program that shows its screen now. */
  begin(): void {
    this.#times.clear();
    this.#upTo = this.#ring.last;
  }

  /** When lines with this text came into the ring, or with it on one side of the edge; else those that have both its sides. */
  find(text: string, edge: number): number[] {
    const { first, last } = this.#ring;
    for (let n = Math.max(this.#upTo + 1, first, last - MAX_SIDES / 2); n <= last; n++) this.#note(n, edge);
    this.#upTo = last;
    const times = this.#find(text);
    const [left, right] = times.length > 0 ? [] : (partsAt(text, edge) ?? []);
    if (!left || !right) return times;
    return [this.#find(left), this.#find(right)].toSorted((a, b) => a.length - b.length)[0]!;
  }

  #find(text: string): number[] {
    return [...this.#known.find(text), ...(this.#times.get(text) ?? [])];
  }

  #note(number: number, edge: number): void {
    const { text, at } = this.#ring.get(number)!;
    const parts = partsAt(text, edge) ?? [];
    if (!parts[0] || !parts[1]) return;
    if (this.#times.size > MAX_SIDES) this.#times.clear();
    for (const part of parts) this.#times.set(part, [...(this.#times.get(part) ?? []), at].slice(-2));
  }
}
