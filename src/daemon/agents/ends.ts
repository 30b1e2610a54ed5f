import { isDue, isLive } from '../../core/lifecycle.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { KeptLife } from '../../schema/history.ts';
import type { HistoryLine } from '../../schema/host.ts';
import { hasHistory, type KeptHistory, openHistory, writeHistory } from '../../storage/history.ts';
import { sweepKept } from '../../storage/sweep.ts';
import { isDiskFull } from '../../util/disk.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import { reasonOf } from '../../util/reason.ts';
import type { ConfigService } from '../config.ts';
import type { HostLink } from '../hosts/link.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import type { Trouble } from '../trouble.ts';
import { rebuildLife } from './rebuild.ts';

/** Lines asked of a host at a time: what one answer may hold. */
const PAGE = 10_000;
/** From the first end of a burst until room is made, in milliseconds: it is asked what lies on the disk of every agent there ever was. */
const SWEEP_MS = 2000;
/** Ended children that stay on their hosts, so that their screens can be looked at as they were. */
const KEEP = 50;

export interface Ends {
  /** Keeps history and last screen of an agent that ended; told of every end. */
  keep(agent: Agent): void;
  /** What was kept of a life, once it is written; null when there is nothing. To be closed. */
  open(id: string, epoch: number): Promise<KeptHistory | null>;
  /** Lets its host forget its child, after its history is kept. */
  collect(agent: Agent): Promise<void>;
  /** Bounds what is kept, as the config says. */
  sweep(): void;
  /** Collects all that ended, so that hosts without a living child leave. */
  collectAll(): Promise<void>;
}

/** Writes down the whole history and the last screen that a host has of an ended child. */
async function saveFromHost(root: string, agent: Agent, link: HostLink): Promise<void> {
  const child = childId(agent);
  const { ansi, ...screen } = await link.call('screen', { child, ansi: true });
  const { marks } = await link.call('marks', { child });
  const newest = await link.call('history', { child, from: null, count: 1, styled: true });
  const life: KeptLife = {
    version: 1,
    agent: agent.id,
    name: agent.name,
    runtime: agent.runtime,
    epoch: agent.epoch,
    startedAt: agent.startedAt,
    endedAt: agent.endedAt ?? Date.now(),
    source: 'host',
    first: newest.first,
    total: newest.total,
    screen: { ...screen, ansi: ansi ?? screen.lines },
    marks,
  };
  async function* pages(): AsyncGenerator<HistoryLine[]> {
    for (let from = life.first; from <= life.total; ) {
      const page = await link.call('history', { child, from, count: PAGE, styled: true });
      if (page.lines.length === 0) return;
      yield page.lines;
      from = page.lines.at(-1)!.line + 1;
    }
  }
  await writeHistory(root, life, pages());
}

export interface EndsOptions {
  root: string;
  store: Store;
  hosts: () => Pool;
  config: ConfigService;
  log: Log;
  trouble: Trouble;
}

/** Makes room for what is kept as the config bounds it. */
function sweep({ root, store, config, log }: EndsOptions): void {
  const { history, recording } = config.get().config;
  try {
    const gone = sweepKept({
      root,
      isLiving: (id) => isAlive(store.get().agents[id]),
      isListed: (id) => store.get().agents[id] !== undefined,
      historyBytes: history.maxBytes,
      recordingBytes: recording.totalBytes,
    });
    for (const path of gone) log.info(`${path} made room for newer ones`);
  } catch (error) {
    log.warn(`no room could be made for histories and recordings: ${messageOf(error)}`);
  }
}

/** Makes room once for all that end within a moment. */
function sweeper(options: EndsOptions): () => void {
  let due = false;
  const now = () => {
    due = false;
    sweep(options);
  };
  return () => {
    if (!due) setTimeout(now, SWEEP_MS).unref();
    due = true;
  };
}

const isAlive = (agent: Agent | undefined) => agent !== undefined && isLive(agent);

export function createEnds(options: EndsOptions): Ends {
  const { root, store, hosts, config, log, trouble } = options;
  /** Lives that are made anew, one after the other: each takes a core for a while. */
  let rebuilding: Promise<unknown> = Promise.resolve();
  const saving = new Map<string, Promise<void>>();
  const sweepSoon = sweeper(options);
  /** Ended children that a host still has, oldest end first: child ▶ agent as it ended. */
  const held = new Map<string, Agent>();

  const rebuild = (agent: Agent) => {
    const next = rebuilding.then(() => rebuildLife(root, agent, config.get().config.history.lines));
    rebuilding = next.catch(() => {});
    return next;
  };
  const save = async (agent: Agent) => {
    const link = agent.host === null ? undefined : hosts().get(agent.host);
    try {
      if (link) await saveFromHost(root, agent, link);
      else await rebuild(agent);
      trouble.works('history');
      sweepSoon();
    } catch (error) {
      log.warn(`the history of ${agent.name} was not kept: ${messageOf(error)}`);
      if (isDiskFull(error)) trouble.failed('history', `The history of ${agent.name} was not kept: ${reasonOf(error)}`);
    }
  };
  const collect = async (agent: Agent) => {
    const child = childId(agent);
    await saving.get(child);
    held.delete(child);
    const link = agent.host === null ? undefined : hosts().get(agent.host);
    if (!link) return;
    // The daemon may have ended before it was kept, or the disk may have been full.
    if (!hasHistory(root, agent.id, agent.epoch)) await save(agent);
    await link.call('collect', { child }).catch((error: unknown) => {
      if (!(error instanceof BooError) || error.code !== 'not_found') log.debug(`${child}: ${messageOf(error)}`);
    });
  };
  return {
    keep(agent) {
      const child = childId(agent);
      if (held.has(child)) return;
      held.set(child, agent);
      saving.set(
        child,
        save(agent).finally(() => saving.delete(child)),
      );
      const oldest = held.size > KEEP ? [...held.values()][0] : undefined;
      if (oldest) void collect(oldest);
    },
    async open(id, epoch) {
      await saving.get(childId({ id, epoch }));
      return openHistory(root, id, epoch);
    },
    collect,
    sweep: () => sweep(options),
    async collectAll() {
      const ended = store.all().filter((agent) => !isLive(agent) && agent.host !== null);
      const all = new Map([...held.values(), ...ended].map((agent) => [childId(agent), agent]));
      // What is begun again by itself gets its environment from there.
      const ids = new Set(store.all().filter(isDue).map(childId));
      await Promise.all([...all].flatMap(([child, agent]) => (ids.has(child) ? [] : [collect(agent)])));
    },
  };
}
