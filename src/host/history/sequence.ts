import type { Known } from './known.ts';
import type { Ring } from './ring.ts';
import { shown } from './sight.ts';
import type { Run as Style } from './style.ts';

/** Lines of the ring between two that are printed again one after the other: what stood on the screen for a while only. */
const NEAR = 8;
/** So many in the order in which they stood are no accident: code has the same two or three lines in many places. */
const RUN = 4;

export interface Printed {
  text: string;
  runs: Style[];
  at: number;
}

/** Lines that read as some that stood elsewhere than below what was printed again last: what follows tells whether they are those. */
interface Run {
  lines: Printed[];
  length: number;
  /** Where the last of them may have stood. */
  places: number[];
}

/**
 * Tells lines that are printed again from new ones that read the same, as a bracket in other code does: what is printed again
 * comes in the order in which it stood.
 */
export class Sequence {
  readonly #ring: Ring;
  readonly #known: Known;
  /** Numbers of the lines that may be printed again: those above the one, up to the other. */
  #above = 0;
  #upTo = 0;
  /** Where the last line stood that was printed again. */
  #place: number | undefined;
  #run: Run | undefined;
  /** The last line was new: a blank one below it belongs to it. */
  #isNew = false;
  #anyNew = false;

  constructor(ring: Ring, known: Known) {
    this.#ring = ring;
    this.#known = known;
  }

  /** What comes begins a sequence; of the one before `end` was called. */
  begin(upTo: number, above = 0): void {
    this.#upTo = upTo;
    this.#above = above;
    this.#place = undefined;
    this.#isNew = this.#anyNew = false;
  }

  /** The next line. Gives those that are new, as far as that is known by now. */
  next(line: Printed): Printed[] {
    const text = shown(line.text);
    if (text === '') return this.#blank(line);
    const numbers = this.#known.numbers(text);
    const longer = numbers.length > 0 && this.#run?.places.flatMap((place) => this.#below(place, text) ?? []);
    if (longer && longer.length > 0) return this.#grow(this.#run!, line, longer);
    const fresh = this.#end(false);
    if (numbers.length === 0) return [...fresh, ...this.#fresh([line])];
    const place = this.#place === undefined ? undefined : this.#below(this.#place, text);
    if (place !== undefined) this.#again(place);
    else this.#run = { lines: [line], length: 1, places: this.#possible(numbers) };
    return fresh;
  }

  /** Nothing follows. Gives what is new of what was in doubt. */
  end(): Printed[] {
    return this.#end(!this.#anyNew);
  }

  #possible(numbers: number[]): number[] {
    return numbers.filter((number) => number > this.#above && number <= this.#upTo);
  }

  #grow(run: Run, line: Printed, places: number[]): Printed[] {
    if (run.length + 1 >= RUN) return this.#again(places[0]!);
    this.#run = { lines: [...run.lines, line], length: run.length + 1, places };
    return [];
  }

  /** The run that is in doubt is over. Below the newest lines of all nothing stood, so that what comes then is new. */
  #end(isAgain: boolean): Printed[] {
    const run = this.#run;
    this.#run = undefined;
    if (!run) return [];
    const newest = Math.min(this.#upTo, this.#ring.last) - NEAR;
    const last = this.#anyNew || this.#place !== undefined ? undefined : run.places.find((place) => place > newest);
    if (last !== undefined) return this.#again(last);
    return isAgain ? [] : this.#fresh(run.lines);
  }

  #blank(line: Printed): Printed[] {
    if (this.#run) this.#run.lines.push(line);
    return !this.#run && this.#isNew ? [line] : [];
  }

  #again(place: number): Printed[] {
    this.#run = undefined;
    this.#place = place;
    this.#isNew = false;
    return [];
  }

  #fresh(lines: Printed[]): Printed[] {
    this.#isNew = this.#anyNew = true;
    return lines;
  }

  /** Number of the line with this text that stands closely below another one. */
  #below(place: number, text: string): number | undefined {
    const end = Math.min(place + NEAR, this.#upTo, this.#ring.last);
    for (let number = place + 1; number <= end; number++)
      if (shown(this.#ring.text(number) ?? '') === text) return number;
    return undefined;
  }
}
