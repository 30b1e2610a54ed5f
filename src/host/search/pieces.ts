import type { Piece } from '../../core/search/scan.ts';
import { indexStretches, STRETCHES_BYTES, type Stretches } from '../../core/search/stretches.ts';
import type { Source } from '../../schema/search.ts';
import { openShared, type SearchBlock, startOf, textOf } from '../history/block.ts';

/** Lines that are sent along as text, because no block holds them yet. */
export interface Lines {
  first: number;
  texts: string[];
  /** Milliseconds since the epoch, of each line. */
  at: number[];
}

export interface BlockPiece extends Piece {
  /** A later look at the child has the same one. */
  sealed: boolean;
  /** It was read more than once, or is about to be: `prepare` is due, when there is time. */
  readonly isDue: boolean;
  /** It is about to be read again and again. */
  expect(): void;
  /** Makes all that a search is faster with, as far as there is room: takes about 0.1 ms, as long as to search some of them. */
  prepare(): void;
}

/** Gives room for bytes to be kept for as long as `owner` lives; false: there is none left. */
function roomFor(most: number): (owner: object, bytes: number) => boolean {
  let taken = 0;
  const forget = new FinalizationRegistry((bytes: number) => {
    taken -= bytes;
  });
  return (owner, bytes) => {
    if (taken + bytes > most) return false;
    taken += bytes;
    forget.register(owner, bytes);
    return true;
  };
}

/** Text: to read it from the blocks takes as long as to search it. */
const takeText = roomFor(32 * 1024 * 1024);
/** What tells where in a text something can stand: that of 36 MB of usual lines, most of which then need not be read. */
const takeIndex = roomFor(8 * 1024 * 1024);

/** A block of the ring; of its lines only those before number `end`. */
export function blockPiece(block: SearchBlock, end: number, sealed: boolean): BlockPiece {
  const parts = openShared(block);
  const count = Math.min(block.count, end - block.first);
  return readyPiece({
    source: 'ring',
    first: block.first,
    count,
    sealed,
    text: () => decode(parts, count),
    line: (index) => textOf(parts, index),
    at: (index) => block.start + parts.at[index]!,
  });
}

export const linesPiece = ({ first, texts, at }: Lines, source: Source): BlockPiece =>
  readyPiece({
    source,
    first,
    count: texts.length,
    sealed: false,
    text: () => texts.join('\n'),
    line: (index) => texts[index]!,
    at: (index) => at[index]!,
  });

/** Remembers what it read, for who searches on. */
function readyPiece(plain: Omit<BlockPiece, 'isDue' | 'expect' | 'prepare'>): BlockPiece {
  let whole: string | undefined;
  let small: string | undefined;
  let stretches: Stretches | undefined;
  let timesRead = 0;
  let isPrepared = false;
  const piece: BlockPiece = {
    ...plain,
    get isDue() {
      return timesRead > 1 && !isPrepared;
    },
    expect() {
      timesRead = Math.max(timesRead, 2);
    },
    text() {
      timesRead++;
      if (whole !== undefined) return whole;
      const text = plain.text();
      // Others may be another one by the next search.
      if ((plain.sealed || timesRead > 1) && takeText(piece, bytesOf(text))) whole = text;
      return text;
    },
    folded: () => small,
    stretches: () => stretches,
    prepare() {
      isPrepared = true;
      const text = fold(piece.text());
      if (text === undefined) return;
      if (takeIndex(piece, STRETCHES_BYTES)) stretches = indexStretches(text);
      if (takeText(piece, bytesOf(text))) small = text;
    },
  };
  return piece;
}

/** What a text takes in memory. */
const bytesOf = (text: string) => text.length * (/[^\0-\xff]/.test(text) ? 2 : 1);

/** In small letters, as far as no letter becomes two (İ) and none but a letter itself folds to one of ASCII (ſ). */
function fold(text: string): string | undefined {
  const small = text.toLowerCase();
  return small.length === text.length && !small.includes('ſ') ? small : undefined;
}

/** The first lines of a block, joined by LF: neighbours of one width are read at once. */
function decode(parts: ReturnType<typeof openShared>, count: number): string {
  const { bytes, ends, wide } = parts;
  const texts: string[] = [];
  for (let index = 0, next = 0; index < count; index = next) {
    for (next = index + 1; next < count && wide[next] === wide[index]; next++);
    const from = startOf(parts, index);
    const to = next < count ? startOf(parts, next) : ends[count - 1]!;
    texts.push(bytes.toString(wide[index] ? 'utf16le' : 'latin1', from, to));
  }
  return texts.length === 1 ? texts[0]! : texts.join('');
}
