import type { LineRange } from '../../schema/collision.ts';
import { firstLine, type RawPiece } from './pieces.ts';

/** The lines of the base that a piece replaces; `end` below `start`: it inserts before `start`. */
export const rangeOf = (piece: RawPiece): LineRange => {
  const start = firstLine(piece) + 1;
  return { start, end: start + piece.removed.length - 1 };
};

/** Whole lines between two ranges; null when they share a line or a place of insertion, or one inserts inside the other. */
export function linesBetween(a: LineRange, b: LineRange): number | null {
  const isSamePlace = a.start === b.start && a.end === b.end;
  if (isSamePlace) return null;
  if (a.end < b.start) return b.start - a.end - 1;
  if (b.end < a.start) return a.start - b.end - 1;
  return null;
}

/**
 * A range of a newer file in lines of the older one that `pieces` made it from. Where it begins or ends within what a piece wrote, all
 * that the piece replaced belongs to it: which of those lines is meant cannot be known.
 */
export function toOlder(range: LineRange, pieces: readonly RawPiece[]): LineRange {
  const from = older(range.start - 1, pieces, 'first');
  const to = older(range.end, pieces, 'last');
  return { start: from + 1, end: Math.max(from, to) };
}

/** A place between lines (0: before the first one) of the newer file, in the older one. */
function older(place: number, pieces: readonly RawPiece[], side: 'first' | 'last'): number {
  let shift = 0;
  for (const piece of pieces) {
    const start = piece.added.length === 0 ? piece.newStart : piece.newStart - 1;
    const end = start + piece.added.length;
    const old = firstLine(piece);
    if (side === 'first' ? place < start : place <= start) break;
    if (side === 'first' ? place < end : place < end || (place === end && piece.added.length > 0)) {
      return side === 'first' ? old : old + piece.removed.length;
    }
    shift += piece.removed.length - piece.added.length;
  }
  return place + shift;
}
