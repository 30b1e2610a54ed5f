import { setTimeout as delay } from 'node:timers/promises';
import { isLive } from '../../core/lifecycle.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { inTime } from '../../util/in-time.ts';
import type { Context } from '../context.ts';

/** How long a program may take to end by itself when its input has ended, in milliseconds. */
const LEAVE_MS = 3000;
/** Between two looks whether it is still being prepared, in milliseconds. */
const LOOK_MS = 10;

type Reason = NonNullable<Agent['stopping']>;

/** Ends an agent, everything it started and what checks its work; answers when all of it is gone. One that has ended is given back as it is. */
export async function stopAgent(ctx: Context, id: string, reason: Reason): Promise<Agent> {
  const checked = ctx.autofix.stop(id);
  try {
    return await stopLife(ctx, id, reason);
  } finally {
    await checked;
  }
}

async function stopLife(ctx: Context, id: string, reason: Reason): Promise<Agent> {
  const { store, preparing } = ctx;
  const agent = store.agent(id);
  if (reason === 'user') ctx.retries.cancel(id);
  if (!isLive(agent)) return store.agent(id);
  // Also on a full disk, which may be what it is to be stopped for.
  store.owe(id, { type: 'stopRequested', reason });
  const early = preparing.get(id);
  if (early) {
    early.abort(new BooError('interrupted', 'it was stopped before it had started'));
    await left(ctx, id);
    // It may have come to be in that very moment.
    if (!store.get().agents[id])
      return {
        ...agent,
        status: {
          state: 'cancelled',
          evidence: { source: 'user', detail: 'stopped before it had started' },
          since: Date.now(),
        },
      };
  }
  if (reason === 'done' || reason === 'undone') await leaves(ctx, id);
  return await stopChild(ctx, id);
}

/** Ends its input, at which most programs end; resolves when it has ended, or has had time to. */
async function leaves({ store, hosts }: Context, id: string): Promise<void> {
  const agent = store.agent(id);
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const undo = store.onEvent((changed, _event, now) => {
    if (changed === id && (!now || !isLive(now))) resolve();
  });
  try {
    await link?.call('input', { child: childId(agent), text: '', end: true });
    if (isLive(store.agent(id))) await inTime(ended, LEAVE_MS, null);
  } finally {
    undo();
  }
}

/** Resolves when nothing is being prepared for this agent any more: no event tells that. */
async function left({ preparing }: Context, id: string): Promise<void> {
  while (preparing.has(id)) await delay(LOOK_MS);
}

/** Also used for a stop that a crash of the daemon interrupted. */
export async function stopChild(ctx: Context, id: string): Promise<Agent> {
  const { store, hosts } = ctx;
  const agent = store.agent(id);
  const link = agent.host === null ? undefined : hosts.get(agent.host);
  if (!isLive(agent) || !link) return agent;
  const { epoch } = agent;
  const { exit } = await link.call('stop', { child: childId(agent), graceMs: agent.timeouts.grace });
  // The host reports the exit as well; whichever comes first counts.
  if (!store.owe(id, { type: 'exited', exit }, { epoch })) {
    const hint = 'It is written down as soon as there is room on the disk.';
    throw new BooError('failed', `${agent.name} has ended, but that could not be written down yet`, hint);
  }
  return store.agent(id);
}

export async function stopAll(ctx: Context, reason: Reason): Promise<Agent[]> {
  const live = ctx.store.all().filter(isLive);
  const results = await Promise.allSettled(live.map(({ id }) => stopAgent(ctx, id, reason)));
  for (const result of results) if (result.status === 'rejected') ctx.log.warn(`stopping: ${String(result.reason)}`);
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
