import type { Search, SearchResult } from '../../../schema/search.ts';
import { messageOf } from '../../../util/errors.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';

/** `error` with what to do about it, `message` without. `old`: another question was asked meanwhile, whose answer counts. */
export type Answer = { result: SearchResult } | { error: string; message: string } | 'old';

/**
 * Asks the daemon, as often as somebody types: a newer question ends the older one there, and only its answer counts here.
 * `onPart` is told what was found before all has been looked at.
 */
export function createAsking({ call, store, parts }: Pick<Bridge, 'call' | 'store'> & Partial<Bridge>, key: string) {
  let newest = 0;
  return {
    async ask(search: Omit<Search, 'key' | 'part'>, onPart?: (result: SearchResult) => unknown): Promise<Answer> {
      const mine = ++newest;
      const part = parts && onPart ? `${key} ${mine}` : null;
      if (part !== null) parts!.set(part, (result) => mine === newest && onPart!(result));
      try {
        const result = await call('search', { ...search, key, part });
        return mine === newest ? { result } : 'old';
      } catch (error) {
        return mine === newest ? { error: sentence(error, store.getState()), message: messageOf(error) } : 'old';
      } finally {
        if (part !== null) parts!.delete(part);
      }
    },
    /** What was asked does not matter any more. */
    forget() {
      newest += 1;
    },
  };
}
