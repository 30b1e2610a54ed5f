import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import { runtimeOf } from '../../runtimes/index.ts';
import type { Agent } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { promptSession } from '../sessions/asks.ts';
import { checkImage } from '../sessions/images.ts';
import { takeNext } from '../sessions/one-shot.ts';
import { structuredOf } from '../sessions/service.ts';
import { relaunch } from './relaunch.ts';
import { GO_ON } from './retry.ts';

interface Resume {
  prompt?: string | undefined;
  images?: readonly string[];
  /** Opened the other way. */
  runtime?: string | undefined;
  env: Record<string, string>;
}

type Resumed = { agent: Agent; notes: string[] };

/** The runtime of an agent's terminal screen, which its structured siblings share with it. */
const familyOf = (runtime: string): string => runtimeOf(runtime).structured?.terminal ?? runtime;

function checkSibling({ name, runtime }: Agent, wanted: string): void {
  if (familyOf(runtime) === familyOf(wanted)) return;
  const hint = `Start an agent of its own: boocode new --runtime ${wanted}.`;
  throw new BooError('usage', `${name} is of runtime ${runtime}, whose sessions ${wanted} does not know`, hint);
}

/** Goes on with the session of an ended agent, opens that of any the other way, or lets one that is held go on. */
export async function resumeAgent(ctx: Context, agent: Agent, ask: Resume): Promise<Resumed> {
  const runtime = ask.runtime ?? agent.runtime;
  const { prompt, images = [] } = ask;
  checkSibling(agent, runtime);
  for (const image of images) checkImage(image);
  if (isLive(agent) && runtime === agent.runtime) return goOn(ctx, agent, { prompt, images });
  return exclusively(ctx, agent.id, 'resumed', async () => {
    ctx.retries.cancel(agent.id);
    // What ends after each turn is begun for what waits for it.
    const ends = runtimeOf(runtime).structured?.oneShot === true;
    const taken = ends && prompt === undefined ? takeNext(ctx, agent) : null;
    const { notes, ...how } = beginningOf(agent, runtime, prompt ?? taken?.prompt);
    try {
      const seen = taken?.images ?? images;
      const resumed = await relaunch(ctx, agent.id, { ...how, images: seen, env: ask.env, runtime });
      return { agent: resumed, notes: [...notes, ...leftIn(resumed, agent.runtime)] };
    } catch (error) {
      taken?.putBack();
      throw error;
    }
  });
}

/** With which session and prompt the next life begins, and what is to be said of it. */
function beginningOf(agent: Agent, runtime: string, prompt: string | undefined) {
  const { sessionId, name } = agent;
  const full = [agent.prompt, prompt].filter((text) => text != null && text !== '').join('\n\n') || null;
  const way = runtimeOf(runtime);
  if (sessionId === null) {
    return {
      resume: null,
      prompt: full,
      notes: [`${name} has no session that could go on: begun afresh, with its full prompt.`],
    };
  }
  if (!way.structured && !way.resumes) {
    return {
      resume: null,
      prompt: full,
      notes: [`${runtime} cannot go on with a session: begun afresh, with its full prompt.`],
    };
  }
  // What ends after each turn does nothing without a prompt.
  return { resume: sessionId, prompt: prompt ?? (way.structured?.oneShot ? GO_ON : null), notes: [] };
}

/** What waits is given by a protocol alone: in its own screen a person types. */
function leftIn(agent: Agent, before: string): string[] {
  const waits = agent.queue?.length ?? 0;
  if (waits === 0 || structuredOf(agent)) return [];
  const what = waits === 1 ? '1 prompt waits' : `${waits} prompts wait`;
  return [
    `${what} still: its own screen is given none. boocode resume ${agent.name} --as ${before} goes on with them.`,
  ];
}

/** A living agent that was held goes on; with a prompt it gets it. */
async function goOn(ctx: Context, agent: Agent, { prompt, images = [] }: Omit<Resume, 'env'>): Promise<Resumed> {
  const { store, sessions } = ctx;
  const notes: string[] = [];
  const held = agent.paused !== undefined;
  if (!held && (prompt === undefined || !structuredOf(agent))) {
    const hint = isRun(agent)
      ? `boocode workflow status ${agent.name} --wait follows it.`
      : `boocode send ${agent.name} TEXT gives it a prompt; --as RUNTIME opens its session the other way.`;
    throw new BooError('conflict', `${agent.name} has not ended: it is ${agent.status.state}`, hint);
  }
  const limited = agent.retries?.held !== undefined;
  if (limited && prompt !== undefined) ctx.retries.cancel(agent.id);
  if (held) {
    if (!limited) store.record(agent.id, { type: 'paused', paused: false, reason: 'somebody let it go on' });
    notes.push(`${agent.name} was held (${agent.paused}) and goes on.`);
  }
  if (structuredOf(agent)) {
    if (limited && prompt === undefined) ctx.retries.goOn(agent.id);
    else if (prompt === undefined) sessions.of(store.agent(agent.id)).prompts.next();
    else await promptSession(ctx, store.agent(agent.id), { text: prompt, images });
  }
  return { agent: store.agent(agent.id), notes };
}
