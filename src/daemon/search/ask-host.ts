import { setTimeout as delay } from 'node:timers/promises';
import type { HostWish } from '../../schema/search.ts';
import { BooError } from '../../util/errors.ts';
import type { HostLink } from '../hosts/link.ts';

/** A host that lives answers by then (ms), on a busy machine too: it keeps to its own time. */
const ANSWER_MS = 5000;

/** Asks a host for what its children have printed. Errors: those of the host, and `timed_out` where it hangs: others are not to wait for it. */
export async function searchHost(link: HostLink, wish: HostWish) {
  const over = new AbortController();
  const late = delay(ANSWER_MS, null, { signal: over.signal }).catch(() => null);
  const answer = link.call('search', wish);
  try {
    const first = await Promise.race([answer, late]);
    if (first) return first;
    answer.catch(() => {});
    throw new BooError('timed_out', `its process host (pid ${link.pid}) does not answer`);
  } finally {
    over.abort();
  }
}
