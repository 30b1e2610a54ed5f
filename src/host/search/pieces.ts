import type { Piece } from '../../core/search/scan.ts';
import { type Columns, type Stretches, StretchTable } from '../../core/search/stretches.ts';
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
  /** Its text, where that is kept. */
  readonly whole: string | undefined;
  /** Makes all that a search is faster with, as far as there is room: takes about 0.1 ms, as long as to search some of them. */
  prepare(): void;
  /** Nobody searches it any more: gives back the room that it took. */
  forget(): void;
}

/** Bytes of text that are kept: to read them from the blocks takes as long as to search them. */
const MOST_BYTES = 32 * 1024 * 1024;
const room = {
  taken: 0,
  /** False: there is none left. */
  take(bytes: number): boolean {
    if (this.taken + bytes > MOST_BYTES) return false;
    this.taken += bytes;
    return true;
  },
};

/** What tells where in a text something can stand, 8 MB at most: that of 36 MB of usual lines, most of which then need not be read. */
const table = new StretchTable(2048);

/** All pieces of one child. */
export class ReadyText {
  readonly pieces: BlockPiece[];
  #columns: Columns = { table, of: new Int32Array(), lengths: new Int32Array(), texts: [], folded: [] };
  #since = -1;

  constructor(pieces: BlockPiece[]) {
    this.pieces = pieces;
  }

  /** What is known of them, as things are now: whoever sees from this what a piece has need not fetch it. */
  get columns(): Columns {
    if (this.#since !== table.changes) {
      this.#since = table.changes;
      this.#columns = {
        table,
        of: Int32Array.from(this.pieces, ({ stretches }) => stretches?.column ?? -1),
        lengths: Int32Array.from(this.pieces, ({ stretches }) => stretches?.length ?? 0),
        texts: this.pieces.map(({ whole }) => whole),
        folded: this.pieces.map(({ folded }) => folded),
      };
    }
    return this.#columns;
  }
}

/** A block of the ring; of its lines only those before number `end`. */
export function blockPiece(block: SearchBlock, end: number, sealed: boolean): BlockPiece {
  const parts = openShared(block);
  const count = Math.min(block.count, end - block.first);
  return new ReadyPiece({
    source: 'ring',
    first: block.first,
    count,
    sealed,
    text: () => decode(parts, count),
    line: (index) => textOf(parts, index),
    lineAt: (start) => lineAt(parts, count, start),
    at: (index) => block.start + parts.at[index]!,
  });
}

export const linesPiece = ({ first, texts, at }: Lines, source: Source): BlockPiece =>
  new ReadyPiece({
    source,
    first,
    count: texts.length,
    sealed: false,
    text: () => texts.join('\n'),
    line: (index) => texts[index]!,
    at: (index) => at[index]!,
  });

type Plain = Omit<BlockPiece, 'folded' | 'stretches' | 'whole' | 'isDue' | 'expect' | 'prepare' | 'forget'>;

/** Remembers what it read, for who searches on. */
class ReadyPiece implements BlockPiece {
  readonly source: Source;
  readonly first: number;
  readonly count: number;
  readonly sealed: boolean;
  folded: string | undefined;
  stretches: Stretches | undefined;
  whole: string | undefined;
  readonly #plain: Plain;
  #timesRead = 0;
  #isPrepared = false;
  #isForgotten = false;
  /** Room that it took. */
  #bytes = 0;

  constructor(plain: Plain) {
    this.source = plain.source;
    this.first = plain.first;
    this.count = plain.count;
    this.sealed = plain.sealed;
    this.#plain = plain;
  }

  get isDue(): boolean {
    return this.#timesRead > 1 && !this.#isPrepared;
  }

  expect(): void {
    this.#timesRead = Math.max(this.#timesRead, 2);
  }

  text(): string {
    this.#timesRead++;
    if (this.whole !== undefined) return this.whole;
    const text = this.#plain.text();
    // Others may be another one by the next search.
    if ((this.sealed || this.#timesRead > 1) && this.#takes(text)) this.whole = text;
    return text;
  }

  line(index: number): string {
    return this.#plain.line(index);
  }

  lineAt(start: number): number | undefined {
    return this.#plain.lineAt?.(start);
  }

  at(index: number): number {
    return this.#plain.at(index);
  }

  prepare(): void {
    if (this.#isPrepared) return;
    this.#isPrepared = true;
    const text = fold(this.text());
    if (text === undefined) return;
    this.stretches = table.add(text);
    if (this.#takes(text)) this.folded = text;
  }

  forget(): void {
    this.#isForgotten = this.#isPrepared = true;
    if (this.stretches) table.drop(this.stretches);
    this.whole = this.folded = this.stretches = undefined;
    room.taken -= this.#bytes;
    this.#bytes = 0;
  }

  #takes(text: string): boolean {
    const bytes = bytesOf(text);
    if (this.#isForgotten || !room.take(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }
}

/** What a text takes in memory. */
const bytesOf = (text: string) => text.length * (/[^\0-\xff]/.test(text) ? 2 : 1);

/** In small letters, as far as no letter becomes two (İ) and none but a letter itself folds to one of ASCII (ſ). */
function fold(text: string): string | undefined {
  const small = text.toLowerCase();
  return small.length === text.length && !small.includes('ſ') ? small : undefined;
}

/** Which line begins at a unit of the text. */
function lineAt({ ends, wide }: ReturnType<typeof openShared>, count: number, start: number): number {
  let unit = 0;
  for (let index = 0, byte = 0; index < count; index++) {
    if (unit >= start) return index;
    const width = wide[index] ? 2 : 1;
    const next = ends[index]! + width;
    unit += (next - byte) / width;
    byte = next;
  }
  return count - 1;
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
