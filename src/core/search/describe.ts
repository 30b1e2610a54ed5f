import type { ChildMatches, LineMatch } from '../../schema/search.ts';
import type { Hit, ScanChild, ScanWish } from './scan.ts';

/** UTF-16 units of text in one answer: beyond it context is left out, beyond twice as many the older matches are. */
const MAX_UNITS = 4 * 1024 * 1024;

interface Found extends Omit<ChildMatches, 'child' | 'matches'> {
  child: ScanChild;
  /** Oldest first. */
  hits: Hit[];
}

/** Hits as they are answered, with their context. An answer is bounded however long the lines are. */
export function describeHits(found: Found[], wish: ScanWish): ChildMatches[] {
  let units = 0;
  return found.map(({ child, hits, ...rest }) => {
    const line = lineReader(child);
    const context = (from: number, to: number) => {
      const lines: string[] = [];
      for (let number = from; number < to; number++) {
        const text = units < MAX_UNITS ? line(number) : undefined;
        units += text?.length ?? 0;
        if (text !== undefined) lines.push(text);
      }
      return lines;
    };
    const matches: LineMatch[] = [];
    for (const { piece, index, spans } of [...hits].reverse()) {
      const text = piece.line(index);
      units += text.length;
      if (units > MAX_UNITS * 2) break;
      const number = piece.first + index;
      matches.push({
        line: number,
        at: piece.at(index),
        text,
        spans,
        before: context(number - wish.before, number),
        after: context(number + 1, number + 1 + wish.after),
        source: piece.source,
      });
    }
    return { child: child.child, matches: matches.reverse(), ...rest };
  });
}

/** Text of a line by its number; undefined where there is none. */
function lineReader({ pieces, around = [] }: ScanChild): (number: number) => string | undefined {
  const all = [...around, ...pieces];
  return (number) => {
    const piece = all.findLast(({ first, count }) => count > 0 && first <= number && number < first + count);
    return piece?.line(number - piece.first);
  };
}
