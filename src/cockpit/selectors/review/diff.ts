import { pieceOf } from '../../../core/diff/place.ts';
import { type DiffRow, lineOf, sideRows, unifiedRows } from '../../../core/diff/rows.ts';
import type { Hunk, Piece } from '../../../schema/change.ts';
import type { Cockpit } from '../../store/model.ts';
import type { FetchedDiff } from '../../store/review.ts';
import { shownFile } from './files.ts';
import { reviewPlaces } from './places.ts';

/** The diff of the file that is chosen, if it is here already. */
export function shownDiff(state: Cockpit): FetchedDiff | null {
  const { diff } = state.data.review;
  const shown = shownFile(state);
  return diff && shown && diff.agent === shown.agent.id && diff.file === shown.change.file ? diff : null;
}

interface Forms {
  unified?: DiffRow[];
  sides?: DiffRow[];
}
const laid = new WeakMap<FetchedDiff, Forms>();

/** Its rows; laid once, since a diff may have a hundred thousand of them. */
export function rowsOf(diff: FetchedDiff, sides: boolean): DiffRow[] {
  let forms = laid.get(diff);
  if (!forms) laid.set(diff, (forms = {}));
  if (sides) return (forms.sides ??= sideRows(diff.hunks));
  return (forms.unified ??= unifiedRows(diff.hunks));
}

export interface Standing {
  diff: FetchedDiff;
  rows: DiffRow[];
  /** Row one stands in. */
  at: number;
  /** Rows that are selected, both ends included: the one one stands in when nothing is. */
  from: number;
  to: number;
}

/** Where one stands in the diff; null while there is none, or it has no rows. */
export function standing(state: Cockpit): Standing | null {
  const diff = shownDiff(state);
  if (!diff) return null;
  const rows = rowsOf(diff, reviewPlaces(state).sides);
  if (rows.length === 0) return null;
  const { row, anchor } = state.ui.review;
  const at = Math.max(0, Math.min(row, rows.length - 1));
  const other = anchor === null ? at : Math.max(0, Math.min(anchor, rows.length - 1));
  return { diff, rows, at, from: Math.min(at, other), to: Math.max(at, other) };
}

/** The hunk one stands in. */
export const hunkAt = ({ diff, rows, at }: Standing): Hunk => diff.hunks[rows[at]!.hunk]!.hunk;

/** The pieces that are meant: those of the selected rows, or all of the hunk one stands in. */
export function chosenPieces(state: Cockpit, here: Standing): Piece[] {
  const hunk = hunkAt(here);
  if (state.ui.review.anchor === null) return hunk.pieces;
  const ids = new Set(here.rows.slice(here.from, here.to + 1).map((row) => pieceOf(here.diff, row)));
  return here.diff.hunks.flatMap((one) => one.hunk.pieces).filter(({ id }) => ids.has(id));
}

/** The rows that are meant where one stands: those that are selected; at the head of a hunk all from its first change to its last. */
function meant({ rows, from, to }: Standing): { from: number; to: number } {
  const head = rows[from]!;
  if (from !== to || head.kind !== 'head') return { from, to };
  const isChanged = (row: DiffRow) => row.hunk === head.hunk && (lineOf(row)?.piece ?? null) !== null;
  const first = rows.findIndex(isChanged);
  return first < 0 ? { from, to } : { from: first, to: rows.findLastIndex(isChanged) };
}

/** The lines of the new side that a comment on these rows is about, and what stands there; null where there are none. */
export function quoted(here: Standing): { line: number; endLine: number; quote: string } | null {
  const { diff, rows } = here;
  const { from, to } = meant(here);
  const lines = rows.slice(from, to + 1).flatMap((row) => lineOf(row) ?? []);
  if (lines.length === 0) return null;
  const numbers = lines.flatMap((line) => line.new ?? []);
  // Removed lines stand nowhere any more: what follows them in the hunk is their place, or what is before them.
  const near = (row: DiffRow) => (row.hunk === rows[to]!.hunk ? (lineOf(row)?.new ?? null) : null);
  const place = rows.slice(to + 1).find(near) ?? rows.slice(0, from).findLast(near);
  const other = (place && near(place)) ?? 1;
  const quote = lines.map((line) => diff.hunks[line.hunk]!.lines[line.line]!.text).join('\n');
  return { line: numbers[0] ?? other, endLine: numbers.at(-1) ?? other, quote };
}
