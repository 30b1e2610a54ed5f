import { isLive } from '../../core/lifecycle.ts';
import { isRun } from '../../core/runs/is-run.ts';
import { isBelow } from '../../core/subagents.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Subagent, SubagentLook } from '../../schema/subagent.ts';
import { BooError } from '../../util/errors.ts';
import { environmentOf } from '../agents/environment.ts';
import { resumeAgent } from '../agents/resume.ts';
import { stopAgent } from '../agents/stop.ts';
import { sendPrompt } from '../asks/send.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import { lookOf, subagentOf } from './result.ts';
import { type RunAsk, type SpawnAsk, spawnRun, spawnSubagent } from './spawn.ts';

interface OneAsk {
  parent: string;
  agent: string;
}

/** Answers to schema/subagent. */
export const subagentHandlers = (ready: Promise<Context>) => ({
  'subagent.spawn': async ({ parent, ...ask }: SpawnAsk & { parent: string }) => {
    const ctx = await ready;
    return { agent: await spawnSubagent(ctx, ctx.subagents, agentNamed(ctx, parent), ask) };
  },
  'subagent.run': async ({ parent, ...ask }: RunAsk & { parent: string }) => {
    const ctx = await ready;
    return { agent: await spawnRun(ctx, ctx.subagents, agentNamed(ctx, parent), ask) };
  },
  'subagent.list': async ({ parent }: { parent: string }) => {
    const ctx = await ready;
    const { id } = agentNamed(ctx, parent);
    ctx.subagents.news(id);
    return { subagents: ctx.subagents.of(id).map(subagentOf) };
  },
  'subagent.look': async (ask: OneAsk & { waitMs: number }, { signal }: { signal: AbortSignal }) => {
    const ctx = await ready;
    return { subagent: await look(ctx, ask, signal) };
  },
  'subagent.cancel': async (ask: OneAsk): Promise<{ subagent: Subagent }> => {
    const ctx = await ready;
    const { id } = ownOf(ctx, ask);
    const agent = await stopAgent(ctx, id, 'user');
    // It knows that it has ended it.
    ctx.subagents.told(id);
    return { subagent: subagentOf(agent) };
  },
  'subagent.send': async (ask: OneAsk & { text: string; env: Record<string, string> }) => send(await ready, ask),
  'subagent.news': async ({ parent }: { parent: string }) => {
    const ctx = await ready;
    return { ended: ctx.subagents.news(agentNamed(ctx, parent).id).map(subagentOf) };
  },
});

/** One below the agent that asks. Throws `usage` for any other, `not_found` for none. */
function ownOf(ctx: Context, { parent, agent }: OneAsk): Agent {
  const asking = agentNamed(ctx, parent);
  const found = agentNamed(ctx, agent);
  if (isBelow(ctx.store.get().agents, found, asking.id)) return found;
  const own = ctx.subagents.of(asking.id).map(({ name }) => name);
  throw new BooError(
    'usage',
    `${found.name} is no subagent of ${asking.name}`,
    own.length > 0 ? `Its own are ${own.join(', ')}.` : 'It has started none.',
  );
}

/** Resolves when it has ended, or the time is over. */
async function look(ctx: Context, ask: OneAsk & { waitMs: number }, signal: AbortSignal): Promise<SubagentLook> {
  const { id, name } = ownOf(ctx, ask);
  const { store } = ctx;
  const hasEnded = () => subagentOf(store.agent(id)).outcome !== null;
  if (!hasEnded() && ask.waitMs > 0) {
    await new Promise<void>((resolve) => {
      const over = () => {
        undo();
        clearTimeout(timer);
        signal.removeEventListener('abort', over);
        resolve();
      };
      const undo = store.onEvent((changed, _event, agent) => {
        if (changed === id && (!agent || hasEnded())) over();
      });
      const timer = setTimeout(over, ask.waitMs);
      signal.addEventListener('abort', over);
    });
  }
  const agent = store.get().agents[id];
  if (!agent) throw new BooError('not_found', `${name} was removed, or could not be started`);
  const found = lookOf(ctx, agent);
  // Who left meanwhile has not heard it.
  if (found.outcome !== null && !signal.aborted && agent.parentId === agentNamed(ctx, ask.parent).id) {
    ctx.subagents.told(id);
  }
  return found;
}

async function send(ctx: Context, ask: OneAsk & { text: string; env: Record<string, string> }) {
  const { store } = ctx;
  const from = agentNamed(ctx, ask.parent);
  const to = agentNamed(ctx, ask.agent);
  if (to.id === from.id) throw new BooError('usage', `${to.name} is yourself`, 'Name another agent.');
  if (isRun(to))
    throw new BooError('usage', `${to.name} is a run of a workflow, which takes no prompts`, 'Its agents do.');
  const own = isBelow(store.get().agents, to, from.id);
  if (from.capabilities && !own) {
    throw new BooError('conflict', `${from.name} may speak with its own subagents alone: its powers are bounded`);
  }
  const text = `[BooCode] ${from.name}, another agent of this project, says:\n${ask.text}`;
  if (own && to.subagent && to.parentId === from.id) store.record(to.id, { type: 'told', told: false });
  if (own && !isLive(to)) {
    const env = (await environmentOf(ctx, from)) ?? ask.env;
    const { agent } = await resumeAgent(ctx, to, { prompt: text, env });
    return { agent, receipt: 'accepted', detail: 'it goes on with its session in a new life' };
  }
  const { receipt, evidence } = await sendPrompt(ctx, to.id, text);
  return { agent: store.agent(to.id), receipt, detail: evidence.detail };
}
