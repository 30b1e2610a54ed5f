import type { Found } from '../../core/search/merge.ts';
import type { Search } from '../../schema/search.ts';
import { entryPath } from '../../util/entry.ts';
import { Thread } from '../../util/thread.ts';
import type { ArchiveAnswer, ArchiveRequest } from './archive-worker.ts';

const IDLE_MS = 10_000;
const HEAP_MB = 256;
/** What one block of lines may take, in milliseconds: the usual pattern takes one. */
const BLOCK_MS = 150;
/** What all may take: of agents that are listed, so that who types gets an answer, and with `all`. */
const LISTED_MS = 1000;
const ALL_MS = 20_000;
/** On top: the last block, and the answer on its way. */
const LAG_MS = 1000;

export interface Archive {
  /** What is kept on disk of these lives, one after another. `signal`: nobody wants the answer any more. */
  search(
    lives: { id: string; epoch: number }[],
    wish: Search,
    signal: AbortSignal | undefined,
    onFound: (found: Found) => void,
  ): Promise<void>;
}

/** Searches what is kept of ended agents in a thread of its own, so that the daemon goes on. */
export function createArchive(root: string): Archive {
  const thread = new Thread<ArchiveRequest, ArchiveAnswer>({
    path: entryPath('archive'),
    idleMs: IDLE_MS,
    heapMb: HEAP_MB,
  });
  return {
    async search(lives, { pattern, limit, before, after, since, all }, signal, onFound) {
      const stop = new SharedArrayBuffer(4);
      signal?.addEventListener('abort', () => Atomics.store(new Int32Array(stop), 0, 1), { once: true });
      const end = performance.now() + (all ? ALL_MS : LISTED_MS);
      let given = false;
      for (const life of lives) {
        // Of what comes after it was given up only the name is asked for.
        const totalMs = given ? 0 : Math.max(0, end - performance.now());
        const wish = { root, pattern, limit, before, after, since, life, blockMs: BLOCK_MS, totalMs, stop };
        const answer = await thread.ask(wish, totalMs + LAG_MS);
        if (!answer) continue;
        given ||= !answer.found.complete;
        onFound({ agent: answer.name, ...life, found: answer.found });
      }
    },
  };
}
