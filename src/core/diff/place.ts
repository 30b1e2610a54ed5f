import { type DiffRow, lineOf, type ShownHunk } from './rows.ts';

/** A diff as rows, and what the rows are of. */
export interface Laid {
  hunks: readonly ShownHunk[];
  rows: readonly DiffRow[];
}

/** The id of the piece that a row belongs to; null for unchanged lines and headers. */
export function pieceOf({ hunks }: Pick<Laid, 'hunks'>, row: DiffRow | undefined): string | null {
  const line = lineOf(row);
  return line && line.piece !== null ? (hunks[line.hunk]!.hunk.pieces[line.piece]?.id ?? null) : null;
}

/**
 * The row of another diff of the same file that is what this row was: the same line of the same piece, wherever that stands now, or as far
 * from it as before; where the piece is gone, what stands at the line's number.
 */
export function sameRow(before: Laid, at: number, after: Laid): number {
  const row = before.rows[at];
  const last = Math.max(0, after.rows.length - 1);
  if (!row) return Math.min(at, last);
  const near = nearestPiece(before, at);
  const there = near === null ? -1 : firstOf(after, near.id);
  if (there < 0)
    return lineAt(after, lineOf(row)?.new ?? lineOf(before.rows[at + 1])?.new ?? null) ?? Math.min(at, last);
  if (row.kind === 'head')
    return after.rows.findIndex((one) => one.kind === 'head' && one.hunk === after.rows[there]!.hunk);
  return Math.max(0, Math.min(last, there + at - near!.first));
}

/** The piece that a row belongs to, or the closest one in its hunk, and the first row of it. */
function nearestPiece(laid: Laid, at: number): { id: string; first: number } | null {
  const { hunk } = laid.rows[at]!;
  for (let away = 0; away < laid.rows.length; away++) {
    const sides = [at + away, at - away].filter((index) => laid.rows[index]?.hunk === hunk);
    if (sides.length === 0) return null;
    for (const index of sides) {
      const id = pieceOf(laid, laid.rows[index]);
      if (id === null) continue;
      let first = index;
      while (pieceOf(laid, laid.rows[first - 1]) === id) first--;
      return { id, first };
    }
  }
  return null;
}

function firstOf(laid: Laid, id: string): number {
  const hunk = laid.hunks.findIndex((one) => one.hunk.pieces.some((piece) => piece.id === id));
  return hunk < 0 ? -1 : laid.rows.findIndex((row) => row.hunk === hunk && pieceOf(laid, row) === id);
}

/** The first row at or below a line of the new side. */
export function lineAt({ rows }: Pick<Laid, 'rows'>, line: number | null): number | null {
  if (line === null) return null;
  const found = rows.findIndex((row) => (lineOf(row)?.new ?? 0) >= line);
  return found < 0 ? null : found;
}

/** The row of the same line among rows of another form (one side or two). */
export function sameLine(rows: readonly DiffRow[], row: DiffRow | undefined): number {
  if (!row) return 0;
  const line = lineOf(row);
  return Math.max(
    0,
    rows.findIndex((one) => {
      if (one.hunk !== row.hunk) return false;
      if (!line) return one.kind === 'head';
      const sides = one.kind === 'line' ? [one] : one.kind === 'pair' ? [one.left, one.right] : [];
      return sides.some((side) => side?.line === line.line);
    }),
  );
}
