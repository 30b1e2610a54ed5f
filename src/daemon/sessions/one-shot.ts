import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import { messageOf } from '../../util/errors.ts';
import { relaunch } from '../agents/relaunch.ts';
import { type Context, exclusively } from '../context.ts';
import { firstPrompt, isFirstPrompt } from './prompts.ts';
import { structuredOf } from './service.ts';

/** An agent whose program ends after each turn: the next prompt is a new life that goes on with its session. */
export const endsAfterTurns = (agent: Agent): boolean => structuredOf(agent)?.oneShot === true;

/** Begins the next life of such an agent, when one has ended well and prompts wait. */
export function followOneShot(ctx: Context, id: string, event: AgentEvent, agent: Agent | undefined): void {
  if (event.type !== 'exited' || agent?.status.state !== 'completed' || !endsAfterTurns(agent)) return;
  setImmediate(() => void nextLife(ctx, id));
}

/** The next waiting prompt as a life of its own; nothing when none waits, or something else is being done to it. */
export async function nextLife(ctx: Context, id: string): Promise<void> {
  const { store, log, busy } = ctx;
  const agent = store.get().agents[id];
  const next = agent?.queue?.[0];
  if (!agent || !next || isLive(agent) || agent.archived || agent.paused !== undefined || busy.has(id)) return;
  const rest = agent.queue!.slice(1).filter((one) => !isFirstPrompt(one));
  try {
    await exclusively(ctx, id, 'begun again', async () => {
      store.record(id, { type: 'queued', prompts: [{ ...next, id: firstPrompt(agent.epoch + 1) }, ...rest] });
      const { text: prompt, images = [] } = next;
      await relaunch(ctx, id, { prompt, images, resume: agent.sessionId, why: 'its next prompt' });
    });
  } catch (error) {
    log.warn(`the next prompt of ${agent.name} was not begun: ${messageOf(error)}`);
  }
}
