import type { DiffLine, Hunk } from '../../schema/change.ts';

/** A hunk with its lines, as `changes.diff` gives it. */
export interface ShownHunk {
  hunk: Hunk;
  lines: readonly DiffLine[];
}

/** One line of a hunk. */
export interface LineRow {
  kind: 'line';
  /** Index of its hunk, and of the line in it. */
  hunk: number;
  line: number;
  /** Line numbers on both sides; null where it does not stand. */
  old: number | null;
  new: number | null;
  /** Index of its piece in the hunk; null for context. */
  piece: number | null;
  /** Index (in the hunk's lines) of the line that stands for it on the other side. */
  mate: number | null;
}
export interface HeadRow {
  kind: 'head';
  hunk: number;
}
/** A row of two sides: null where one has nothing. */
export interface PairRow {
  kind: 'pair';
  hunk: number;
  left: LineRow | null;
  right: LineRow | null;
}
export type DiffRow = HeadRow | LineRow | PairRow;

/** A hunk's header, then its lines: removed ones of a piece before the added ones, as git shows them. */
export function unifiedRows(hunks: readonly ShownHunk[]): (HeadRow | LineRow)[] {
  const rows: (HeadRow | LineRow)[] = [];
  hunks.forEach((shown, hunk) => {
    rows.push({ kind: 'head', hunk });
    for (const row of linesOf(shown, hunk)) rows.push(row);
  });
  return rows;
}

/** The same with old lines at the left and new ones at the right. */
export function sideRows(hunks: readonly ShownHunk[]): (HeadRow | PairRow)[] {
  const rows: (HeadRow | PairRow)[] = [];
  hunks.forEach((shown, hunk) => {
    rows.push({ kind: 'head', hunk });
    let [left, right]: [LineRow[], LineRow[]] = [[], []];
    const flush = () => {
      for (let at = 0; at < Math.max(left.length, right.length); at++)
        rows.push({ kind: 'pair', hunk, left: left[at] ?? null, right: right[at] ?? null });
      [left, right] = [[], []];
    };
    for (const row of linesOf(shown, hunk)) {
      const isContext = row.piece === null;
      if (isContext) flush();
      if (isContext) rows.push({ kind: 'pair', hunk, left: row, right: row });
      else (row.old === null ? right : left).push(row);
    }
    flush();
  });
  return rows;
}

/** `@@ -a,b +c,d @@`: the first line on both sides. A side without lines names the line before. */
function startsOf(header: string): { old: number; new: number } {
  const [, old = '1', oldLines, now = '1', newLines] = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(header) ?? [];
  return { old: Number(old) + Number(oldLines === '0'), new: Number(now) + Number(newLines === '0') };
}

function linesOf({ hunk: { header, pieces }, lines }: ShownHunk, hunk: number): LineRow[] {
  const at = startsOf(header);
  const rows: LineRow[] = [];
  let piece = -1;
  let run: { removed: LineRow[]; added: LineRow[] } | null = null;
  const close = () => {
    run?.removed.forEach((row, index) => {
      const mate = run!.added[index];
      if (!mate) return;
      row.mate = mate.line;
      mate.mate = row.line;
    });
    run = null;
  };
  lines.forEach(({ type }, line) => {
    if (type === 'context') {
      close();
      rows.push({ kind: 'line', hunk, line, old: at.old++, new: at.new++, piece: null, mate: null });
      return;
    }
    if (!run) {
      run = { removed: [], added: [] };
      piece = Math.min(piece + 1, pieces.length - 1);
    }
    const side = type === 'removed' ? { old: at.old++, new: null } : { old: null, new: at.new++ };
    const row: LineRow = { kind: 'line', hunk, line, ...side, piece, mate: null };
    run[type].push(row);
    rows.push(row);
  });
  close();
  return rows;
}

/** The line that a row is about: of two sides the new one. */
export const lineOf = (row: DiffRow | undefined): LineRow | null =>
  !row || row.kind === 'head' ? null : row.kind === 'line' ? row : (row.right ?? row.left);
