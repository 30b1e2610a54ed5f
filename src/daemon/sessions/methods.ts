import type { Agent } from '../../schema/agent.ts';
import { resumeAgent } from '../agents/resume.ts';
import { findKnown, type Known } from '../asks/past.ts';
import type { Context } from '../context.ts';
import type { One } from '../methods.ts';
import { configure, interrupt, promptSession, unqueue } from './asks.ts';
import { type EventsAsk, eventsOf } from './events.ts';

/** Answers to schema/session, but for what begins lives. */
export const sessionHandlers = (ready: Promise<Context>, one: One) => ({
  'session.events': async (ask: EventsAsk & { agent: string }) => {
    const ctx = await ready;
    const known: Known = await findKnown(ctx, ask.agent);
    return eventsOf(ctx, known.id, ask);
  },
  'agent.resume': one(
    (ctx, agent, ask: { agent: string; prompt?: string; runtime?: string; env: Record<string, string> }) =>
      resumeAgent(ctx, agent, ask),
  ),
  'agent.prompt': one(
    (ctx, agent, ask: { agent: string; text: string; images: string[]; env?: Record<string, string> }) =>
      promptSession(ctx, agent, ask),
  ),
  'agent.unqueue': one((ctx, agent, { id }: { agent: string; id: string }) => ({ agent: unqueue(ctx, agent, id) })),
  'agent.interrupt': one(async (ctx, agent: Agent) => ({ agent: await interrupt(ctx, agent) })),
  'agent.configure': one(async (ctx, agent, what: { agent: string; model?: string; mode?: string }) => ({
    agent: await configure(ctx, agent, what),
  })),
});
