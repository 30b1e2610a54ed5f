import type { Piece } from '../../core/search/scan.ts';
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
  /** It will never change. */
  sealed: boolean;
}

/** Bytes of text that are remembered: to read them from the blocks takes as long as to search them. */
const MAX_REMEMBERED = 24 * 1024 * 1024;
let remembered = 0;
const forget = new FinalizationRegistry((bytes: number) => {
  remembered -= bytes;
});

/** A block of the ring; of its lines only those before number `end`. */
export function blockPiece(block: SearchBlock, end: number, sealed: boolean): BlockPiece {
  const parts = openShared(block);
  const count = Math.min(block.count, end - block.first);
  let whole: string | undefined;
  const piece = {
    source: 'ring' as const,
    first: block.first,
    count,
    sealed,
    text() {
      if (whole !== undefined) return whole;
      const text = decode(parts, count);
      const bytes = text.length * (parts.wide.includes(1) ? 2 : 1);
      if (!sealed || remembered + bytes > MAX_REMEMBERED) return text;
      remembered += bytes;
      forget.register(piece, bytes);
      whole = text;
      return text;
    },
    line: (index: number) => textOf(parts, index),
    at: (index: number) => block.start + parts.at[index]!,
  };
  return piece;
}

export const linesPiece = ({ first, texts, at }: Lines, source: Source): BlockPiece => ({
  sealed: false,
  source,
  first,
  count: texts.length,
  text: () => texts.join('\n'),
  line: (index) => texts[index]!,
  at: (index) => at[index]!,
});

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
