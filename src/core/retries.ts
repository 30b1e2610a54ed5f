import type { Agent, Exit } from '../schema/agent.ts';
import type { QueuedPrompt } from '../schema/receipt.ts';
import type { Evidence } from '../schema/status.ts';
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

const DAY_MS = 24 * 60 * 60_000;

/** As a person reads it: `14:03:21`, with the day where it is not the next such time. */
function clock(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toTimeString().slice(0, 8);
  return at - now < DAY_MS ? time : `${time} on ${date.toDateString().slice(0, 10)}`;
}

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
    const reset = known === null ? 'nobody knows when it is lifted' : `it is lifted at ${clock(known, now)}`;
    const detail = `a rate limit ended it (${exitText(exit)}; ${reset}): it goes on by itself at ${clock(nextAt, now)}`;
    return { why: 'limit', retries: { aborts, limits: limits + 1, nextAt }, detail };
  }
  if (begun || aborts >= bounds.aborts) return null;
  const nextAt = now + ABORT_MS * 2 ** aborts;
  const detail = `it ended before its session began (${exitText(exit)}): begun again, ${aborts + 1} of ${bounds.aborts}`;
  return { why: 'abort', retries: { aborts: aborts + 1, limits, nextAt }, detail };
}

/**
 * Whether an agent that lives and whose turn has failed is to go on by itself, when, and what is said of it until then; null: it is not.
 * Only a limit whose reset is known and still to come counts: of another failure a person decides.
 */
export function waitOf(agent: Agent, { now }: { now: number }, bounds: { limits: number }): Agent['retries'] | null {
  const { aborts = 0, limits = 0 } = agent.retries ?? {};
  const known = resetOf(agent);
  if (agent.trouble?.kind !== 'rateLimit' || agent.trouble.retries || known === null || known <= now) return null;
  if (agent.stopping !== undefined || agent.paused !== undefined || limits >= bounds.limits) return null;
  const nextAt = known + MARGIN_MS;
  const held = `rate limit: it goes on by itself at ${clock(nextAt, now)}`;
  return { aborts, limits: limits + 1, nextAt, held };
}

type Held = Pick<Agent, 'retries' | 'paused'>;

/** What holds an agent, and who says so; undefined: nothing. */
export const holdOf = ({ retries, paused }: Held): Evidence | undefined =>
  paused === undefined ? undefined : { source: paused === retries?.held ? 'protocol' : 'user', detail: paused };

/** Fields of an agent after it was decided whether it goes on by itself. */
export const retried = (agent: Held, retries: Agent['retries'] | null): Held => ({
  paused: agent.paused,
  ...letGo(agent),
  retries: retries ?? undefined,
  ...(retries?.held !== undefined && { paused: retries.held }),
});

/** Fields of an agent that no limit holds any more; what was counted stays. Of one that none holds: nothing. */
export function letGo({ retries, paused }: Held): Partial<Held> {
  if (retries?.held === undefined) return {};
  const { held, aborts, limits } = retries;
  return { retries: { aborts, limits, nextAt: null }, paused: paused === held ? undefined : paused };
}

/** What is first in the queue of an agent whose limit is lifted, in front of all that waited: one for each wait, given once. */
export const goOnPrompt = (text: string, { epoch, retries }: Pick<Agent, 'epoch' | 'retries'>): QueuedPrompt => ({
  id: `lifted-${epoch}-${retries?.nextAt ?? 0}`,
  text,
});
