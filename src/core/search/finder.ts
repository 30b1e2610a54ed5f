import type { Needle } from './needle.ts';
import type { Matcher } from './pattern.ts';
import type { Piece } from './scan.ts';
import { type Columns, endOfRow, firstOf, STRETCHES, type Stretches, type StretchTable } from './stretches.ts';

/** A match as units [start, end) of a piece's text. */
export interface Place {
  start: number;
  end: number;
}

/** Finds the first match at or behind an index of a piece's text. */
export type Find = (at: number) => Place | null;

/** Finds a pattern in one piece after another. */
export interface Finder {
  /** Nothing of the text in this column need be read: no match can stand in it. */
  isWithout(table: StretchTable, column: number): boolean;
  /** From here on `find` looks through this piece. Gives its text, or that in small letters: lines end at the same units in both. */
  open(piece: Piece): string;
  find: Find;
  /** What is looked for is a text as it stands: to count the lines that have it takes a fraction of what it takes to tell of them. */
  readonly isText: boolean;
  /** How many lines of this piece match. */
  count(): number;
  /** How many lines of this text match, as far as that is seen from what is known of it; undefined: its piece has to be opened. */
  countIn(columns: Columns, at: number): number | undefined;
}

/** With needles, lines before the next one that has one of them are skipped. */
export function createFinder(matcher: Matcher): Finder {
  const { needles } = matcher;
  const masksOf = maskReader(needles);
  const seekers = needles.map((needle) => new Seeker(needle));
  const whole = needles.length === 1 && needles[0]!.whole ? needles[0]!.text.length : 0;
  const [only] = seekers;
  // What is looked for as it stands is found in small letters alone: one text less to be read.
  const isSmall = whole > 0 && only!.needle.folded;
  const seek = seekers.length === 1 ? (at: number) => only!.seek(at) : nearest(seekers);
  let text = '';
  const exec: Find = (at) => {
    const { regexp } = matcher;
    regexp.lastIndex = at;
    const match = regexp.exec(text);
    return match && { start: match.index, end: match.index + match[0].length };
  };
  const execFrom: Find = (at) => {
    const start = seek(at);
    if (start < 0) return null;
    return exec(start === 0 ? 0 : Math.max(at, text.lastIndexOf('\n', start - 1) + 1));
  };
  const findWhole: Find = (at) => {
    const start = seek(at);
    return start < 0 ? null : { start, end: start + whole };
  };
  const finder: Finder = {
    find: exec,
    isText: whole > 0,
    count: () => (finder.find === findWhole ? only!.countLines() : countLines(finder.find, text)),
    isWithout(table, column) {
      if (needles.length === 0) return false;
      for (const masks of masksOf(table)) if (masks[column] !== 0) return false;
      return true;
    },
    open(piece) {
      const { stretches, folded } = piece;
      text = isSmall && folded !== undefined ? folded : piece.text();
      const masks = stretches && masksOf(stretches.table);
      let ready = needles.length > 0;
      for (let index = 0; ready && index < seekers.length; index++) {
        const { needle } = seekers[index]!;
        const hay = needle.folded ? folded : text;
        ready = hay !== undefined && isWorth(needle, stretches);
        if (ready) seekers[index]!.open(hay!, stretches?.length ?? 0, masks ? masks[index]![stretches!.column]! : 0);
      }
      finder.find = !ready ? exec : whole > 0 ? findWhole : execFrom;
      return text;
    },
    countIn({ table, of, lengths, texts, folded }, at) {
      const hay = (isSmall ? folded : texts)[at];
      if (whole === 0 || hay === undefined) return undefined;
      only!.open(hay, lengths[at]!, masksOf(table)[0]![of[at]!]!);
      return only!.countLines();
    },
  };
  return finder;
}

/** Where the line of a unit ends: at its LF, or at the end of the text. */
export const lineEnd = (text: string, start: number): number => {
  const feed = text.indexOf('\n', start);
  return feed < 0 ? text.length : feed;
};

function countLines(find: Find, text: string): number {
  let lines = 0;
  for (let match = find(0); match; lines++) {
    const end = lineEnd(text, match.end);
    match = end === text.length ? null : find(end + 1);
  }
  return lines;
}

/** Of each needle, by column, where it can stand. */
function maskReader(needles: Needle[]): (table: StretchTable) => Uint32Array[] {
  let read: StretchTable | undefined;
  let masks: Uint32Array[] = [];
  return (table) => {
    if (read !== table) masks = needles.map(({ slots }) => table.masks(slots));
    read = table;
    return masks;
  };
}

/** Where all of the text has to be read for it, an expression that minds the case is as fast, and so it is without a rare letter. */
function isWorth({ whole, folded, rare }: Needle, stretches: Stretches | undefined): boolean {
  if (stretches || (whole && !folded)) return true;
  return folded && rare >= 0;
}

/** What any of them finds first; each is asked only once what it has found is passed. Asked in ascending order. */
function nearest(seekers: Seeker[]): (at: number) => number {
  return (at) => {
    let first = -1;
    for (const seeker of seekers) {
      const next = seeker.seekOn(at);
      if (next >= 0 && (first < 0 || next < first)) first = next;
    }
    return first;
  };
}

/** Finds a needle in one text after another. */
class Seeker {
  readonly needle: Needle;
  #hay = '';
  /** Units of a stretch, and those in which it can stand; 0: nothing is known of that. */
  #length = 0;
  #mask = 0;
  /** What was found last; -1: there is none, -2: it was not looked for yet. */
  #found = -2;

  constructor(needle: Needle) {
    this.needle = needle;
  }

  open(hay: string, length: number, mask: number): void {
    this.#hay = hay;
    this.#length = length;
    this.#mask = mask;
    this.#found = -2;
  }

  /** As `seek`, for who asks in ascending order: only when what was found last is passed. */
  seekOn(at: number): number {
    if (this.#found !== -1 && this.#found < at) this.#found = this.seek(at);
    return this.#found;
  }

  /** Finds it at or behind an index; -1 when there is none. */
  seek(at: number): number {
    const length = this.#length;
    if (length === 0) return indexFrom(this.needle, this.#hay, at);
    const hay = this.#hay;
    for (let from = at; ; ) {
      const first = firstOf(this.#mask, Math.floor(from / length));
      if (first < 0) return -1;
      const end = endOfRow(this.#mask, first) * length;
      const start = Math.max(from, first * length);
      // A slice is no copy; without an end the search would go on through stretches that cannot have it.
      const found = indexFrom(this.needle, hay.slice(start, end + this.needle.text.length - 1), 0);
      if (found >= 0) return start + found;
      from = end;
    }
  }

  /** How many lines have it. */
  countLines(): number {
    const { needle } = this;
    const length = this.#length;
    const hay = this.#hay;
    let lines = 0;
    let last = -1;
    for (let from = 0, end = STRETCHES; from < STRETCHES; from = end) {
      // As in `seek`, but each row of stretches is cut out once.
      if (length > 0) {
        from = firstOf(this.#mask, from);
        if (from < 0) break;
        end = endOfRow(this.#mask, from);
      }
      const start = from * length;
      const part = length > 0 ? hay.slice(start, end * length + needle.text.length - 1) : hay;
      for (let at = 0; ; at += needle.text.length) {
        at = indexFrom(needle, part, at);
        if (at < 0) break;
        // The next one is seldom in the same line: where that ends matters only when there is another.
        if (last < 0 || lineEnd(hay, last) < start + at) lines++;
        last = start + at;
      }
    }
    return lines;
  }
}

/** From its rare letter on it is found sooner. */
function indexFrom({ text, rare, rest }: Needle, hay: string, at: number): number {
  if (rare <= 0) return hay.indexOf(text, at);
  for (let from = at + rare; ; ) {
    const found = hay.indexOf(rest, from);
    if (found < 0 || hay.startsWith(text, found - rare)) return found < 0 ? -1 : found - rare;
    from = found + 1;
  }
}
