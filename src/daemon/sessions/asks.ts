import { randomBytes } from 'node:crypto';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { QueuedPrompt } from '../../schema/receipt.ts';
import { BooError } from '../../util/errors.ts';
import { inTime } from '../../util/in-time.ts';
import type { Context } from '../context.ts';
import { checkImage } from './images.ts';
import { endsAfterTurns, nextLife } from './one-shot.ts';
import type { Outcome } from './prompts.ts';

/** How long what was asked may take until who asks is answered with what there is, in milliseconds. */
const REACT_MS = 5000;

export interface PromptAnswer extends Outcome {
  id: string;
  queued: boolean;
}

interface PromptAsk {
  text: string;
  images: readonly string[];
  timeoutMs?: number | undefined;
  /** The environment of who asks (schema/session, agent.prompt). */
  env?: Record<string, string> | undefined;
}

const isRunning = ({ turn }: Agent) => turn !== undefined && turn.startedAt !== null;

/** Gives a prompt to a structured agent that lives: at once between two turns, else at the end of the one that runs. */
export async function promptSession(
  ctx: Context,
  agent: Agent,
  { text, images, timeoutMs = REACT_MS, env }: PromptAsk,
): Promise<PromptAnswer> {
  const { store, sessions } = ctx;
  for (const image of images) checkImage(image);
  if (!isLive(agent) && endsAfterTurns(agent) && !agent.archived) return inNextLife(ctx, agent, { text, images, env });
  const { prompts } = sessions.of(agent);
  const id = randomBytes(5).toString('hex');
  const prompt: QueuedPrompt = { id, text, ...(images.length > 0 && { images: [...images] }) };
  const behind = prompts.queue.length > 0 || prompts.isGiven;
  const outcome = prompts.outcome(id);
  store.record(agent.id, { type: 'queued', prompts: [...prompts.queue, prompt] });
  const why = waitsFor(store.agent(agent.id), behind);
  if (why !== null) return { id, queued: true, receipt: 'accepted', evidence: { source: 'protocol', detail: why } };
  prompts.next();
  const late: Outcome = {
    receipt: 'accepted',
    evidence: { source: 'protocol', detail: 'it was written to it, and nothing came of it yet' },
  };
  return { id, queued: false, ...(await inTime(outcome, timeoutMs, late)) };
}

/** Its program ended with its last turn: the prompt begins another life. */
async function inNextLife(ctx: Context, agent: Agent, { text, images, env }: PromptAsk): Promise<PromptAnswer> {
  const { store } = ctx;
  const id = randomBytes(5).toString('hex');
  const prompt = { id, text, ...(images.length > 0 && { images: [...images] }) };
  store.record(agent.id, { type: 'queued', prompts: [...(agent.queue ?? []), prompt] });
  const failed = await nextLife(ctx, agent.id, env);
  const begun = failed === null && store.agent(agent.id).epoch > agent.epoch;
  const later = failed === null ? '' : `it could not be begun (${failed}): `;
  const detail = begun ? 'a new life of it began with it' : `${later}it gets it when it is begun again`;
  return { id, queued: !begun, receipt: 'accepted', evidence: { source: 'process', detail } };
}

/** Why a prompt is not given at once; null: it is. */
function waitsFor(agent: Agent, behind: boolean): string | null {
  if (agent.paused !== undefined) {
    // What a limit holds says itself when it goes on.
    const way = agent.retries?.held === undefined ? `boocode resume ${agent.name} lets it go on` : 'it is let go on';
    return `it is held (${agent.paused}), and gets it when ${way}`;
  }
  if (isRunning(agent)) return 'it gets it when the turn that runs has ended';
  return behind ? 'it gets it after those that wait already' : null;
}

/** Takes a prompt out of the queue. `conflict`: it is not there any more. */
export function unqueue({ store, sessions }: Context, agent: Agent, id: string): Agent {
  const queue = agent.queue ?? [];
  const given = isLive(agent) && sessions.of(agent).prompts.isGiven && queue[0]?.id === id;
  if (given || !queue.some((one) => one.id === id)) {
    throw new BooError(
      'conflict',
      `${agent.name} has that prompt already`,
      `boocode interrupt ${agent.name} ends a turn.`,
    );
  }
  store.record(agent.id, { type: 'queued', prompts: queue.filter((one) => one.id !== id) });
  return store.agent(agent.id);
}

/** Ends the turn that runs, or the wait of one that a limit holds; resolves when it has ended, or with what is so after a while. `conflict`: none runs. */
export async function interrupt(ctx: Context, agent: Agent): Promise<Agent> {
  const { session, prompts } = ctx.sessions.of(agent);
  if (agent.retries?.held !== undefined && !isRunning(agent)) {
    const told = next(ctx, agent.id, (event) => event.type === 'status' || event.type === 'exited');
    ctx.retries.cancel(agent.id);
    prompts.next();
    await told;
    return ctx.store.agent(agent.id);
  }
  if (!isRunning(agent) && !prompts.isGiven) {
    throw new BooError('conflict', `no turn of ${agent.name} runs`, `boocode send ${agent.name} TEXT begins one.`);
  }
  const ended = next(ctx, agent.id, (event) => event.type === 'turnEnded' || event.type === 'exited');
  const now = Date.now();
  await session.act(`interrupt.${agent.turn?.number ?? 0}.${now}`, session.driver.interrupt(now), now);
  await ended;
  return ctx.store.agent(agent.id);
}

/** Switches model or mode; resolves when it has said so, or after a while. `conflict`: its runtime cannot. */
export async function configure(
  ctx: Context,
  agent: Agent,
  what: { model?: string | undefined; mode?: string | undefined },
): Promise<Agent> {
  const { session } = ctx.sessions.of(agent);
  const now = Date.now();
  const effects = session.driver.configure(what, now);
  if (effects.length === 0) {
    const hint = `boocode resume ${agent.name} goes on with its session in a new life.`;
    throw new BooError('conflict', `${agent.runtime} cannot switch that while it runs`, hint);
  }
  const said = next(ctx, agent.id, (event) => event.type === 'exited' || isSwitch(agent, what, event));
  const isSaid = effects.some(({ type }) => type === 'report');
  await session.act(`configure.${now}`, effects, now);
  if (!isSaid) await said;
  return ctx.store.agent(agent.id);
}

/**
 * Whether `event` says what became of the switch: what was asked for, or something else than before where its runtime knows
 * that by another name. What it says of itself when it comes up is neither.
 */
function isSwitch(before: Agent, what: { model?: string | undefined; mode?: string | undefined }, event: AgentEvent) {
  if (event.type !== 'configured') return false;
  return (['model', 'mode'] as const).every((field) => {
    const [asked, was, now] = [what[field], before[field], event[field]];
    return asked === undefined || now === asked || (now != null && was != null && now !== was);
  });
}

/** Resolves with the next such event of the agent, or after a while. */
function next({ store }: Context, id: string, fits: (event: AgentEvent) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      undo();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(over, REACT_MS);
    const undo = store.onEvent((changed, event) => {
      if (changed === id && (fits(event) || event.type === 'removed')) over();
    });
  });
}
