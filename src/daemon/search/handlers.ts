import { childId } from '../../schema/agent.ts';
import type { SavedSearch, Search, SearchResult } from '../../schema/search.ts';
import { pastSearches, rememberSearch } from '../../storage/past-searches.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { type Archive, createArchive } from './archive.ts';
import { searchAgents } from './ask.ts';
import { Newest } from './newest.ts';
import { forgetSearch, saveSearch } from './saved.ts';

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

/** Answers to searchMethods of schema/search. */
export function searchHandlers(ready: Promise<Context>) {
  const newest = new Newest();
  let archive: Archive | undefined;
  return {
    async search(wish: Search, { signal, say }: Client) {
      const ctx = await ready;
      archive ??= createArchive(ctx.root);
      const onDisk = archive;
      const { part, key } = wish;
      const tell = part === null ? undefined : (result: SearchResult) => say('found', { part, result });
      if (key === null) return searchAgents(ctx, onDisk, wish, { tell });
      return newest.run(signal, key, (turn) => searchAgents(ctx, onDisk, wish, { turn, tell }));
    },
    'search.begin': async () => {
      const { root, hosts, store } = await ready;
      const byHost = Map.groupBy(store.all(), ({ host }) => host);
      // The start of a thread and reading all for the first time take longer than a search: by the first keys it is done.
      for (const link of hosts.links()) {
        const children = (byHost.get(link.id) ?? []).map((agent) => ({ child: childId(agent), from: 1 }));
        void link.call('search', { ...SOON, children }).catch(() => {});
      }
      return { past: pastSearches(root) };
    },
    'search.remember': async ({ text }: { text: string }) => {
      const { root, log } = await ready;
      try {
        rememberSearch(root, text);
      } catch (error) {
        log.warn(`a pattern that was looked for is not kept: ${messageOf(error)}`);
      }
      return {};
    },
    'search.save': async (wish: Pick<SavedSearch, 'pattern' | 'agents'>) => ({ saved: saveSearch(await ready, wish) }),
    'search.forget': async ({ id }: { id: string }) => {
      forgetSearch(await ready, id);
      return {};
    },
  };
}
