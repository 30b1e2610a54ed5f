import type { HostSearch } from '../../schema/search.ts';
import { entryPath } from '../../util/entry.ts';
import { BooError } from '../../util/errors.ts';
import { Thread } from '../../util/thread.ts';
import { Encoded } from '../../wire/peer.ts';
import type { Child } from '../children/child.ts';
import { MOST_TIMES } from './effort.ts';
import { Texts } from './texts.ts';
import type { SearchAnswer, SearchRequest } from './worker.ts';

/** Nobody has searched for this long (ms): the thread ends. Its start takes about 60 ms, its memory is some 10 MB. */
const IDLE_MS = 60_000;
const HEAP_MB = 96;
/** What the thread may take beyond the time that it was given, in ms: to write the answer down. */
const LAG_MS = 150;
const TIMED_OUT = JSON.stringify({ children: [], timedOut: true } satisfies SearchAnswer);

export interface SearchService {
  /** Errors: `usage` for a bad pattern. */
  search(wish: HostSearch): Promise<Encoded<SearchAnswer>>;
  close(): void;
}

/** Searches in a thread of its own, so that keys are echoed meanwhile whatever the pattern does. */
export function createSearchService(children: ReadonlyMap<string, Child>): SearchService {
  const thread = new Thread<SearchRequest, string>({
    path: entryPath('search'),
    idleMs: IDLE_MS,
    heapMb: HEAP_MB,
  });
  const texts = new Texts(children);
  /** By key: what stops the search that is under way. */
  const running = new Map<string, Int32Array>();

  /** Texts are gathered and sent in one order: what one search has sent the next one need not. */
  let sent: Promise<unknown> = Promise.resolve();
  const send = async ({ children: wanted, screen, budgetMs, ...wish }: HostSearch, stop: SharedArrayBuffer) => {
    for (;;) {
      const number = thread.open();
      const found = await texts.gather(wanted, screen, number);
      // It may have been ended meanwhile, for an older search: then the next one knows nothing yet.
      if (thread.open() !== number) continue;
      const request = { ...wish, budgetMs, children: found, known: [...children.keys()], stop };
      return { answer: thread.ask(request, budgetMs * MOST_TIMES + LAG_MS) };
    }
  };
  const ask = async (wish: HostSearch, stop: SharedArrayBuffer) => {
    const next = sent.then(() => send(wish, stop));
    sent = next.catch(() => {});
    return (await next).answer;
  };
  return {
    async search(wish) {
      thread.wake();
      const stop = new SharedArrayBuffer(4);
      const flag = new Int32Array(stop);
      const { key } = wish;
      const older = key === null ? undefined : running.get(key);
      if (older) Atomics.store(older, 0, 1);
      if (key !== null) running.set(key, flag);
      try {
        return new Encoded(await ask(wish, stop));
      } catch (error) {
        if (error instanceof BooError && error.code === 'timed_out') return new Encoded(TIMED_OUT);
        throw error;
      } finally {
        if (key !== null && running.get(key) === flag) running.delete(key);
      }
    },
    close: () => thread.close(),
  };
}
