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
const MAX_REMEMBERED = 32 * 1024 * 1024;
let remembered = 0;
const forget = new FinalizationRegistry((bytes: number) => {
  remembered -= bytes;
});

/** Keeps a text for as long as `owner` lives. False: there is no room for it. */
function remember(owner: object, text: string, wide: boolean): boolean {
  const bytes = text.length * (wide ? 2 : 1);
  if (remembered + bytes > MAX_REMEMBERED) return false;
  remembered += bytes;
  forget.register(owner, bytes);
  return true;
}

/** A block of the ring; of its lines only those before number `end`. */
export function blockPiece(block: SearchBlock, end: number, sealed: boolean): BlockPiece {
  const parts = openShared(block);
  const count = Math.min(block.count, end - block.first);
  const wide = parts.wide.includes(1);
  let whole: string | undefined;
  /** Null: it was wanted once; '': it has no such form. */
  let small: string | null | undefined;
  const piece: BlockPiece = {
    source: 'ring',
    first: block.first,
    count,
    sealed,
    text() {
      if (whole !== undefined) return whole;
      const text = decode(parts, count);
      if (sealed && remember(piece, text, wide)) whole = text;
      return text;
    },
    folded() {
      if (small) return small;
      // To fold takes longer than to search once: only for who searches on.
      if (!sealed || small === '') return undefined;
      if (small === undefined) {
        small = null;
        return undefined;
      }
      const text = fold(piece.text());
      small = text !== undefined && remember(piece, text, wide) ? text : '';
      return small || undefined;
    },
    line: (index) => textOf(parts, index),
    at: (index) => block.start + parts.at[index]!,
  };
  return piece;
}

/** In small letters, as far as no letter becomes two (İ) and none but a letter itself folds to one of ASCII (ſ). */
function fold(text: string): string | undefined {
  const small = text.toLowerCase();
  return small.length === text.length && !small.includes('ſ') ? small : undefined;
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
