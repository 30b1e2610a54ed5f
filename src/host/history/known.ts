import type { Ring } from './ring.ts';
import { core, hashText } from './sight.ts';

/** Lines looked up at once when many were added; the index of what came before them has holes then. */
const MAX_CATCH_UP = 10_000;
const START_SLOTS = 1024;
/** Words of a slot: hash of the text, number of the line (0: free), and when that was noted, in seconds. */
const WORDS = 3;

/**
 * Which texts stand in the ring, each at most twice: its two newest lines. Made only for programs that redraw. A full table
 * forgets what has left the ring, and grows if it must.
 */
export class Known {
  readonly #ring: Ring;
  #slots = new Uint32Array(START_SLOTS * WORDS);
  #used = 0;
  #upTo = 0;

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  get size(): number {
    return this.#slots.byteLength;
  }

  /** When lines with this text came into the ring, at most two, in milliseconds (to the second). */
  find(text: string): number[] {
    return this.#find(core(text)).map((slot) => this.#slots[slot * WORDS + 2]! * 1000);
  }

  /** Numbers of the lines with this text, the newest two at most. */
  numbers(text: string): number[] {
    return this.#find(core(text)).map((slot) => this.#slots[slot * WORDS + 1]!);
  }

  /** Notes the lines that were added since the last time. */
  catchUp(now: number): void {
    const { first, last } = this.#ring;
    const second = Math.floor(now / 1000);
    for (let n = Math.max(this.#upTo + 1, first, last - MAX_CATCH_UP); n <= last; n++) this.#note(n, second);
    this.#upTo = last;
  }

  #find(text: string, hash = hashText(text)): number[] {
    const mask = this.#slots.length / WORDS - 1;
    const found: number[] = [];
    for (let slot = hash & mask; this.#slots[slot * WORDS + 1] !== 0; slot = (slot + 1) & mask) {
      if (this.#slots[slot * WORDS] !== hash) continue;
      if (core(this.#ring.text(this.#slots[slot * WORDS + 1]!) ?? '') === text) found.push(slot);
    }
    return found;
  }

  #note(number: number, second: number): void {
    const text = core(this.#ring.text(number)!);
    const hash = hashText(text);
    if (hash === 0) return;
    const found = this.#find(text, hash);
    if (found.length > 1) {
      const [a, b] = found as [number, number];
      const older = this.#slots[a * WORDS + 1]! < this.#slots[b * WORDS + 1]! ? a : b;
      this.#slots.set([hash, number, second], older * WORDS);
      return;
    }
    if (++this.#used * 2 > this.#slots.length / WORDS) this.#rebuild();
    this.#put(hash, number, second);
  }

  #put(hash: number, number: number, second: number): void {
    const mask = this.#slots.length / WORDS - 1;
    let slot = hash & mask;
    while (this.#slots[slot * WORDS + 1] !== 0) slot = (slot + 1) & mask;
    this.#slots.set([hash, number, second], slot * WORDS);
  }

  #rebuild(): void {
    const old = this.#slots;
    const { first } = this.#ring;
    let living = 1;
    for (let i = 1; i < old.length; i += WORDS) if (old[i]! >= first) living++;
    this.#slots = new Uint32Array(living * 4 > old.length / WORDS ? old.length * 2 : old.length);
    this.#used = living;
    for (let i = 0; i < old.length; i += WORDS) {
      if (old[i + 1]! >= first) this.#put(old[i]!, old[i + 1]!, old[i + 2]!);
    }
  }
}
