import { setImmediate as turn } from 'node:timers/promises';
import type { ChildMatches, HostSearch } from '../../schema/search.ts';
import { entryPath } from '../../util/entry.ts';
import { BooError } from '../../util/errors.ts';
import { Thread } from '../../util/thread.ts';
import type { Child } from '../children/child.ts';
import { screenOf } from './screen.ts';
import type { SearchAnswer, SearchRequest } from './worker.ts';

/** Nobody has searched for this long (ms): the thread ends. Its start takes about 60 ms, its memory is some 10 MB. */
const IDLE_MS = 60_000;
const HEAP_MB = 96;
/** What the thread may take beyond the time that it was given, in ms: to write the answer down. */
const LAG_MS = 150;

export interface SearchService {
  /** Errors: `usage` for a bad pattern. */
  search(wish: HostSearch): Promise<{ children: ChildMatches[]; timedOut: boolean }>;
  close(): void;
}

/** Searches in a thread of its own, so that keys are echoed meanwhile whatever the pattern does. */
export function createSearchService(children: ReadonlyMap<string, Child>): SearchService {
  const thread = new Thread<SearchRequest, SearchAnswer>({
    path: entryPath('search'),
    idleMs: IDLE_MS,
    heapMb: HEAP_MB,
  });
  /** By key: what stops the search that is under way. */
  const running = new Map<string, Int32Array>();

  const gather = async ({ children: wanted, screen }: HostSearch) => {
    const found: SearchRequest['children'] = [];
    for (const { child: id, from } of wanted) {
      const child = children.get(id);
      if (child) found.push({ child: id, from, ...textOf(child, screen) });
      // Keys that came meanwhile go first.
      if (child) await turn();
    }
    return found;
  };
  return {
    async search(wish) {
      const { pattern, limit, before, after, since, budgetMs, key } = wish;
      const stop = new SharedArrayBuffer(4);
      const flag = new Int32Array(stop);
      const older = key === null ? undefined : running.get(key);
      if (older) Atomics.store(older, 0, 1);
      if (key !== null) running.set(key, flag);
      try {
        const found = await gather(wish);
        const request = { pattern, limit, before, after, since, budgetMs, children: found, stop };
        return await thread.ask(request, budgetMs + LAG_MS);
      } catch (error) {
        if (error instanceof BooError && error.code === 'timed_out') return { children: [], timedOut: true };
        throw error;
      } finally {
        if (key !== null && running.get(key) === flag) running.delete(key);
      }
    },
    close: () => thread.close(),
  };
}

function textOf(child: Child, withScreen: boolean): Omit<SearchRequest['children'][number], 'child' | 'from'> {
  const { blocks, recent, recentFrom, total } = child.history.searchable();
  const screen = withScreen ? screenOf(child, total) : null;
  // A line that goes on upon the screen is found there, whole.
  const first = Math.min(recentFrom, screen?.first ?? recentFrom);
  const lines = recent.slice(0, (screen?.first ?? total + 1) - first);
  return {
    blocks,
    recent: { first, texts: lines.map(({ text }) => text), at: lines.map(({ at }) => at) },
    screen,
  };
}
