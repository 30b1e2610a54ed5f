import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonClient } from '../client/daemon.ts';
import type { HostClient } from '../client/host.ts';
import { isLive } from '../core/lifecycle.ts';
import { completeLines } from '../core/screen-lines.ts';
import { type Agent, childId } from '../schema/agent.ts';
import { BooError } from '../util/errors.ts';
import { type Followed, follow, type Sight } from './follow.ts';
import { type Past, pastLines } from './past-lines.ts';

/** Between two looks, in milliseconds: a person reads no faster, and a look costs the host little. */
const LOOK_MS = 100;
/** History lines asked for at once. */
const BATCH = 5000;
/** A restart ends one life some moments (ms) before the next begins: so long an agent that was told to end is looked at again. */
const RESTART_MS = 400;

export interface Stream {
  client: DaemonClient;
  agent: Agent;
  /** With SGR sequences and nothing else, not without. */
  styled?: boolean;
  /** What has been shown already; nothing by default. */
  from?: Followed;
  write(lines: string[]): void;
  /** Aborted: it ends with what there is. */
  signal: AbortSignal;
  /** Asked at every look; true ends it. */
  until?: (agent: Agent) => boolean;
}

/**
 * Writes the lines that the agent prints, without control sequences, until it has ended; a restart begins anew with the
 * next life. Gives the agent as last seen.
 */
export async function streamOutput({
  client,
  from,
  write,
  signal,
  until,
  styled = false,
  ...given
}: Stream): Promise<Agent> {
  let { agent } = given;
  let seen: Followed = from ?? { line: 0, ahead: [] };
  let watched = await watch(client, agent, styled);
  const show = (sight: Sight) => {
    const { print, after } = follow(seen, sight);
    seen = after;
    if (print.length > 0) write(print);
  };
  /** What the life put out after what was shown, from the daemon: its host has gone, or forgets it. */
  const finish = async (epoch: number) => {
    const rest = (how: boolean) => restOf({ client, agent: agent.id, epoch, styled: how }, seen.line);
    const history = await rest(false);
    show({ history, total: 0, screen: null, ...(styled && { styled: { history: await rest(true), screen: [] } }) });
  };
  try {
    for (;;) {
      const { epoch } = agent;
      agent = await present(client, agent.id);
      if (agent.epoch !== epoch) {
        await finish(epoch);
        watched?.host.close();
        watched = null;
        seen = { line: 0, ahead: [] };
      }
      const live = isLive(agent);
      const done = !live || signal.aborted || until?.(agent) === true;
      watched ??= live ? await watch(client, agent, styled) : null;
      const sight = watched && (await watched.look(seen.line, done));
      if (sight) show(sight);
      if (done && !sight && !live) await finish(agent.epoch);
      if (done && (sight?.history.length ?? 0) < BATCH) return agent;
      await delay(sight?.history.length === BATCH ? 0 : LOOK_MS, undefined, { signal }).catch(() => {});
    }
  } finally {
    watched?.host.close();
  }
}

/** The agent now; of one that was told to end, whether a new life has begun at once. */
async function present(client: DaemonClient, id: string): Promise<Agent> {
  const { agent } = await client.call('agent.get', { agent: id });
  if (isLive(agent) || agent.stopping === undefined) return agent;
  await delay(RESTART_MS);
  return (await client.call('agent.get', { agent: id })).agent;
}

async function restOf(past: Past, line: number): Promise<string[]> {
  const rest: string[] = [];
  try {
    for await (const page of pastLines(past, line + 1)) {
      for (const { text } of page) rest.push(text);
    }
  } catch (error) {
    goneIsNull(error);
  }
  return rest;
}

/** Where the output stands now, so that only what comes later is written; null when its host cannot say. */
export async function standOf(client: DaemonClient, agent: Agent): Promise<Followed | null> {
  const watched = await watch(client, agent, false);
  try {
    const sight = await watched?.look(null, true);
    return sight ? { line: sight.total, ahead: sight.screen ?? [] } : null;
  } finally {
    watched?.host.close();
  }
}

/** A view of the agent's terminal at its host; null when the host, or the child there, is gone. */
async function watch(client: DaemonClient, agent: Agent, styled: boolean) {
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
    const history = await host.call('history', { child, from, count: line === null ? 1 : BATCH, styled });
    const screen = await host.call('screen', { child, ansi: styled });
    const { lines, cursor } = screen;
    const still = final || frames === looked;
    looked = frames;
    const end = final && line !== null ? lines.findLastIndex((row) => row !== '') + 1 : cursor.y;
    const whole = still && !fullScreen && history.lines.length < BATCH;
    const complete = whole ? completeLines(screen, end) : null;
    return {
      history: history.lines.map((one) => one.text),
      total: history.lines.at(-1)?.line ?? line ?? history.total,
      screen: complete?.map((one) => one.text) ?? null,
      ...(styled && {
        styled: {
          history: history.lines.map((one) => one.ansi ?? one.text),
          screen: (complete ?? []).map((one) => one.styled),
        },
      }),
    };
  };
  return { host, look: (line: number | null, final: boolean) => look(line, final).catch(goneIsNull) };
}

const goneIsNull = (error: unknown): null => {
  if (error instanceof BooError && (error.code === 'not_found' || error.code === 'no_daemon')) return null;
  throw error;
};
