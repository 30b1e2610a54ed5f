/*
 * Where in a text three letters in a row can stand: the text is cut into 32 stretches of equal length, and a word for each
 * hash of three letters has one bit a stretch.
 *
 *   text    |  0  |  1  |  2  | …  | 31  |
 *   words   one of SLOTS: bit 2 is set where letters with its hash begin in stretch 2
 *
 * A text that is looked for can only begin where the bits of all its threes are set: most stretches need not be read.
 */
const STRETCHES = 32;
/** Words: 4 KB beside the 18 KB of text of a usual block, of which one in seven has the bit of a stretch. */
const SLOTS = 1024;
const HASH_SHIFT = 32 - Math.log2(SLOTS);
/** The golden ratio spreads what is alike in its low bits over the high ones. */
const SPREAD = 0x9e3779b1;
/** Eight bits of each of three letters. */
const KEY_MASK = 0xffffff;
/** Units of a stretch at least, and of a text whose threes are looked at: so it lies in two stretches at most. */
const MIN_LENGTH = 64;

export interface Stretches {
  /** UTF-16 units of each. */
  length: number;
  words: Uint32Array;
}

const slotOf = (key: number) => Math.imul(key, SPREAD) >>> HASH_SHIFT;

/** Bytes that it takes. */
export const STRETCHES_BYTES = SLOTS * 4;

/** About 2 ns a unit. */
export function indexStretches(text: string): Stretches {
  const length = Math.max(MIN_LENGTH, Math.ceil(text.length / STRETCHES));
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
  return { length, words };
}

/** The words that tell where a text can stand, in its order; none for one of less than three units. */
export function slotsOf(text: string): number[] {
  const slots: number[] = [];
  let key = (text.charCodeAt(0) << 8) ^ text.charCodeAt(1);
  for (let at = 2; at < Math.min(text.length, MIN_LENGTH); at++) {
    key = ((key << 8) ^ text.charCodeAt(at)) & KEY_MASK;
    slots.push(slotOf(key));
  }
  return slots;
}

/** A bit for each stretch in which a text with these slots may begin. */
export function stretchesOf({ words }: Stretches, slots: readonly number[]): number {
  let mask = slots.length > 0 ? words[slots[0]!]! : -1;
  for (let index = 1; index < slots.length && mask !== 0; index++) {
    const word = words[slots[index]!]!;
    // What follows may stand in the next stretch.
    mask &= word | (word >>> 1);
  }
  return mask;
}

/** The next row of stretches at or behind a unit of the text, as units [start, end); undefined when there is none. */
export function nextStretches(mask: number, length: number, at: number): { start: number; end: number } | undefined {
  const present = Math.floor(at / length);
  const left = present >= STRETCHES ? 0 : mask & (-1 << present);
  if (left === 0) return undefined;
  const first = 31 - Math.clz32(left & -left);
  const beyond = ~(left >> first);
  const count = beyond === 0 ? STRETCHES - first : 31 - Math.clz32(beyond & -beyond);
  return { start: Math.max(at, first * length), end: Math.min(STRETCHES, first + count) * length };
}
