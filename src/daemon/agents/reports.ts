import { exitText } from '../../core/ends.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Context } from '../context.ts';
import type { HostLink, HostNote, HostPulseNote } from '../hosts/link.ts';
import { markStarted } from './launch.ts';
import { onRecording } from './recording.ts';

/** An end within this time of the start is told with its duration: it was most likely never meant to run so. */
const AT_ONCE_MS = 2000;

/** `<agent id>.<epoch>`, and only when that is the agent's present life. */
function agentOf({ store }: Context, child: string): Agent | undefined {
  const dot = child.lastIndexOf('.');
  const agent = store.get().agents[child.slice(0, dot)];
  return agent && agent.epoch === Number(child.slice(dot + 1)) ? agent : undefined;
}

/** What a host reports of a child: durable facts go to the record before this returns. Throws when that is not possible. */
export function onHostEvent(ctx: Context, link: HostLink, { child, event, at, seq }: HostNote): void {
  const agent = agentOf(ctx, child);
  if (!agent) return;
  const { id } = agent;
  const { publish, watches } = ctx;
  switch (event.type) {
    case 'started':
      markStarted(ctx, id, { pid: event.pid, host: link.id, at });
      return;
    case 'line':
      ctx.sessions.line(agent, event, seq, at);
      break;
    case 'exited': {
      const complaint = ctx.sessions.exited(agent, event.exit, seq, at);
      watches.end(id);
      ctx.unrecorded.delete(id);
      onExit(ctx, ctx.store.agent(id), event.exit, { at, complaint });
      return;
    }
    case 'bell':
      if (watches.rings(id, at)) publish('signal', { agent: id, kind: 'bell', title: '', text: '' });
      break;
    case 'notify':
      publish('signal', { agent: id, kind: 'notify', title: event.title, text: event.body });
      break;
    case 'recording':
      onRecording(ctx, agent, event);
      return;
    case 'clipboard':
      publish('signal', { agent: id, kind: 'clipboard', title: '', text: event.text });
      return;
  }
  watches.event(id, event);
  // Some titles change before their screen does: the dialog that still stands has been answered.
  if (event.type === 'title') ctx.approvals.screens.look(id, false);
}

/** Puts the end of an agent on record, and with it whether it is begun again by itself. `complaint`: of its standard error. */
export function onExit(
  { store, retries }: Context,
  agent: Agent,
  exit: NonNullable<Agent['exit']>,
  { at, complaint }: { at: number; complaint: string | null },
): void {
  const lived = agent.startedAt === null ? null : Math.max(0, at - agent.startedAt);
  const atOnce = lived !== null && lived < AT_ONCE_MS && agent.stopping === undefined;
  const retry = isLive(agent) ? retries.plan(agent, exit, at) : null;
  const text = atOnce ? `${exitText(exit)} after ${lived} ms` : undefined;
  const early = !retry && retries.endsEarly(agent, exit);
  const why = complaint === null ? '' : `: ${complaint}`;
  const detail =
    retry?.detail ?? (early ? `it ended before its session began (${text ?? exitText(exit)})${why}` : text);
  const evidence = detail && { source: 'exit' as const, detail };
  if (retry) store.record(agent.id, { type: 'retry', retries: retry.retries }, { at });
  store.record(agent.id, { type: 'exited', exit, ...(evidence && { evidence }) }, { at });
}

export function onHostPulse(ctx: Context, pulse: HostPulseNote): void {
  const agent = agentOf(ctx, pulse.child);
  if (!agent) return;
  ctx.watches.pulse(agent.id, pulse);
  ctx.approvals.screens.pulse(agent.id, pulse);
  ctx.lookouts.pulse(pulse);
  ctx.printed.pulse(pulse);
}

/** Its agents ended with it: a host takes its children along. */
export function onHostLost(ctx: Context, link: HostLink): void {
  for (const agent of ctx.store.all()) {
    if (agent.host !== link.id || !isLive(agent)) continue;
    ctx.watches.end(agent.id);
    ctx.sessions.lost(agent);
    ctx.store.owe(agent.id, { type: 'hostLost', host: link.id });
  }
}
