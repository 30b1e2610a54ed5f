import type { Match, SearchResult } from '../../../schema/search.ts';

const sameLife = (a: Match, b: Match) => a.id === b.id && a.epoch === b.epoch;

/**
 * A newer answer with the chosen match in it. One that only newer matches have pushed out of the answer stays in it; for one that is not
 * there any more stands the next of its agent, else the one before.
 */
export function renewed(
  { matches: old }: SearchResult,
  index: number,
  next: SearchResult,
): { result: SearchResult; index: number } {
  const chosen = old[index];
  const { matches } = next;
  if (!chosen) return { result: next, index: 0 };
  const same = matches.findIndex((one) => sameLife(one, chosen) && one.line === chosen.line);
  if (same >= 0) return { result: next, index: same };
  const after = matches.findIndex((one) => sameLife(one, chosen) && one.line > chosen.line);
  if (after >= 0 && next.total > matches.length && chosen.source !== 'screen')
    return { result: { ...next, matches: matches.toSpliced(after, 0, chosen) }, index: after };
  const last = matches.findLastIndex((one) => sameLife(one, chosen));
  const near = after >= 0 ? after : last >= 0 ? last : index;
  return { result: next, index: Math.max(0, Math.min(near, matches.length - 1)) };
}
