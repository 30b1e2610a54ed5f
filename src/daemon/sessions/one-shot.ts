import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { QueuedPrompt } from '../../schema/receipt.ts';
import { messageOf } from '../../util/errors.ts';
import { environmentOf } from '../agents/environment.ts';
import { relaunch } from '../agents/relaunch.ts';
import { type Context, exclusively } from '../context.ts';
import { firstPrompt, isFirstPrompt } from './prompts.ts';
import { structuredOf } from './service.ts';

/** Between two looks whether something else is still being done to it, in milliseconds. */
const BUSY_MS = 20;

/** An agent whose program ends after each turn: the next prompt is a new life that goes on with its session. */
export const endsAfterTurns = (agent: Agent): boolean => structuredOf(agent)?.oneShot === true;

/** Begins the next life of such an agent, when one has ended well and prompts wait. */
export function followOneShot(ctx: Context, id: string, event: AgentEvent, agent: Agent | undefined): void {
  if (event.type !== 'exited' || agent?.status.state !== 'completed' || !endsAfterTurns(agent)) return;
  setImmediate(() => void nextLife(ctx, id));
}

/** Those that the last daemon left between two lives, or while the next one was being begun. Before what really runs is looked at. */
export const leftBetween = ({ store }: Context): string[] =>
  store.all().flatMap((agent) => {
    const { status, queue, host, epoch, id } = agent;
    const begins = isLive(agent) && host === null && epoch > 1;
    return endsAfterTurns(agent) && queue && (begins || status.state === 'completed') ? [id] : [];
  });

export interface TakenPrompt {
  prompt: string;
  images: readonly string[];
  /** The life did not begin: it waits again, before the others. */
  putBack(): void;
}

/** The oldest prompt that waits, as the one that the next life begins with. */
export function takeNext({ store }: Context, { id, epoch, queue = [] }: Agent): TakenPrompt | null {
  const [next, ...others] = queue;
  if (!next) return null;
  const { text, images } = next;
  const rest = others.filter((one) => !isFirstPrompt(one));
  const prompts = (head: QueuedPrompt) => [head, ...rest];
  store.record(id, { type: 'queued', prompts: prompts({ ...next, id: firstPrompt(epoch + 1) }) });
  const waiting = { id: randomBytes(5).toString('hex'), text, ...(images && { images }) };
  return {
    prompt: text,
    images: images ?? [],
    putBack() {
      const now = store.get().agents[id]?.queue ?? [];
      if (now.some((one) => isFirstPrompt(one) && one.text === text)) {
        store.owe(id, { type: 'queued', prompts: [waiting, ...now.filter((one) => !isFirstPrompt(one))] });
      }
    },
  };
}

/**
 * The next waiting prompt as a life of its own, once nothing else is being done to it; nothing when none waits. Gives why it could not be
 * begun: that is on record then, and the prompt waits still. `env`: of who asks, where that of its last life is not known any more.
 */
export async function nextLife(ctx: Context, id: string, env?: Record<string, string>): Promise<string | null> {
  const { store, log, busy, publish } = ctx;
  // A life may end before all that belongs to its start is done. Whoever begins another one meanwhile sees what waits too.
  const epoch = store.get().agents[id]?.epoch;
  while (busy.has(id)) await delay(BUSY_MS);
  const agent = store.get().agents[id];
  if (!agent || agent.epoch !== epoch || isLive(agent) || agent.archived || agent.paused !== undefined) return null;
  let taken: TakenPrompt | null = null;
  try {
    await exclusively(ctx, id, 'begun again', async () => {
      taken = takeNext(ctx, agent);
      if (!taken) return;
      const { prompt, images } = taken;
      const own = (await environmentOf(ctx, agent)) ?? env;
      await relaunch(ctx, id, { env: own, prompt, images, resume: agent.sessionId, why: 'its next prompt' });
    });
    return null;
  } catch (error) {
    (taken as TakenPrompt | null)?.putBack();
    const text = `the next prompt of ${agent.name} could not be begun: ${messageOf(error)}`;
    log.warn(text);
    publish('message', { level: 'error', text: `${text}. It is kept: boocode resume ${agent.name} begins it.` });
    return messageOf(error);
  }
}
