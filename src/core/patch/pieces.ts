import type { PatchHunk, PatchLine } from './parse.ts';

/**
 * The smallest part of a change: removed lines, and the added ones that stand for them. Numbers count from 1; where a side has no
 * lines, its start is the line before (git's own convention).
 */
export interface RawPiece {
  oldStart: number;
  removed: string[];
  newStart: number;
  added: string[];
}

/** The pieces of a file's hunks, in order. */
export function piecesOf(hunks: readonly PatchHunk[]): RawPiece[] {
  const pieces: RawPiece[] = [];
  for (const { oldStart, oldLines, newStart, newLines, lines } of hunks) {
    // A side without lines names the line before.
    let oldAt = oldLines === 0 ? oldStart + 1 : oldStart;
    let newAt = newLines === 0 ? newStart + 1 : newStart;
    let piece: RawPiece | undefined;
    const close = () => {
      if (!piece) return;
      if (piece.removed.length === 0) piece.oldStart--;
      if (piece.added.length === 0) piece.newStart--;
      pieces.push(piece);
      piece = undefined;
    };
    for (const { type, bytes } of lines) {
      if (type === 'context') {
        close();
        oldAt++;
        newAt++;
        continue;
      }
      piece ??= { oldStart: oldAt, removed: [], newStart: newAt, added: [] };
      if (type === 'removed') {
        piece.removed.push(bytes);
        oldAt++;
      } else {
        piece.added.push(bytes);
        newAt++;
      }
    }
    close();
  }
  return pieces;
}

/** Index of the first line of the base that a piece replaces, from 0. */
export const firstLine = (piece: RawPiece) => (piece.removed.length === 0 ? piece.oldStart : piece.oldStart - 1);

/**
 * The base with some pieces of its change: `base` is its lines with their ends. Undefined when a piece does not belong to this base.
 * With all pieces it is the changed file, with none the base.
 */
export function withPieces(base: readonly string[], pieces: readonly RawPiece[]): string[] | undefined {
  const out: string[] = [];
  let at = 0;
  for (const piece of pieces) {
    const start = firstLine(piece);
    if (start < at || start + piece.removed.length > base.length) return undefined;
    for (; at < start; at++) out.push(base[at]!);
    for (const line of piece.removed) if (base[at++] !== line) return undefined;
    out.push(...piece.added);
  }
  out.push(...base.slice(at));
  return out;
}

/** A run of lines of a diff around some pieces. */
export interface ShownHunk {
  pieces: number[];
  oldStart: number;
  oldLines: number;
  newStart: number;
  newLines: number;
  section: string;
  lines: PatchLine[];
}

/**
 * Cuts git's hunks into one per piece, each with up to `context` lines around it: what "split" shows. Context between two pieces
 * stands in both.
 */
export function splitHunks(hunks: readonly PatchHunk[], context: number): ShownHunk[] {
  let index = 0;
  return hunks.flatMap((hunk) => {
    const runs = runsOf(hunk.lines);
    return runs.map(({ start, end }, nth): ShownHunk => {
      const before = Math.min(context, start - (runs[nth - 1]?.end ?? 0));
      const after = Math.min(context, (runs[nth + 1]?.start ?? hunk.lines.length) - end);
      return shown(hunk, start - before, end + after, [index++]);
    });
  });
}

/** git's own hunks, with the numbers of the pieces in them. */
export function wholeHunks(hunks: readonly PatchHunk[]): ShownHunk[] {
  let index = 0;
  return hunks.map((hunk) =>
    shown(
      hunk,
      0,
      hunk.lines.length,
      runsOf(hunk.lines).map(() => index++),
    ),
  );
}

/** Runs of changed lines: [start, end) in the lines of a hunk. */
function runsOf(lines: readonly PatchLine[]): { start: number; end: number }[] {
  const runs: { start: number; end: number }[] = [];
  lines.forEach(({ type }, index) => {
    if (type === 'context') return;
    const last = runs.at(-1);
    if (last?.end === index) last.end++;
    else runs.push({ start: index, end: index + 1 });
  });
  return runs;
}

function shown(hunk: PatchHunk, start: number, end: number, pieces: number[]): ShownHunk {
  const count = (from: number, to: number, not: PatchLine['type']) =>
    hunk.lines.slice(from, to).filter(({ type }) => type !== not).length;
  const oldLines = count(start, end, 'added');
  const newLines = count(start, end, 'removed');
  const oldFirst = (hunk.oldLines === 0 ? hunk.oldStart + 1 : hunk.oldStart) + count(0, start, 'added');
  const newFirst = (hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart) + count(0, start, 'removed');
  return {
    pieces,
    oldStart: oldLines === 0 ? oldFirst - 1 : oldFirst,
    oldLines,
    newStart: newLines === 0 ? newFirst - 1 : newFirst,
    newLines,
    section: hunk.section,
    lines: hunk.lines.slice(start, end),
  };
}

/** `@@ -1,4 +1,5 @@ function`, as git writes it. */
export function headerOf({
  oldStart,
  oldLines,
  newStart,
  newLines,
  section,
}: Omit<ShownHunk, 'pieces' | 'lines'>): string {
  const side = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);
  return `@@ -${side(oldStart, oldLines)} +${side(newStart, newLines)} @@${section ? ` ${section}` : ''}`;
}
