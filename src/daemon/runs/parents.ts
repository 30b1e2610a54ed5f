import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { stopAgent } from '../agents/stop.ts';
import type { Context } from '../context.ts';
import { endsAfterTurns } from '../sessions/one-shot.ts';

/** What is done to an agent whose life ends, and goes on in another one. */
const GOES_ON: ReadonlySet<string> = new Set(['restarted', 'resumed', 'begun again', 'begun afresh']);

/**
 * Has it ended for good, as far as one can see, so that nothing asks for what its children do any more? Not where its host was lost: it is
 * taken up again, and they with it.
 */
function isOver({ busy, lostRuns }: Context, agent: Agent): boolean {
  const { status, exit, stopping, retries, id } = agent;
  if (isLive(agent) || GOES_ON.has(busy.get(id) ?? '') || retries?.nextAt != null) return false;
  if (isRun(agent)) return !lostRuns.awaits(agent);
  if (exit === null && stopping === undefined) return false;
  return !(status.state === 'completed' && endsAfterTurns(agent));
}

/** Stops the children of an agent that has ended, but for those that were started to go on. */
export function followParent(ctx: Context, event: AgentEvent, agent: Agent | undefined): void {
  const ends = event.type === 'exited' || event.type === 'startFailed' || event.type === 'hostLost';
  if (agent && ends && isOver(ctx, agent)) stopChildren(ctx, agent);
}

/** The same for what ended when no daemon was there, or when one was killed before it came to that. */
export function stopOrphans(ctx: Context): void {
  for (const agent of ctx.store.all()) if (isOver(ctx, agent)) stopChildren(ctx, agent);
}

function stopChildren(ctx: Context, parent: Agent): void {
  for (const child of ctx.store.all()) {
    const his = child.parentId === parent.id && !child.detached && isLive(child);
    if (!his || child.stopping || child.createdAt > (parent.endedAt ?? 0)) continue;
    stopAgent(ctx, child.id, 'parent').catch((error) =>
      ctx.log.warn(`${child.name} was not stopped with ${parent.name}: ${messageOf(error)}`),
    );
  }
}
