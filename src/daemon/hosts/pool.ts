import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { HostRef } from '../../schema/state.ts';
import { messageOf } from '../../util/errors.ts';
import { hostSocket, runtimeFolder } from '../../util/paths.ts';
import type { Log } from '../log.ts';
import { processStart, waitGone } from '../process.ts';
import { type HostLink, type LinkEvents, linkHost } from './link.ts';
import { startHost } from './start.ts';

/** Measured: two hosts do more than one or eight; one core is left to the daemon and the cockpit. */
const MAX_HOSTS = Math.max(1, Math.min(4, availableParallelism() - 1));
/** A host takes so many children before another one is started: an idle one costs 50 MB. */
const FILL = 3;
/** How long a host that was told to end may take beyond its children's grace, in milliseconds. */
const LEAVE_MS = 3_000;

export interface Pool {
  /** Connects to the hosts that live: those named, and those whose sockets are found. */
  find(known: HostRef[]): Promise<void>;
  get(id: string): HostLink | undefined;
  links(): HostLink[];
  /** The host for a new child, started if need be. `release` when the child is there or will not be. */
  place(): Promise<{ link: HostLink; release(): void }>;
  /** Ends all hosts and what runs on them; resolves when their processes are gone. */
  shutdown(graceMs: number): Promise<void>;
  /** Leaves them alone. */
  close(): void;
}

interface PoolOptions extends LinkEvents {
  root: string;
  log: Log;
  /** How many living children of a host are known. */
  load(id: string): number;
  onChange(refs: HostRef[]): void;
}

export function createPool({ root, log, load, onChange, ...events }: PoolOptions): Pool {
  const links = new Map<string, HostLink>();
  const reserved = new Map<string, number>();
  let starting: Promise<HostLink> | undefined;
  const changed = () => onChange([...links.values()].map((link) => ({ ...link.ref })));
  const weight = (link: HostLink) => load(link.id) + (reserved.get(link.id) ?? 0);

  const connect = async (ref: { id: string; socket: string; acked: number }): Promise<HostLink> => {
    const link = await linkHost(ref, { ...events, onLost: lost });
    links.set(link.id, link);
    changed();
    return link;
  };
  /** A connection can end while its host lives (a frame that was bad): one look tells. */
  const lost = async (link: HostLink) => {
    links.delete(link.id);
    try {
      const again = await connect(link.ref);
      await again.listen();
      log.warn(`the connection to host ${link.id} ended and was made again`);
    } catch (error) {
      log.warn(`host ${link.id} (pid ${link.pid}) is gone: ${messageOf(error)}`);
      links.delete(link.id);
      endStray(link.ref, log);
      rmSync(link.socket, { force: true });
      changed();
      events.onLost(link);
    }
  };

  const start = async (): Promise<HostLink> => {
    const id = randomBytes(3).toString('hex');
    const socket = hostSocket(root, id);
    await startHost({ root, id, socket });
    const link = await connect({ id, socket, acked: 0 });
    await link.listen();
    log.info(`host ${id} started, pid ${link.pid}`);
    return link;
  };
  const place = async (): Promise<HostLink> => {
    for (;;) {
      const least = [...links.values()].sort((a, b) => weight(a) - weight(b))[0];
      if (least && (weight(least) < FILL || links.size >= MAX_HOSTS)) {
        reserved.set(least.id, (reserved.get(least.id) ?? 0) + 1);
        return least;
      }
      starting ??= start().finally(() => {
        starting = undefined;
      });
      await starting;
    }
  };

  return {
    async find(known) {
      const refs = new Map(known.map((ref) => [ref.id, { id: ref.id, socket: ref.socket, acked: ref.acked }]));
      for (const [id, socket] of socketsOf(root)) refs.set(id, { id, socket, acked: refs.get(id)?.acked ?? 0 });
      for (const ref of refs.values()) {
        await connect(ref).catch((error) => {
          log.warn(`host ${ref.id} is gone: ${messageOf(error)}`);
          const old = known.find(({ id }) => id === ref.id);
          if (old) endStray(old, log);
          rmSync(ref.socket, { force: true });
        });
      }
      changed();
    },
    get: (id) => links.get(id),
    links: () => [...links.values()],
    async place() {
      const link = await place();
      return { link, release: () => void reserved.set(link.id, (reserved.get(link.id) ?? 1) - 1) };
    },
    async shutdown(graceMs) {
      await Promise.all([...links.values()].map((link) => end(link, graceMs, log)));
      links.clear();
      changed();
    },
    close() {
      for (const link of links.values()) link.close();
      links.clear();
    },
  };
}

async function end(link: HostLink, graceMs: number, log: Log): Promise<void> {
  const answered = link.call('shutdown', { graceMs }).catch(() => {});
  const gone = (await waitGone(link.pid, graceMs + LEAVE_MS)) || endStray(link.ref, log);
  link.close();
  await answered;
  if (gone) rmSync(link.socket, { force: true });
}

/** Ids and sockets of hosts that left one in the project's runtime folder. Named pipes leave none: those are in the state. */
function socketsOf(root: string): [string, string][] {
  if (process.platform === 'win32') return [];
  const folder = runtimeFolder(root);
  return readdirSync(folder).flatMap((name) => {
    const id = /^h-(\w+)\.sock$/.exec(name)?.[1];
    return id ? [[id, join(folder, name)] as [string, string]] : [];
  });
}

/** A host that lives without its socket (somebody emptied the folder) can never be reached again: it must not live on. */
function endStray(ref: { id: string; pid: number; socket: string }, log: Log): boolean {
  if (process.platform !== 'linux' || processStart(ref.pid) === null) return false;
  try {
    const words = readFileSync(`/proc/${ref.pid}/cmdline`, 'utf8').split('\0');
    if (!words.includes(ref.socket)) return false;
    process.kill(ref.pid, 'SIGKILL');
    log.warn(`host ${ref.id} (pid ${ref.pid}) could not be reached and was ended`);
    return true;
  } catch {
    return false;
  }
}
