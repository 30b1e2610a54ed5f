import type { DaemonClient } from '../client/daemon.ts';
import { isChecking } from '../core/autofix/state.ts';
import { isAtRest, isLive } from '../core/lifecycle.ts';
import type { Delta } from '../schema/activity.ts';
import type { Agent } from '../schema/agent.ts';
import type { AgentEvent, RecordLine } from '../schema/event.ts';
import { SessionFeed, type SessionOut, type SessionSum } from './session-feed.ts';

/** A request that a rule answers is open for a moment: so long (ms) one must be open before it counts as waiting for a person. */
const RULE_MS = 400;
/** How often the agent is looked at besides, in milliseconds: a connection that was lost tells nothing. */
const LOOK_MS = 500;

/** Collects what a daemon says of agents until somebody wants to hear it: the connection is there before the agent is. */
export class Heard {
  #take: ((agent: string) => void) | undefined;
  readonly #early: (() => void)[] = [];
  #closed = false;
  #feed: { id: string; feed: SessionFeed } | undefined;

  readonly on = {
    event: ({ agent, event, seq }: { agent: string; event: AgentEvent; seq?: number | undefined }) =>
      this.#hear(agent, (feed) => feed.event(event, seq ?? 0)),
    deltas: ({ agent, deltas }: { agent: string; deltas: Delta[] }) =>
      this.#hear(agent, (feed) => {
        for (const delta of deltas) feed.delta(delta);
      }),
  };

  /** From now on `feed` gets what is said of this agent, and what was said of it before. */
  follow(id: string, feed: SessionFeed, changed: () => void): void {
    this.#feed = { id, feed };
    this.#take = changed;
    for (const task of this.#early.splice(0)) task();
  }

  /** Another daemon tells it from now on: what nobody heard meanwhile comes first. */
  async again(client: DaemonClient): Promise<void> {
    const known = this.#feed;
    if (!known) return;
    this.#feed = undefined;
    try {
      await client.call('subscribe', {});
      const ask = { agent: known.id, after: known.feed.seq, before: null, limit: 20_000, activity: true };
      for (const { event, seq } of (await client.call('session.events', ask)).lines) known.feed.event(event, seq);
    } finally {
      known.feed.missed();
      this.#feed = known;
      for (const task of this.#early.splice(0)) task();
    }
  }

  /** Nobody wants to hear it. */
  close(): void {
    this.#closed = true;
    this.#early.length = 0;
  }

  #hear(agent: string, task: (feed: SessionFeed) => void): void {
    if (this.#closed) return;
    if (!this.#feed) {
      this.#early.push(() => this.#hear(agent, task));
      return;
    }
    if (this.#feed.id !== agent) return;
    task(this.#feed.feed);
    this.#take?.(agent);
  }
}

export interface SessionRun {
  client: Pick<DaemonClient, 'call'>;
  heard: Heard;
  agent: Agent;
  /** What it has done already and is to be printed too. */
  since: readonly RecordLine[];
  out: SessionOut;
  /** End as soon as something waits for a person. */
  pause: boolean;
  /** Aborted: it ends with what there is. */
  signal: AbortSignal;
}

/** Prints a structured agent's conversation until its work is done, it has ended for good, or (`pause`) it waits for a person. */
export async function followSession(run: SessionRun): Promise<{ agent: Agent; sum: SessionSum; waits: boolean }> {
  const { client, heard, out, pause, signal } = run;
  const feed = new SessionFeed(out);
  for (const { event, seq } of run.since) feed.event(event, seq);
  let wake = () => {};
  heard.follow(run.agent.id, feed, () => wake());
  signal.addEventListener('abort', () => wake(), { once: true });
  let openSince: number | null = null;
  for (;;) {
    const { agent } = await client.call('agent.get', { agent: run.agent.id });
    const open = agent.approvals !== undefined || agent.status.state === 'waiting';
    openSince = open ? (openSince ?? Date.now()) : null;
    const waits = pause && openSince !== null && Date.now() - openSince >= RULE_MS;
    const isOver = isLive(agent) ? isAtRest(agent) : agent.retries?.nextAt == null && !isChecking(agent);
    if (waits || isOver || signal.aborted) return { agent, sum: feed.sum, waits: waits && !isOver };
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, open ? RULE_MS / 4 : LOOK_MS);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** What an agent has done in its present turn since it was last answered something: nobody may have been there when it went on. */
export async function sinceAsked(client: DaemonClient, agent: Agent): Promise<RecordLine[]> {
  const ask = { agent: agent.id, after: 0, before: null, limit: 20_000, activity: true };
  const { lines } = await client.call('session.events', ask);
  const isOpen = (id: string) => agent.approvals?.some((one) => one.id === id) === true;
  const from = lines.findLastIndex(
    ({ event }) => event.type === 'turnStarted' || (event.type === 'asked' && !isOpen(event.approval.id)),
  );
  return lines.slice(from + 1);
}
