import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonClient } from '../client/daemon.ts';
import type { HostClient } from '../client/host.ts';
import { isLive } from '../core/lifecycle.ts';
import { type Agent, childId } from '../schema/agent.ts';
import { BooError } from '../util/errors.ts';
import { completeLines, type Followed, follow, restAfter } from './follow.ts';

/** Between two looks, in milliseconds: a person reads no faster, and a look costs the host little. */
const LOOK_MS = 100;
/** History lines asked for at once. */
const BATCH = 5000;
/** Lines asked for when the program has ended and only the daemon still knows its output: more than any ring holds by default. */
const ALL_LINES = 100_000;
/** How many of the last lines are remembered, to find the place again in the output of an ended program. */
const TAIL = 20;

export interface Stream {
  client: DaemonClient;
  agent: Agent;
  /** What has been shown already; nothing by default. */
  from?: Followed;
  write(lines: string[]): void;
  /** Aborted: it ends with what there is. */
  signal: AbortSignal;
  /** Asked at every look; true ends it. */
  until?: (agent: Agent) => boolean;
}

/** Writes the lines that the agent prints, without control sequences, until it has ended. Gives the agent as last seen. */
export async function streamOutput({ client, from, write, signal, until, ...given }: Stream): Promise<Agent> {
  let { agent } = given;
  let seen: Followed = from ?? { line: 0, ahead: [], tail: [] };
  let watched = await watch(client, agent);
  try {
    for (;;) {
      agent = (await client.call('agent.get', { agent: agent.id })).agent;
      const live = isLive(agent);
      const done = !live || signal.aborted || until?.(agent) === true;
      watched ??= live ? await watch(client, agent) : null;
      const sight = watched && (await watched.look(seen.line, done));
      if (sight) {
        const { print, after } = follow(seen, sight);
        seen = { ...after, tail: [...seen.tail, ...sight.history].slice(-TAIL) };
        if (print.length > 0) write(print);
      }
      if (done && !sight && !live) {
        const { lines } = await client.call('agent.output', { agent: agent.id, count: ALL_LINES });
        const { print } = follow(seen, { history: restAfter(lines, seen), total: 0, screen: null });
        if (print.length > 0) write(print);
      }
      if (done && (sight?.history.length ?? 0) < BATCH) return agent;
      await delay(sight?.history.length === BATCH ? 0 : LOOK_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    watched?.host.close();
  }
}

/** Where the output stands now, so that only what comes later is written; null when its host cannot say. */
export async function standOf(client: DaemonClient, agent: Agent): Promise<Followed | null> {
  const watched = await watch(client, agent);
  try {
    const sight = await watched?.look(null, true);
    return sight ? { line: sight.total, ahead: sight.screen ?? [], tail: sight.history.slice(-TAIL) } : null;
  } finally {
    watched?.host.close();
  }
}

/** A view of the agent's terminal at its host; null when the host, or the child there, is gone. */
async function watch(client: DaemonClient, agent: Agent) {
  if (!agent.host) return null;
  const { state } = await client.call('subscribe', {});
  const ref = state.hosts.find((one) => one.id === agent.host);
  if (!ref) return null;
  const child = childId(agent);
  const { connectHost } = await import('../client/host.ts');
  let frames = 0;
  let looked = -1;
  let fullScreen = false;
  const onFrame = ({ header }: { header: { modes: { alternate: boolean } } }) => {
    frames += 1;
    fullScreen = header.modes.alternate;
  };
  let host: HostClient;
  try {
    host = await connectHost(ref.socket, { onFrame, onClose() {} });
    await host.watch(child, 1000 / LOOK_MS);
  } catch (error) {
    return goneIsNull(error);
  }

  /** `line` null: only where it stands. `final`: the screen counts as it is, also what stands at and below the cursor. */
  const look = async (line: number | null, final: boolean) => {
    const from = line === null ? null : line + 1;
    const history = await host.call('history', { child, from, count: line === null ? TAIL : BATCH, styled: false });
    const { lines, cursor, size } = await host.call('screen', { child, ansi: false });
    const still = final || frames === looked;
    looked = frames;
    const end = final && line !== null ? lines.findLastIndex((row) => row !== '') + 1 : cursor.y;
    const whole = still && !fullScreen && history.lines.length < BATCH;
    return {
      history: history.lines.map((one) => one.text),
      total: history.lines.at(-1)?.line ?? line ?? history.total,
      screen: whole ? completeLines(lines, end, size.cols) : null,
    };
  };
  return { host, look: (line: number | null, final: boolean) => look(line, final).catch(goneIsNull) };
}

const goneIsNull = (error: unknown): null => {
  if (error instanceof BooError && (error.code === 'not_found' || error.code === 'no_daemon')) return null;
  throw error;
};
