import { linesOf } from './patch/parse.ts';
import { withPieces } from './patch/pieces.ts';
import { pieceIds, type SeenChange } from './review.ts';

export const LINK = '120000';
export const SUBMODULE = '160000';

/** A file as git keeps it, in a mode (octal); null: it is not there. */
export interface Side {
  mode: string;
  bytes: Buffer;
}

/** What a three-way merge of whole files says: take a side, merge the lines of all three, or why neither goes. */
export type Verdict =
  | { kind: 'unchanged' }
  | { kind: 'take'; side: Side | null }
  | { kind: 'merge'; mode: string }
  | { kind: 'conflict'; reason: string };

const isSame = (a: Side | null, b: Side | null) =>
  a === b || (a !== null && b !== null && a.mode === b.mode && a.bytes.equals(b.bytes));
const conflict = (reason: string): Verdict => ({ kind: 'conflict', reason });

/** `ours` has the file now; `base` ▶ `theirs` is what is asked for. `lines`: contents may be merged line by line. */
export function verdictOf({
  base,
  ours,
  theirs,
  lines,
}: {
  base: Side | null;
  ours: Side | null;
  theirs: Side | null;
  lines: boolean;
}): Verdict {
  if (isSame(ours, theirs)) return { kind: 'unchanged' };
  if (isSame(ours, base)) return { kind: 'take', side: theirs };
  if (!theirs) return conflict('it is to be deleted, and has been changed there');
  if (!ours) return conflict('it has been deleted there');
  if (!base) return conflict('there is another file of this name');
  const mode = theirs.mode === base.mode ? ours.mode : theirs.mode;
  if (mode !== ours.mode && ours.mode !== base.mode) return conflict('its mode has been changed there too');
  if (theirs.bytes.equals(base.bytes) || ours.bytes.equals(theirs.bytes)) {
    return mode === ours.mode ? { kind: 'unchanged' } : { kind: 'take', side: { mode, bytes: ours.bytes } };
  }
  if (ours.bytes.equals(base.bytes)) return { kind: 'take', side: { mode, bytes: theirs.bytes } };
  const isText = [base, ours, theirs].every((side) => side.mode !== LINK && !side.bytes.includes(0));
  if (!lines || !isText) return conflict('it has been changed there too, and cannot be merged line by line');
  return { kind: 'merge', mode };
}

/** A change's two sides, with their contents. `name` and `from` as bytes: where a renamed file was. */
export interface Sides {
  old: Side | null;
  new: Side | null;
}

/** What is asked of one file: from `base`, which stands (or stood) at `from ?? name`, to `theirs` at `name`. */
export interface Wish {
  file: string;
  name: Buffer;
  from: Buffer | null;
  base: Side | null;
  theirs: Side | null;
  /** Only a part of its pieces. */
  partial: boolean;
  /** Permission bits that the file gets back; else those it has stay. */
  bits?: number | null;
}

interface Named extends SeenChange {
  name: Buffer;
  fromName: Buffer | null;
}

/** A side with some pieces of a change, or null when they do not belong to it. */
function partOf(change: Named, sides: Sides, has: (id: string) => boolean): Side | null {
  const base = linesOf(sides.old?.bytes.toString('latin1') ?? '');
  const lines = withPieces(
    base,
    change.pieces.filter(({ id }) => has(id)),
  );
  return lines ? { mode: sides.old?.mode ?? sides.new!.mode, bytes: Buffer.from(lines.join(''), 'latin1') } : null;
}

/** Bringing these pieces of a change into a target. Null: they do not fit its own base. All of them: mode and name too. */
export function wishToApply(change: Named, sides: Sides, ids: readonly string[]): Wish | null {
  const { file, name, fromName: from } = change;
  const chosen = new Set(ids);
  const whole = pieceIds(change).every((id) => chosen.has(id));
  if (whole) return { file, name, from, base: sides.old, theirs: sides.new, partial: false };
  const theirs = partOf(change, sides, (id) => chosen.has(id));
  return theirs && { file, name, from, base: sides.old, theirs, partial: true };
}

/** Taking these pieces out of the agent's worktree. A rename is taken back only with all of them. */
export function wishToReject(change: Named, sides: Sides, ids: readonly string[]): Wish | null {
  const { file, name, fromName } = change;
  const chosen = new Set(ids);
  const whole = pieceIds(change).every((id) => chosen.has(id));
  if (whole) {
    const back = fromName ? { name: fromName, from: name } : { name, from: null };
    return { file, ...back, base: sides.new, theirs: sides.old, partial: false };
  }
  const rest = partOf(change, sides, (id) => !chosen.has(id));
  if (!rest) return null;
  const mode = sides.new?.mode ?? rest.mode;
  return { file, name, from: null, base: sides.new, theirs: { ...rest, mode }, partial: true };
}
