import type { Search, SearchResult } from '../../../schema/search.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';

/** `old`: another question was asked meanwhile, whose answer counts. */
export type Answer = { result: SearchResult } | { error: string } | 'old';

/** Asks the daemon, as often as somebody types: a newer question ends the older one there, and only its answer counts here. */
export function createAsking({ call, store }: Pick<Bridge, 'call' | 'store'>, key: string) {
  let newest = 0;
  return {
    async ask(search: Omit<Search, 'key'>): Promise<Answer> {
      const mine = ++newest;
      try {
        const result = await call('search', { ...search, key });
        return mine === newest ? { result } : 'old';
      } catch (error) {
        return mine === newest ? { error: sentence(error, store.getState()) } : 'old';
      }
    },
    /** What was asked does not matter any more. */
    forget() {
      newest += 1;
    },
  };
}
