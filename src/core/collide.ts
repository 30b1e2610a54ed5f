import type { Collision, LineRange, Severity } from '../schema/collision.ts';
import { linesBetween } from './patch/ranges.ts';

/** Lines between two edits up to which they count as adjacent. */
export const ADJACENT_LINES = 5;

/** What one agent did to one file, in lines of a base that both agents share. */
export interface Touched {
  /** text: `pieces` tell where. whole: created, deleted, binary, or too big to look into: every line. mode: only mode or name. */
  what: 'text' | 'whole' | 'mode';
  /** Equal where two agents' results are equal: kind, mode, new name and new content. Null: it cannot be told. */
  result: string | null;
  /** New name and mode where they differ from the base's, else null: two agents that set different ones collide. */
  label: string | null;
  /** `text` tells the new lines apart. */
  pieces: readonly { range: LineRange; text: string }[];
}

/** The worst that two agents do to each other at one file, and where. `identical`: both made the same of it. */
export function collide(a: Touched, b: Touched): { severity: Severity; ranges: Collision['ranges'] } {
  if (a.result !== null && a.result === b.result) return { severity: 'identical', ranges: [[], []] };
  if (a.what === 'whole' || b.what === 'whole') {
    // A mode or a name alone leaves the lines to the other.
    const lines = a.what !== 'mode' && b.what !== 'mode';
    return { severity: lines ? 'same_line' : 'different_area', ranges: [[], []] };
  }
  const labels = a.label !== null && b.label !== null && a.label !== b.label;
  const mine = without(a.pieces, b.pieces);
  const theirs = without(b.pieces, a.pieces);
  let worst: Severity = labels ? 'same_line' : 'different_area';
  const near: [Set<LineRange>, Set<LineRange>] = [new Set(), new Set()];
  let nearSeverity: Severity = 'different_area';
  for (const one of mine) {
    for (const other of theirs) {
      const severity = severityOf(one, other);
      if (severity === 'different_area' || (severity === 'adjacent_line' && nearSeverity === 'same_line')) continue;
      if (severity !== nearSeverity) for (const set of near) set.clear();
      nearSeverity = severity;
      near[0].add(one);
      near[1].add(other);
    }
  }
  if (worst !== 'same_line') worst = nearSeverity;
  const shown = worst === 'different_area' ? [mine, theirs] : [[...near[0]], [...near[1]]];
  return { severity: worst, ranges: [shown[0]!, shown[1]!] };
}

/** Ranges of the pieces that the other one has not made in just the same way. */
const without = (pieces: Touched['pieces'], others: Touched['pieces']): LineRange[] => {
  const same = new Set(others.map(({ range, text }) => `${range.start}:${range.end}:${text}`));
  return pieces.filter(({ range, text }) => !same.has(`${range.start}:${range.end}:${text}`)).map(({ range }) => range);
};

function severityOf(a: LineRange, b: LineRange): Severity {
  const between = linesBetween(a, b);
  if (between === null) return 'same_line';
  return between <= ADJACENT_LINES ? 'adjacent_line' : 'different_area';
}

const RANK: readonly Severity[] = ['same_line', 'adjacent_line', 'different_area', 'identical'];

/** Worst first, then by file and agents: the order in which collisions are listed. */
export const worstFirst = (a: Collision, b: Collision): number =>
  RANK.indexOf(a.severity) - RANK.indexOf(b.severity) ||
  (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
  (a.agents.join('\0') < b.agents.join('\0') ? -1 : 1);

/** Does `now` deserve a notification after `before` (null: there was none)? */
export const hasRisen = (before: Severity | null, now: Severity): boolean =>
  now !== 'identical' && (before === null || RANK.indexOf(now) < RANK.indexOf(before));
