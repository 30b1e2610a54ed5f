import { childId } from '../../schema/agent.ts';
import type { HistoryLine } from '../../schema/host.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import type { HostLink } from '../hosts/link.ts';
import type { Known } from './past.ts';

export interface HistoryRequest {
  /** Null: the agent's present life. */
  epoch: number | null;
  from: number | null;
  count: number;
  styled: boolean;
}

export interface HistoryPage {
  lines: HistoryLine[];
  first: number;
  total: number;
  notice?: string;
}

export const nothingKept = (agent: Pick<Known, 'name'>) =>
  new BooError(
    'not_found',
    `nothing is kept of the screen of ${agent.name}`,
    'It ended before it had one, or with its process host and unrecorded, or made room for newer ones (history.maxBytes).',
  );

/** From the host while it has the child; undefined when only what was kept at the end can tell. */
export async function fromHost<T>(
  { hosts }: Context,
  agent: Known,
  ask: (link: HostLink, child: string) => Promise<T>,
): Promise<T | undefined> {
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (!link) return undefined;
  return ask(link, childId(agent)).catch((error: unknown) => {
    if (error instanceof BooError && (error.code === 'not_found' || error.code === 'failed')) return undefined;
    throw error;
  });
}

/** A page of what left an agent's screen: from its host while that has it, else from what was kept when it ended. */
export async function historyOf(
  ctx: Context,
  agent: Known,
  { epoch, ...request }: HistoryRequest,
): Promise<HistoryPage> {
  const life = epoch ?? agent.epoch;
  const live =
    life === agent.epoch
      ? await fromHost(ctx, agent, (link, child) => link.call('history', { child, ...request }))
      : undefined;
  if (live) return live;
  const kept = await ctx.ends.open(agent.id, life);
  if (!kept) throw nothingKept(agent);
  try {
    const page = await kept.page(request);
    return { ...page, ...(kept.notice ? { notice: kept.notice } : {}) };
  } finally {
    kept.close();
  }
}
