import { isLive } from '../../core/lifecycle.ts';
import { childId } from '../../schema/agent.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { deadlineOf } from './deadline-of.ts';
import { stopAgent } from './stop.ts';

/** Stops an agent whose time is over, by its host's own knowledge of its last output. Resolves with when to look again. */
export async function checkDeadline(ctx: Context, id: string): Promise<number | null> {
  const agent = ctx.store.get().agents[id];
  const link = agent?.host ? ctx.hosts.get(agent.host) : undefined;
  if (!agent || !link || !isLive(agent) || agent.stopping) return null;
  try {
    const { children } = await link.call('children', {});
    const info = children.find(({ child }) => child === childId(agent));
    if (!info || info.exit !== null) return null;
    const due = deadlineOf(agent, info.outputAt ?? info.startedAt);
    if (due.at > Date.now()) return due.at;
    ctx.log.info(`${agent.name} is stopped: its time is over (${due.why})`);
    await stopAgent(ctx, id, due.why);
    return null;
  } catch (error) {
    ctx.log.warn(`the timeout of ${agent.name}: ${messageOf(error)}`);
    return Date.now() + 1000;
  }
}
