import { ADJACENT_LINES, type Touched } from '../../src/core/collide.ts';
import type { LineRange, Severity } from '../../src/schema/collision.ts';
import type { Random } from './random.ts';

type Pieces = Touched['pieces'];

/** Text edits as `collide` takes them. */
export const text = (pieces: Pieces, more: Partial<Touched> = {}): Touched => ({
  what: 'text',
  result: JSON.stringify(pieces),
  label: null,
  pieces,
  ...more,
});

/** One edit of some lines of the base; `end` below `start`: an insertion. */
export const at = (start: number, end: number, line = 'x') => ({ range: { start, end }, text: line });

/** Edits of a file of `lines` lines that do not touch each other. */
export function anyPieces(random: Random, lines: number): Pieces {
  const pieces: { range: LineRange; text: string }[] = [];
  for (let line = 1 + random.below(4); line <= lines + 1; line += 2 + random.below(14)) {
    const removed = line > lines ? 0 : Math.min(random.below(4), lines - line + 1);
    pieces.push(at(line, line + removed - 1, random.pick(['x', 'y'])));
    line += removed;
  }
  return pieces;
}

/** What a person with a pencil would say: marks lines and the gaps between them, and looks for marks of both. */
export function pencil(a: Pieces, b: Pieces): Severity {
  const key = ({ range, text: line }: Pieces[number]) => `${range.start} ${range.end} ${line}`;
  const [mine, theirs] = [
    a.filter((one) => !b.some((two) => key(two) === key(one))),
    b.filter((one) => !a.some((two) => key(two) === key(one))),
  ];
  if (mine.length === 0 && theirs.length === 0) return 'identical';
  // Line n stands at 2n, the gap before it at 2n - 1.
  const marks = (pieces: Pieces) =>
    pieces.flatMap(({ range: { start, end } }) =>
      end < start ? [2 * start - 1] : Array.from({ length: 2 * (end - start) + 1 }, (_, index) => 2 * start + index),
    );
  let least = Number.POSITIVE_INFINITY;
  for (const one of marks(mine)) {
    for (const two of marks(theirs)) {
      if (one === two) return 'same_line';
      let lines = 0;
      for (let mark = Math.min(one, two) + 1; mark < Math.max(one, two); mark++) if (mark % 2 === 0) lines++;
      least = Math.min(least, lines);
    }
  }
  return least <= ADJACENT_LINES ? 'adjacent_line' : 'different_area';
}

/** Two agents' edits of one file; sometimes the same ones. */
export function anyPair(random: Random): [Pieces, Pieces] {
  const lines = random.below(60);
  const a = anyPieces(random, lines);
  return [a, random.chance(0.1) ? a : anyPieces(random, lines).filter(() => random.chance(0.5))];
}
