import type { HostWish } from '../../schema/search.ts';
import { BooError } from '../../util/errors.ts';
import { inTime } from '../../util/in-time.ts';
import type { HostLink } from '../hosts/link.ts';

/** A host that lives answers by then (ms), on a busy machine too: it keeps to its own time. */
const ANSWER_MS = 5000;

/** Asks a host for what its children have printed. Errors: those of the host, and `timed_out` where it hangs: others are not to wait for it. */
export async function searchHost(link: HostLink, wish: HostWish) {
  const answer = await inTime(link.call('search', wish), ANSWER_MS, null);
  if (answer) return answer;
  throw new BooError('timed_out', `its process host (pid ${link.pid}) does not answer`);
}
