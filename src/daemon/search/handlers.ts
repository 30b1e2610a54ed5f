import type { SavedSearch, Search, SearchResult } from '../../schema/search.ts';
import { pastSearches, rememberSearch } from '../../storage/past-searches.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { type Archive, createArchive } from './archive.ts';
import { searchAgents } from './ask.ts';
import { Newest, type Turn } from './newest.ts';
import { createReadiness } from './ready.ts';
import { forgetSearch, saveSearch } from './saved.ts';

/** Answers to searchMethods of schema/search. */
export function searchHandlers(ready: Promise<Context>) {
  const newest = new Newest();
  let archive: Archive | undefined;
  const onDiskOf = ({ root }: Context) => {
    archive ??= createArchive(root);
    return archive;
  };
  const getReady = createReadiness(onDiskOf);
  return {
    async search(wish: Search, { signal, say }: Client) {
      const ctx = await ready;
      const onDisk = onDiskOf(ctx);
      const { part, key } = wish;
      const tell = part === null ? undefined : (result: SearchResult) => say('found', { part, result });
      if (key === null) return searchAgents(ctx, onDisk, wish, { tell });
      return newest.run(signal, key, (turn) => searchAgents(ctx, onDisk, wish, { turn, tell }));
    },
    'search.begin': async () => {
      const ctx = await ready;
      getReady(ctx);
      return { past: pastSearches(ctx.root) };
    },
    'search.printed': async ({ after }: { after: number | null }, { signal }: Client) => {
      const { printed } = await ready;
      const above = (turn: Turn) => printed.above(after, AbortSignal.any([turn.signal, signal]));
      return { count: await newest.run(signal, 'printed', above) };
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
