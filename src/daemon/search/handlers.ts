import type { SavedSearch, Search } from '../../schema/search.ts';
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
    async search(wish: Search, { signal }: Client) {
      const ctx = await ready;
      archive ??= createArchive(ctx.root);
      const onDisk = archive;
      if (wish.key === null) return searchAgents(ctx, onDisk, wish, undefined);
      return newest.run(signal, wish.key, (turn) => searchAgents(ctx, onDisk, wish, turn));
    },
    'search.save': async (wish: Pick<SavedSearch, 'pattern' | 'agents'>) => ({ saved: saveSearch(await ready, wish) }),
    'search.forget': async ({ id }: { id: string }) => {
      forgetSearch(await ready, id);
      return {};
    },
  };
}
