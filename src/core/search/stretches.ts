/*
 * Where in a text three letters in a row can stand: the text is cut into 32 stretches of equal length, and a word for each
 * hash of three letters has one bit a stretch. Words of all texts with the same hash lie side by side:
 *
 *   text      |  0  |  1  |  2  | …  | 31  |
 *   word      bit 2 is set where letters with its hash begin in stretch 2
 *   row       one of SLOTS: | word of text 0 | word of text 1 | …
 *
 * A text that is looked for can only begin where the bits of all its threes are set. Of which texts that holds is seen by
 * reading a few rows from end to end, and most stretches of the others need not be read.
 */
export const STRETCHES = 32;
/** Rows: 4 KB beside the 18 KB of text of a usual block, of which one in seven has the bit of a stretch. */
const SLOTS = 1024;
const HASH_SHIFT = 32 - Math.log2(SLOTS);
/** The golden ratio spreads what is alike in its low bits over the high ones. */
const SPREAD = 0x9e3779b1;
/** Eight bits of each of three letters. */
const KEY_MASK = 0xffffff;
/** Units of a stretch at least, and of a text whose threes are looked at: so it lies in two stretches at most. */
const MIN_LENGTH = 64;
/** Texts that there is room for at first. */
const FEW = 64;

const slotOf = (key: number) => Math.imul(key, SPREAD) >>> HASH_SHIFT;

/** What is known of one text. */
export interface Stretches {
  table: StretchTable;
  /** Its word in each row. */
  column: number;
  /** UTF-16 units of a stretch. */
  length: number;
}

/** Of each of many texts what is needed to look through it, side by side: to fetch it from the texts takes as long as to look. */
export interface Columns {
  table: StretchTable;
  /** Where it is in the table; -1: it is not there. */
  of: Int32Array;
  /** UTF-16 units of its stretches. */
  lengths: Int32Array;
  /** It as it stands, and in small letters; undefined: that is not at hand. */
  texts: (string | undefined)[];
  folded: (string | undefined)[];
}

/** The stretches of at most so many texts. */
export class StretchTable {
  readonly #most: number;
  #room = FEW;
  #rows = new Uint32Array(SLOTS * FEW);
  /** Columns that were in use, and those of them that no longer are. */
  #used = 0;
  readonly #free: number[] = [];
  #changes = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** How often a text was put in or taken out. */
  get changes(): number {
    return this.#changes;
  }

  /** About 2 ns a unit. Undefined: there is no room left. */
  add(text: string): Stretches | undefined {
    const column = this.#take();
    if (column === undefined) return undefined;
    this.#changes++;
    const length = Math.max(MIN_LENGTH, Math.ceil(text.length / STRETCHES));
    for (const [slot, word] of wordsOf(text, length).entries()) this.#rows[slot * this.#room + column] = word;
    return { table: this, column, length };
  }

  drop({ column }: Stretches): void {
    this.#changes++;
    this.#free.push(column);
  }

  /** For each column, as things are now, a bit for each stretch in which a text with these slots may begin. */
  masks(slots: readonly number[]): Uint32Array {
    const row = (slot: number) => this.#rows.subarray(slot * this.#room, slot * this.#room + this.#used);
    if (slots.length === 0) return new Uint32Array(this.#used).fill(-1);
    const masks = row(slots[0]!).slice();
    for (let index = 1; index < slots.length; index++) {
      const words = row(slots[index]!);
      // What follows may stand in the next stretch.
      for (let at = 0; at < masks.length; at++) masks[at]! &= words[at]! | (words[at]! >>> 1);
    }
    return masks;
  }

  #take(): number | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#used === this.#most) return undefined;
    if (this.#used === this.#room) this.#grow();
    return this.#used++;
  }

  #grow(): void {
    const room = Math.min(this.#most, this.#room * 2);
    const rows = new Uint32Array(SLOTS * room);
    for (let slot = 0; slot < SLOTS; slot++)
      rows.set(this.#rows.subarray(slot * this.#room, (slot + 1) * this.#room), slot * room);
    this.#rows = rows;
    this.#room = room;
  }
}

/** By slot: the stretches in which letters with that hash begin. */
function wordsOf(text: string, length: number): Uint32Array {
  const words = new Uint32Array(SLOTS);
  let key = (text.charCodeAt(0) << 8) ^ text.charCodeAt(1);
  for (let at = 0, bit = 1, next = length; at + 2 < text.length; at++) {
    if (at === next) {
      bit <<= 1;
      next += length;
    }
    key = ((key << 8) ^ text.charCodeAt(at + 2)) & KEY_MASK;
    const slot = slotOf(key);
    words[slot] = words[slot]! | bit;
  }
  return words;
}

/** The rows that tell where a text can stand, in its order; none for one of less than three units. */
export function slotsOf(text: string): number[] {
  const slots: number[] = [];
  let key = (text.charCodeAt(0) << 8) ^ text.charCodeAt(1);
  for (let at = 2; at < Math.min(text.length, MIN_LENGTH); at++) {
    key = ((key << 8) ^ text.charCodeAt(at)) & KEY_MASK;
    slots.push(slotOf(key));
  }
  return slots;
}

/** The first stretch of a mask at or behind one; -1: there is none. */
export function firstOf(mask: number, from: number): number {
  const left = from >= STRETCHES ? 0 : mask & (-1 << from);
  return left === 0 ? -1 : 31 - Math.clz32(left & -left);
}

/** The stretch behind a row of neighbours in a mask that begins with this one. */
export function endOfRow(mask: number, first: number): number {
  const beyond = ~(mask >> first);
  return beyond === 0 ? STRETCHES : Math.min(STRETCHES, first + 31 - Math.clz32(beyond & -beyond));
}
