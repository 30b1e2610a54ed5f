import { isLive } from '../../core/lifecycle.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import type { KeptLife } from '../../schema/history.ts';
import type { HistoryLine } from '../../schema/host.ts';
import { type KeptHistory, openHistory, writeHistory } from '../../storage/history.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { HostLink } from '../hosts/link.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';

/** Lines asked of a host at a time: what one answer may hold. */
const PAGE = 10_000;
/** Ended children that stay on their hosts, so that their screens can be looked at as they were. */
const KEEP = 50;

export interface Ends {
  /** Keeps history and last screen of an agent that ended; told of every end. */
  keep(agent: Agent): void;
  /** What was kept of a life, once it is written; null when there is nothing. To be closed. */
  open(id: string, epoch: number): Promise<KeptHistory | null>;
  /** Lets its host forget its child, after its history is kept. */
  collect(agent: Agent): Promise<void>;
  /** Collects all that ended, so that hosts without a living child leave. */
  collectAll(): Promise<void>;
}

/** Writes down the whole history and the last screen that a host has of an ended child. */
async function saveFromHost(root: string, agent: Agent, link: HostLink): Promise<void> {
  const child = childId(agent);
  const { lines, wrapped, ansi, cursor, size, title } = await link.call('screen', { child, ansi: true });
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
    screen: { lines, ...(wrapped ? { wrapped } : {}), ansi: ansi ?? lines, cursor, size, title },
    marks: [],
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

export function createEnds({
  root,
  store,
  hosts,
  log,
}: {
  root: string;
  store: Store;
  hosts: () => Pool;
  log: Log;
}): Ends {
  const saving = new Map<string, Promise<void>>();
  /** Ended children that a host still has, oldest end first: child ▶ agent as it ended. */
  const held = new Map<string, Agent>();

  const save = async (agent: Agent) => {
    const link = agent.host === null ? undefined : hosts().get(agent.host);
    if (!link) return;
    await saveFromHost(root, agent, link).catch((error: unknown) =>
      log.warn(`the history of ${agent.name} was not kept: ${messageOf(error)}`),
    );
  };
  const collect = async (agent: Agent) => {
    const child = childId(agent);
    await saving.get(child);
    held.delete(child);
    const link = agent.host === null ? undefined : hosts().get(agent.host);
    await link?.call('collect', { child }).catch((error: unknown) => {
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
    async collectAll() {
      const ended = store.all().filter((agent) => !isLive(agent) && agent.host !== null);
      await Promise.all(
        [...new Map([...held.values(), ...ended].map((agent) => [childId(agent), agent])).values()].map(collect),
      );
    },
  };
}
