import type { LineMatch } from '../../schema/search.ts';

/** Matching lines that stood on a screen: how many of each. Numbers in them (clocks, counters) tell none apart. */
export type Standing = ReadonlyMap<string, number>;

/** UTF-16 units of a line by which it is known again. */
const KNOWN_BY = 500;

const keyOf = (text: string) => text.slice(0, KNOWN_BY).replace(/\d+/g, '0');

/**
 * Which of the lines that match are new since the last look. `matches` are those of the history since then, and of the
 * screen; a line that stood on the screen may have moved on it, have left it, or still be there.
 */
export function freshMatches(
  matches: readonly LineMatch[],
  before: Standing,
): { fresh: LineMatch[]; standing: Standing } {
  const known = new Map(before);
  const standing = new Map<string, number>();
  const fresh: LineMatch[] = [];
  for (const match of matches) {
    const key = keyOf(match.text);
    if (match.source === 'screen') standing.set(key, (standing.get(key) ?? 0) + 1);
    const left = known.get(key) ?? 0;
    if (left > 0) known.set(key, left - 1);
    else fresh.push(match);
  }
  return { fresh, standing };
}
