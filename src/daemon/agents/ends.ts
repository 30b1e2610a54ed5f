import { readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isLive } from '../../core/lifecycle.ts';
import { type Agent, childId } from '../../schema/agent.ts';
import { LastScreen } from '../../schema/last-screen.ts';
import { BooError, errnoOf, messageOf } from '../../util/errors.ts';
import { projectPaths } from '../../util/paths.ts';
import type { Pool } from '../hosts/pool.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';

/** Lines of history kept of an ended agent once its host has let go of it. */
const LINES = 2000;
/** Ended children that stay on their hosts, so that their screens can be looked at as they were. */
const KEEP = 50;

export interface Ends {
  /** Keeps the last screen of an agent that ended; told of every end. */
  keep(agent: Agent): void;
  /** What was kept of the agent's present life; undefined when there is nothing. */
  read(agent: Agent): LastScreen | undefined;
  /** Lets its host forget its child, after the screen is kept. */
  collect(agent: Agent): Promise<void>;
  /** Collects all that ended, so that hosts without a living child leave. */
  collectAll(): Promise<void>;
  forget(id: string): void;
}

const fileOf = (root: string, id: string) => join(projectPaths(root).sessions, `${id}.screen.json`);

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
    const child = childId(agent);
    try {
      const screen = await link.call('screen', { child, ansi: true });
      const page = await link.call('history', { child, from: null, count: LINES, styled: false });
      const last: LastScreen = {
        ...screen,
        ansi: screen.ansi ?? screen.lines,
        epoch: agent.epoch,
        history: page.lines.map((line) => line.text),
      };
      const path = fileOf(root, agent.id);
      await writeFile(`${path}.tmp`, JSON.stringify(last), { mode: 0o600 });
      await rename(`${path}.tmp`, path);
    } catch (error) {
      log.warn(`the last screen of ${agent.name} was not kept: ${messageOf(error)}`);
    }
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
    read(agent) {
      try {
        const last = LastScreen.parse(JSON.parse(readFileSync(fileOf(root, agent.id), 'utf8')));
        return last.epoch === agent.epoch ? last : undefined;
      } catch (error) {
        if (errnoOf(error) !== 'ENOENT')
          log.warn(`the last screen of ${agent.name} cannot be read: ${messageOf(error)}`);
        return undefined;
      }
    },
    collect,
    async collectAll() {
      const ended = store.all().filter((agent) => !isLive(agent) && agent.host !== null);
      await Promise.all(
        [...new Map([...held.values(), ...ended].map((agent) => [childId(agent), agent])).values()].map(collect),
      );
    },
    forget: (id) => rmSync(fileOf(root, id), { force: true }),
  };
}
