import { setTimeout as delay } from 'node:timers/promises';
import { isLive } from '../../core/lifecycle.ts';
import { childId } from '../../schema/agent.ts';
import { DEFAULT_HITS, type Search } from '../../schema/search.ts';
import type { Context } from '../context.ts';
import type { Archive } from './archive.ts';
import { searchAgents } from './ask.ts';

/** No search: one is about to come. */
const SOON = {
  pattern: { text: ' ', fixed: true, case: 'exact' as const },
  prepare: true,
  screen: true,
  limit: 1,
  before: 0,
  after: 0,
  since: null,
  budgetMs: 100,
};
/** Hosts take so long (ms) to read what there is: what is asked before that takes longer. */
const READ_MS = 200;
/** What is looked for most. */
const USUAL: Omit<Search, 'agents'> = {
  pattern: { text: 'error', fixed: false, case: 'smart' },
  limit: DEFAULT_HITS,
  before: 0,
  after: 0,
  since: null,
  states: [],
  all: false,
  key: null,
  part: null,
};
/** Searches that nobody asked, so that code is compiled that every search runs through: the first one takes twice as long as the tenth. */
const PRACTICE = 6;

/**
 * Gets hosts and daemon ready for searches: the start of a thread and reading all for the first time take longer than a
 * search. By the first keys it is done.
 */
export function createReadiness(archive: (ctx: Context) => Archive): (ctx: Context) => void {
  let hasPractised = false;
  return (ctx) => {
    const agents = ctx.store.all().filter((agent) => isLive(agent) && agent.host !== null);
    const byHost = Map.groupBy(agents, ({ host }) => ctx.hosts.get(host!));
    for (const [link, group] of byHost) {
      const children = group.map((agent) => ({ child: childId(agent), from: 1 }));
      void link?.call('search', { ...SOON, children }).catch(() => {});
    }
    if (hasPractised || agents.length === 0) return;
    hasPractised = true;
    const wish = { ...USUAL, agents: agents.map(({ id }) => id) };
    void practise(() => searchAgents(ctx, archive(ctx), wish, { tell: undefined }));
  };
}

async function practise(search: () => Promise<unknown>): Promise<void> {
  await delay(READ_MS, undefined, { ref: false });
  try {
    for (let n = 0; n < PRACTICE; n++) await search();
  } catch {
    // An agent has gone meanwhile: the search that somebody asks says so.
  }
}
