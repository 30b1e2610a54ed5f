import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HostRef } from '../../schema/state.ts';
import { messageOf } from '../../util/errors.ts';
import { daemonSocket, hostSocket, isOwnSocket, refugeOf, runtimeFolder } from '../../util/paths.ts';
import { POST_LOOK_MS } from '../../wire/post.ts';
import type { Log } from '../log.ts';
import { waitGone } from '../process.ts';
import { type HostLink, type LinkEvents, linkHost } from './link.ts';
import { startHost } from './start.ts';

/**
 * One core is left to the daemon and the cockpit. On two cores a second host was measured: no faster echo, a worse 99th
 * percentile, and 244 MB resident instead of 171.
 */
const MAX_HOSTS = Math.max(1, Math.min(4, availableParallelism() - 1));
/** A host takes so many children before another one is started: an idle one costs 50 MB. */
const FILL = 3;
/** How long a host that was told to end may take beyond its children's grace, in milliseconds. */
const LEAVE_MS = 3_000;
/** How long a host that lives is waited for when its socket is gone, in milliseconds: it looks every POST_LOOK_MS, on a loaded machine later. */
const RETURN_MS = 5 * POST_LOOK_MS;
/** Between two looks for a host whose socket is gone, in milliseconds. */
const RETURN_LOOK_MS = 100;

interface PoolOptions extends LinkEvents {
  root: string;
  log: Log;
  /** Folders beside the project's own in which sockets of its hosts may be. */
  folders?: readonly string[];
  /** How many living children of a host are known. */
  load(id: string): number;
  onChange(refs: HostRef[]): void;
}

/** The project's process hosts. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #links = new Map<string, HostLink>();
  readonly #reserved = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #starting: Promise<unknown> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#timer = setInterval(() => this.#follow(), POST_LOOK_MS).unref();
  }

  /** Connects to the hosts that live: those named, and those whose sockets are found. */
  async find(known: HostRef[]): Promise<void> {
    const { root, log, folders = [] } = this.#options;
    // The state lies in the project and may be a stranger's: only what looks like a socket of ours is touched.
    const refs = new Map<string, Wanted>(known.filter(isHostSocket).map((ref) => [ref.id, ref]));
    for (const [id, socket] of socketsOf(root, folders)) refs.set(id, { acked: 0, ...refs.get(id), id, socket });
    for (const ref of refs.values()) {
      await this.#reach(ref).catch((error) => {
        log.warn(`host ${ref.id} is gone: ${messageOf(error)}`);
        const old = known.find(({ id }) => id === ref.id);
        if (old) void endStray(old, log);
        removeSocket(ref.socket);
      });
    }
    this.#changed();
  }

  get(id: string): HostLink | undefined {
    return this.#links.get(id);
  }

  links(): HostLink[] {
    return [...this.#links.values()];
  }

  /** The host for a new child, started if need be. `release` when the child is there or will not be. */
  async place(): Promise<{ link: HostLink; release(): void }> {
    for (;;) {
      const least = this.links().sort((a, b) => this.#weight(a) - this.#weight(b))[0];
      if (least && (this.#weight(least) < FILL || this.#links.size >= MAX_HOSTS)) {
        this.#reserve(least.id, 1);
        return { link: least, release: () => this.#reserve(least.id, -1) };
      }
      this.#starting ??= this.#start().finally(() => {
        this.#starting = undefined;
      });
      await this.#starting;
    }
  }

  /** Ends all hosts and what runs on them; resolves when their processes are gone. */
  async shutdown(graceMs: number): Promise<void> {
    const links = this.links();
    this.#links.clear();
    await Promise.all(links.map((link) => end(link, graceMs, this.#options.log)));
    this.#changed();
  }

  /** Resolves when all hosts have left by themselves, as they do without children, or after `LEAVE_MS`. */
  async emptied(): Promise<void> {
    await Promise.all(this.links().map(({ pid }) => waitGone(pid, LEAVE_MS)));
  }

  /** Leaves them alone. */
  close(): void {
    clearInterval(this.#timer);
    for (const link of this.links()) link.close();
    this.#links.clear();
  }

  #changed(): void {
    this.#options.onChange(this.links().map(({ ref }) => ref));
  }

  #weight(link: HostLink): number {
    return this.#options.load(link.id) + (this.#reserved.get(link.id) ?? 0);
  }

  #reserve(id: string, by: 1 | -1): void {
    this.#reserved.set(id, (this.#reserved.get(id) ?? 0) + by);
  }

  /** As `#connect`; a host that lives and whose socket is gone is about to listen again, perhaps elsewhere (wire/post). */
  async #reach(ref: Wanted): Promise<HostLink> {
    for (const end = performance.now() + RETURN_MS; ; await delay(RETURN_LOOK_MS)) {
      const { socket } = ref;
      const refuge = refugeOf(socket);
      try {
        return await this.#connect({ ...ref, socket: !existsSync(socket) && isOwnSocket(refuge) ? refuge : socket });
      } catch (error) {
        if (performance.now() > end || ref.pid === undefined || !isHost(ref.pid, ref.id)) throw error;
      }
    }
  }

  /** Viewers find hosts by what the state says of them: a socket that moved is named anew. */
  #follow(): void {
    for (const link of this.links()) {
      const refuge = refugeOf(link.ref.socket);
      if (existsSync(link.ref.socket) || !isOwnSocket(refuge)) continue;
      link.moved(refuge);
      this.#changed();
    }
  }

  async #connect(ref: Wanted): Promise<HostLink> {
    const link = await linkHost(ref, { ...this.#options, onLost: (lost) => void this.#lost(lost) });
    this.#links.set(link.id, link);
    this.#changed();
    return link;
  }

  async #start(): Promise<void> {
    const { root, log } = this.#options;
    const id = randomBytes(3).toString('hex');
    const socket = hostSocket(root, id);
    runtimeFolder(root);
    await startHost({ root, id, socket });
    const link = await this.#connect({ id, socket, acked: 0 });
    await link.listen();
    log.info(`host ${id} started, pid ${link.pid}`);
  }

  /** A connection can end while its host lives (a frame that was bad): one look tells. */
  async #lost(link: HostLink): Promise<void> {
    const { log, onLost } = this.#options;
    if (!this.#links.delete(link.id)) return;
    const { ref } = link;
    try {
      await (await this.#reach(ref)).listen();
      log.warn(`the connection to host ${ref.id} ended and was made again`);
    } catch {
      log.info(`host ${ref.id} (pid ${ref.pid}) has ended`);
      this.#links.delete(ref.id);
      removeSocket(ref.socket);
      this.#changed();
      onLost(link);
      await endStray(ref, log);
    }
  }
}

/** Ends one host and waits until its process is gone. */
async function end(link: HostLink, graceMs: number, log: Log): Promise<void> {
  const { ref } = link;
  const asked = link.call('shutdown', { graceMs }).catch(() => {});
  if (!(await waitGone(ref.pid, graceMs + LEAVE_MS))) await endStray(ref, log);
  await asked;
  link.close();
  removeSocket(ref.socket);
}

/** What a host is reached by; its pid where it is known. */
type Wanted = Omit<HostRef, 'pid'> & { pid?: number };

/** Is what a state names as a host's socket one, under our name for it, and of this user if it is there? Named pipes are no files. */
function isHostSocket({ id, socket }: HostRef): boolean {
  if (process.platform === 'win32') return isOwnSocket(socket);
  return basename(socket) === `h-${id}.sock` && (!existsSync(socket) || isOwnSocket(socket));
}

/** Ids and sockets of hosts that left one where this project's may be. Named pipes leave none: those are in the state. */
function socketsOf(root: string, more: readonly string[]): [string, string][] {
  if (process.platform === 'win32') return [];
  const own = daemonSocket(root);
  const folders = new Set([...more, dirname(refugeOf(own)), dirname(own)]);
  return [...folders].flatMap((folder) => {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    return names.flatMap((name) => {
      const id = /^h-(\w+)\.sock$/.exec(name)?.[1];
      const socket = join(folder, name);
      return id && isOwnSocket(socket) ? [[id, socket] as [string, string]] : [];
    });
  });
}

/** Is this process the host of that id? */
function isHost(pid: number, id: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words[words.indexOf('--id') + 1] === id && words.includes('--socket');
  } catch {
    return false;
  }
}

function removeSocket(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its folder is something else by now.
  }
}

/** A host that lives on without its socket (somebody emptied the folder) can never be reached again: it must not live on. */
async function endStray({ id, pid }: HostRef, log: Log): Promise<void> {
  if (process.platform !== 'linux' || (await waitGone(pid, LEAVE_MS))) return;
  try {
    if (!isHost(pid, id)) return;
    process.kill(pid, 'SIGKILL');
    log.warn(`host ${id} (pid ${pid}) could not be reached and was ended`);
  } catch (error) {
    log.debug(`host ${id}: ${messageOf(error)}`);
  }
}
