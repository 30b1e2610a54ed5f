import type { ChildMatches, Match, SearchResult } from '../../schema/search.ts';
import { fairShares } from './shares.ts';

/** What was found in one life of an agent. */
export interface Found {
  agent: string;
  id: string;
  epoch: number;
  found: ChildMatches;
}

const SOURCES = ['ring', 'screen', 'archive'] as const;
const TIMED_OUT = 'the pattern took too long: a part of its output was not looked at';
/** That may be the pattern too; most often much is kept, and who types waits a second at most. */
const KEPT_TOO_LONG = 'to look through what is kept of it on the disk took too long: a part was not looked at';

/** One answer from what was found in many, in the given order: each keeps its newest lines and a fair share of the limit. */
export function mergeMatches(all: Found[], limit: number, lost: SearchResult['lost']): SearchResult {
  const shares = fairShares(
    all.map(({ found }) => found.matches.length),
    limit,
  );
  const matches = all.flatMap(({ agent, id, epoch, found }, index): Match[] =>
    found.matches.slice(found.matches.length - shares[index]!).map((match) => ({ ...match, agent, id, epoch })),
  );
  const total = all.reduce((sum, { found }) => sum + found.total, 0);
  const counts = new Map<string, SearchResult['counts'][number]>();
  for (const { agent, id, found } of all) {
    counts.set(id, { agent, id, total: (counts.get(id)?.total ?? 0) + found.total });
  }
  const partly = all
    .filter(({ found }) => !found.complete)
    .map(({ agent, found }) => ({
      agent,
      reason: found.sources.includes('archive') ? KEPT_TOO_LONG : TIMED_OUT,
    }));
  return {
    matches,
    total,
    truncated: total > matches.length,
    sources: SOURCES.filter((source) => all.some(({ found }) => found.sources.includes(source))),
    counts: [...counts.values()],
    lost: [...lost, ...partly],
  };
}
