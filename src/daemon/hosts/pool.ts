import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import type { HostRef } from '../../schema/state.ts';
import { messageOf } from '../../util/errors.ts';
import { hostSocket, runtimeFolder } from '../../util/paths.ts';
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

interface PoolOptions extends LinkEvents {
  root: string;
  log: Log;
  /** How many living children of a host are known. */
  load(id: string): number;
  onChange(refs: HostRef[]): void;
}

/** The project's process hosts. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #links = new Map<string, HostLink>();
  readonly #reserved = new Map<string, number>();
  #starting: Promise<unknown> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Connects to the hosts that live: those named, and those whose sockets are found. */
  async find(known: HostRef[]): Promise<void> {
    const { root, log } = this.#options;
    // The state lies in the project and may be a stranger's: only what looks like a socket of ours is touched.
    const refs = new Map(known.filter(isOwnSocket).map(({ id, socket, acked }) => [id, { id, socket, acked }]));
    for (const [id, socket] of socketsOf(root)) refs.set(id, { id, socket, acked: refs.get(id)?.acked ?? 0 });
    for (const ref of refs.values()) {
      await this.#connect(ref).catch((error) => {
        log.warn(`host ${ref.id} is gone: ${messageOf(error)}`);
        const old = known.find(({ id }) => id === ref.id);
        if (old) void endStray(old, log);
        rmSync(ref.socket, { force: true });
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

  async #connect(ref: { id: string; socket: string; acked: number }): Promise<HostLink> {
    const link = await linkHost(ref, { ...this.#options, onLost: (lost) => void this.#lost(lost) });
    this.#links.set(link.id, link);
    this.#changed();
    return link;
  }

  async #start(): Promise<void> {
    const { root, log } = this.#options;
    const id = randomBytes(3).toString('hex');
    const socket = hostSocket(root, id);
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
      await (await this.#connect(ref)).listen();
      log.warn(`the connection to host ${ref.id} ended and was made again`);
    } catch {
      log.info(`host ${ref.id} (pid ${ref.pid}) has ended`);
      this.#links.delete(ref.id);
      rmSync(ref.socket, { force: true });
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
  rmSync(ref.socket, { force: true });
}

/** Is what a state names as a host's socket one, under our name for it, and of this user if it is there? Named pipes are no files. */
function isOwnSocket({ id, socket }: HostRef): boolean {
  if (process.platform === 'win32') return socket.startsWith('\\\\.\\pipe\\boocode-');
  const stat = lstatSync(socket, { throwIfNoEntry: false });
  return basename(socket) === `h-${id}.sock` && (!stat || (stat.isSocket() && stat.uid === process.getuid?.()));
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

/** A host that lives on without its socket (somebody emptied the folder) can never be reached again: it must not live on. */
async function endStray({ id, pid, socket }: HostRef, log: Log): Promise<void> {
  if (process.platform !== 'linux' || (await waitGone(pid, LEAVE_MS))) return;
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(socket)) return;
    process.kill(pid, 'SIGKILL');
    log.warn(`host ${id} (pid ${pid}) could not be reached and was ended`);
  } catch (error) {
    log.debug(`host ${id}: ${messageOf(error)}`);
  }
}
