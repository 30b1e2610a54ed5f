/*
 * What becomes of a line that is no more where it was: whether another is that line a moment later. Pure; the texts alone
 * decide.
 */

/** Spinners, and the bars of which gauges are made. */
const TURNING = /[⠀-⣿▀-◿✢-✧✱-✽·∙•*⚬]+/gu;
const BARS = /(?<=\[)[=#.>\s-]+(?=\])|([=#.>-])\1{2,}>?/g;

/** The line without what changes by itself: digits, spinners, bars. Equal masks: perhaps one line at two times. */
export const maskOf = (text: string) =>
  text
    .replace(TURNING, '*')
    .replace(BARS, '=')
    .replace(/[|\s]+/g, ' ')
    .replace(/\d+(?:[.,:]\d+)*/g, '0');

const numbersOf = (text: string) => text.match(/\d+/g) ?? [];

/**
 * How many numbers from the left, in lines of one mask, it takes to tell each from the others: in a table of processes
 * one, their ids. 0 for a line alone.
 */
export function keyLength(texts: string[]): number {
  const rows = texts.map(numbersOf);
  const longest = Math.max(0, ...rows.map((row) => row.length));
  if (rows.length < 2) return 0;
  for (let length = 1; length <= longest; length++) {
    const first = rows[0]!.slice(0, length).join();
    if (rows.some((row) => row.slice(0, length).join() !== first)) return length;
  }
  return longest;
}

/** The first `length` numbers of a line. */
export const keyOf = (text: string, length: number) => numbersOf(text).slice(0, length).join();

/** Characters that one key puts into a line or takes out. */
const EDITED = 1;
const GAP = /^[ \u00a0]{2}/;
/** Without the frame behind it, a cursor, a scroll bar. */
const unframed = (text: string) => text.replace(/[\s│┃║|▌█]+$/u, '');

/** How many code units two texts share at their beginning, and of the rest at their end. */
export function sharedEnds(a: string, b: string): { start: number; end: number } {
  const short = Math.min(a.length, b.length);
  let start = 0;
  while (start < short && a[start] === b[start]) start++;
  let end = 0;
  while (end < short - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return { start, end };
}

/** `after` is `before` with more at its end (typed, streamed), or changed by one key: then `before` need not be kept. */
export function grownFrom(before: string, after: string): boolean {
  const [a, b] = [unframed(before), unframed(after)];
  const short = Math.min(a.length, b.length);
  if (short === 0) return false;
  if (b.startsWith(a)) return true;
  const { start, end } = sharedEnds(a, b);
  if (start > 0 && start + end === short && Math.abs(a.length - b.length) <= EDITED) return true;
  // Into the gap before what stands beside it.
  return a.length === b.length && GAP.test(a.slice(start)) && a.slice(start, a.length - end).trim() === '';
}
