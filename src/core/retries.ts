import type { Agent, Exit } from '../schema/agent.ts';
import { exitText } from './ends.ts';

/** What a life came to, as far as it decides whether the next one is begun by itself. */
export interface Life {
  /** A session began, or a turn. */
  begun: boolean;
  exit: Exit;
  now: number;
}

export interface Retry {
  why: 'abort' | 'limit';
  retries: { aborts: number; limits: number; nextAt: number };
  /** One clause for the evidence of its end. */
  detail: string;
}

/** Between two begins of a life that ended before its session, in milliseconds; each doubles the one before. */
const ABORT_MS = 1000;
/** Where nothing is said of when a limit is lifted, in milliseconds; each doubles the one before, up to the longest. */
const LIMIT_MS = 60_000;
const LONGEST_MS = 60 * 60_000;
/** A limit is lifted a moment after the time that was told. */
const MARGIN_MS = 1000;

const clock = (at: number) => new Date(at).toTimeString().slice(0, 8);

/** When the limit that stopped it is lifted, as far as that was told: milliseconds since the epoch. */
function resetOf({ trouble, rateLimits }: Agent): number | null {
  if (trouble?.until != null) return trouble.until;
  const resets = rateLimits.flatMap(({ status, resetsAt }) =>
    status === 'exceeded' && resetsAt !== null ? [resetsAt] : [],
  );
  return resets.length > 0 ? Math.max(...resets) : null;
}

/**
 * Whether an agent whose process ended by itself is to be begun again, when and why; null: it is not. An end that a rate limit forced
 * waits for the limit's reset; one before any session began is no failure of its work. Both are bounded, and counted apart.
 */
export function retryOf(
  agent: Agent,
  { begun, exit, now }: Life,
  bounds: { aborts: number; limits: number },
): Retry | null {
  const { aborts = 0, limits = 0 } = agent.retries ?? {};
  if (agent.stopping !== undefined || exit.code === 0) return null;
  if (agent.trouble?.kind === 'rateLimit' && !agent.trouble.retries) {
    if (limits >= bounds.limits) return null;
    const known = resetOf(agent);
    const nextAt =
      known === null ? now + Math.min(LONGEST_MS, LIMIT_MS * 2 ** limits) : Math.max(now, known) + MARGIN_MS;
    const reset = known === null ? 'nobody knows when it is lifted' : `it is lifted at ${clock(known)}`;
    const detail = `a rate limit ended it (${exitText(exit)}; ${reset}): it goes on by itself at ${clock(nextAt)}`;
    return { why: 'limit', retries: { aborts, limits: limits + 1, nextAt }, detail };
  }
  if (begun || aborts >= bounds.aborts) return null;
  const nextAt = now + ABORT_MS * 2 ** aborts;
  const detail = `it ended before its session began (${exitText(exit)}): begun again, ${aborts + 1} of ${bounds.aborts}`;
  return { why: 'abort', retries: { aborts: aborts + 1, limits, nextAt }, detail };
}
