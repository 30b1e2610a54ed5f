import { setTimeout as delay } from 'node:timers/promises';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { AgentEvent } from '../../schema/event.ts';
import type { Link } from './link.ts';

/** Between two looks, in milliseconds; with many steps longer, so that looking takes a small part of the daemon's time. */
const LOOK_MS = 150;
const SHARE = 5;
/** Events of one page. */
const PAGE = 20_000;

/** Everything that is on record of a run's agent after `after`, oldest first, and the number of the newest. */
export async function eventsAfter(
  link: Link,
  agent: string,
  after: number,
): Promise<{ events: AgentEvent[]; last: number }> {
  const events: AgentEvent[] = [];
  let page = await link.call('session.events', { agent, after, before: null, limit: PAGE, activity: true });
  const { last } = page;
  for (;;) {
    const { lines, more } = page;
    events.unshift(...lines.map(({ event }) => event));
    if (!more) return { events, last };
    page = await link.call('session.events', { agent, after, before: lines[0]!.seq, limit: PAGE, activity: true });
  }
}

/** Hands on what happens in a run until it has ended, `enough` says so, or the signal comes. Gives its agent as last seen. */
export async function watchRun(ask: {
  link: Link;
  id: string;
  take(event: AgentEvent): void;
  enough(agent: Agent): Promise<boolean>;
  signal: AbortSignal;
}): Promise<Agent> {
  const { link, id, take, enough, signal } = ask;
  let after = 0;
  for (;;) {
    const began = performance.now();
    // The agent first: what is on record of its end is there when it has ended.
    const { agent } = await link.call('agent.get', { agent: id });
    const { events, last } = await eventsAfter(link, id, after);
    for (const event of events) take(event);
    after = Math.max(after, last);
    if (!isLive(agent) || signal.aborted || (await enough(agent))) return agent;
    const pause = Math.max(LOOK_MS, (performance.now() - began) * SHARE);
    await delay(pause, undefined, { signal }).catch(() => {});
  }
}
