import type { SavedSearch, Search, SearchResult } from '../../schema/search.ts';
import { pastSearches, rememberSearch } from '../../storage/past-searches.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { type Archive, createArchive } from './archive.ts';
import { searchAgents } from './ask.ts';
import { Newest } from './newest.ts';
import { forgetSearch, saveSearch } from './saved.ts';

/** A search of nobody. */
const NOTHING = {
  pattern: { text: ' ', fixed: true, case: 'exact' as const },
  children: [],
  screen: false,
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
      const { root, hosts } = await ready;
      // The start of a thread takes longer than the first search: by the first key it is there.
      for (const link of hosts.links()) void link.call('search', NOTHING).catch(() => {});
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
