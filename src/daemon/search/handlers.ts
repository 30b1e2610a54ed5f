import type { SavedSearch, Search, SearchResult } from '../../schema/search.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { type Archive, createArchive } from './archive.ts';
import { searchAgents } from './ask.ts';
import { Newest } from './newest.ts';
import { forgetSearch, saveSearch } from './saved.ts';

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
    'search.save': async (wish: Pick<SavedSearch, 'pattern' | 'agents'>) => ({ saved: saveSearch(await ready, wish) }),
    'search.forget': async ({ id }: { id: string }) => {
      forgetSearch(await ready, id);
      return {};
    },
  };
}
