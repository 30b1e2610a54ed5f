import type { SavedSearch, Search } from '../../schema/search.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { searchAgents } from './ask.ts';
import { Newest } from './newest.ts';
import { forgetSearch, saveSearch } from './saved.ts';

/** Answers to searchMethods of schema/search. */
export function searchHandlers(ready: Promise<Context>) {
  const newest = new Newest();
  return {
    async search(wish: Search, { signal }: Client) {
      const ctx = await ready;
      if (wish.key === null) return searchAgents(ctx, wish, null);
      return newest.run(signal, wish.key, (key) => searchAgents(ctx, wish, key));
    },
    'search.save': async (wish: Pick<SavedSearch, 'pattern' | 'agents'>) => ({ saved: saveSearch(await ready, wish) }),
    'search.forget': async ({ id }: { id: string }) => {
      forgetSearch(await ready, id);
      return {};
    },
  };
}
