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

/** A block of the ring; of its lines only those before number `end`. */
export function blockPiece(block: SearchBlock, end: number): Piece {
  const parts = openShared(block);
  const count = Math.min(block.count, end - block.first);
  return {
    source: 'ring',
    first: block.first,
    count,
    text: () => decode(parts, count),
    line: (index) => textOf(parts, index),
    at: (index) => block.start + parts.at[index]!,
  };
}

export const linesPiece = ({ first, texts, at }: Lines, source: Source): Piece => ({
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
