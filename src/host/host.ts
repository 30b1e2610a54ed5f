import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { hostClientTopics, hostMethods, type hostTopics, type SpawnParams } from '../schema/host.ts';
import { decodeInput } from '../schema/screen.ts';
import { FRAME_INPUT } from '../schema/wire.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { inTime } from '../util/in-time.ts';
import { CHILD_VARIABLE, HOST_VARIABLE } from '../util/marks.ts';
import { createPeer, type Peer } from '../wire/peer.ts';
import { Child } from './children/child.ts';
import type { Means } from './children/process.ts';
import { createTurns } from './children/turns.ts';
import { createEventLog, type EventLog } from './events.ts';
import { hostHandlers } from './handlers.ts';
import { type Guardian, startGuardian } from './processes/guardian.ts';
import { hangUp, leaveTerminal, stopFamily, terminate } from './processes/stop.ts';
import { createSearchService, type SearchService } from './search/service.ts';
import { createStarter } from './starter/starter.ts';

export type Client = Peer<Record<never, never>, typeof hostTopics>;

/** What an agent leaves running behind itself gets this long (ms) between SIGHUP and SIGKILL. */
const LEFTOVER_GRACE_MS = 2000;
/** A host that nobody gave a child and nobody is connected to ends after this long (ms). */
const UNUSED_MS = 60_000;
/** After its last child was collected it waits this long (ms) for another. */
const LINGER_MS = 250;
/** Bytes that a client may leave unread: beyond it gets no pulses; far beyond it is dropped. */
const SLOW_CLIENT = 1024 * 1024;
const STUCK_CLIENT = 128 * 1024 * 1024;
/** How long (ms) an ended pipe child's output may stay open once nothing of it runs. */
const OPEN_PIPE_MS = 500;

export interface HostOptions {
  id: string;
  /** Folder of this user's alone for sockets that stand for a moment. */
  folder?: string;
  /** The host has no more use: its last child was collected, it was shut down, or nobody ever wanted it. */
  onDone(): void;
  log(text: string): void;
}

/** Many children and their clients. Knows nothing of agents, rules or projects. */
export class Host {
  readonly children = new Map<string, Child>();
  readonly events: EventLog;
  readonly searches: SearchService;
  readonly #options: HostOptions;
  readonly #guardian: Guardian;
  readonly #token: string;
  readonly #means: Means;
  readonly #clients = new Set<Client>();
  #subscriber: Client | undefined;
  #undoSubscription = () => {};
  /** Clean-ups after children that still run. */
  #cleaning = 0;
  readonly #starting = new Set<string>();
  #hadChild = false;
  #unused = false;
  #done = false;
  readonly #unusedTimer: NodeJS.Timeout;
  #lingerTimer: NodeJS.Timeout | undefined;

  constructor(options: HostOptions) {
    this.#options = options;
    this.#token = `${options.id}-${process.pid}-${randomBytes(6).toString('hex')}`;
    this.#guardian = startGuardian(this.#token);
    const starter = createStarter((pid) => this.#guardian.add(pid));
    this.#means = { turns: createTurns(), starter, folder: options.folder };
    this.searches = createSearchService(this.children);
    this.events = createEventLog(() => {
      for (const child of this.children.values()) child.acknowledged();
    });
    this.#unusedTimer = setTimeout(() => {
      this.#unused = true;
      this.#endWhenIdle();
    }, UNUSED_MS);
    this.#unusedTimer.unref();
  }

  /** Speaks with one client until it leaves. Nothing that it sends can harm the others. */
  serve(stream: Duplex): void {
    const on = {
      seen: ({ child, version }: { child: string; version: number }) => this.children.get(child)?.seen(client, version),
      show: ({ child, text }: { child: string; text: string }) => this.children.get(child)?.show(text),
    };
    const client: Client = createPeer<
      typeof hostMethods,
      Record<never, never>,
      typeof hostClientTopics,
      typeof hostTopics
    >(stream, {
      role: 'host',
      serve: { methods: hostMethods, handlers: hostHandlers(this) },
      hear: { topics: hostClientTopics, on },
      onBinary: (kind, payload) => this.#binary(client, kind, payload),
      onClose: () => this.#gone(client),
      onDefect: (error, where) =>
        this.#options.log(`${where}: ${error instanceof Error ? error.stack : String(error)}`),
    });
    this.#clients.add(client);
  }

  /** Throws `not_found`. */
  child(id: string): Child {
    const child = this.children.get(id);
    if (!child) throw new BooError('not_found', `this host has no child ${id}`);
    return child;
  }

  async spawn(params: SpawnParams): Promise<Child> {
    const id = params.child;
    if (this.children.has(id) || this.#starting.has(id)) throw new BooError('conflict', `child ${id} exists already`);
    clearTimeout(this.#lingerTimer);
    this.#starting.add(id);
    try {
      const child = await Child.start({
        params,
        marks: { [CHILD_VARIABLE]: id, [HOST_VARIABLE]: this.#token },
        means: this.#means,
        say: (event) => this.events.add(id, event),
        pulse: (pulse) => {
          const to = this.#subscriber;
          if (to && to.connection.backlog < SLOW_CLIENT) to.say('pulse', pulse);
        },
        waiting: () => this.events.waiting(id),
        onEnd: () => void this.#cleanUp(id),
        log: this.#options.log,
      });
      this.#hadChild = true;
      this.children.set(id, child);
      this.#guardian.add(child.root.pid);
      return child;
    } finally {
      this.#starting.delete(id);
      this.#endWhenIdle();
    }
  }

  /** The newest subscriber wins. Its kept events follow, then a pulse of each child, so that it need not wait for output. */
  subscribe(client: Client, after: number): number {
    this.#undoSubscription();
    this.#subscriber = client;
    const { first, close } = this.events.subscribe(after, (event) => {
      if (client.connection.backlog > STUCK_CLIENT) client.connection.destroy();
      else client.say('event', event);
    });
    this.#undoSubscription = close;
    for (const child of this.children.values()) child.pulse(true);
    return first;
  }

  /** Ends everything that the child started; resolves with how it ended once all is gone. */
  async stop(child: Child, graceMs: number) {
    if (!child.exit) {
      this.#cleaning++;
      try {
        await stopFamily(child.root, child.kind === 'pty' ? leaveTerminal : terminate, graceMs);
        if (!(await inTime(child.exited, OPEN_PIPE_MS, null))) child.letGo();
      } finally {
        this.#cleaning--;
      }
    }
    return child.exited;
  }

  collect(child: Child): void {
    if (!child.exit) throw new BooError('conflict', `child ${child.id} still runs`, 'Stop it first.');
    child.dispose();
    this.children.delete(child.id);
    this.#endWhenIdle();
  }

  async stopAll(graceMs: number): Promise<void> {
    await Promise.all([...this.children.values()].map((child) => this.stop(child, graceMs)));
  }

  /** Lets clients and guardian go. Children that still run are the guardian's then: it ends them. */
  close(): void {
    if (this.#done) return;
    this.#done = true;
    clearTimeout(this.#unusedTimer);
    clearTimeout(this.#lingerTimer);
    const living = [...this.children.values()].some((child) => !child.exit);
    for (const child of this.children.values()) child.dispose();
    this.searches.close();
    this.#means.starter?.close();
    if (!living) this.#guardian.close();
    for (const client of this.#clients) client.connection.close();
    this.#options.onDone();
  }

  async #cleanUp(id: string): Promise<void> {
    // The first output and the end may come before `spawn` has returned.
    while (!this.children.has(id) && this.#starting.has(id)) await delay(1);
    const child = this.children.get(id);
    if (!child) return;
    this.#cleaning++;
    try {
      await stopFamily(child.root, hangUp, LEFTOVER_GRACE_MS);
      this.#guardian.remove(child.root.pid);
      if (!(await inTime(child.exited, OPEN_PIPE_MS, null))) child.letGo();
    } catch (error) {
      this.#options.log(`cleaning up after ${id}: ${messageOf(error)}`);
    } finally {
      this.#cleaning--;
      this.#endWhenIdle();
    }
  }

  #binary(client: Client, kind: number, payload: Buffer): void {
    if (kind !== FRAME_INPUT) throw new BooError('protocol', `frame of unknown kind ${kind}`);
    const { child, bytes } = decodeInput(payload);
    try {
      // The payload is the reader's own memory.
      this.children.get(child)?.typed(client, Buffer.from(bytes));
    } catch (error) {
      this.#options.log(messageOf(error));
    }
  }

  #gone(client: Client): void {
    this.#clients.delete(client);
    for (const child of this.children.values()) child.unwatch(client);
    if (this.#subscriber === client) {
      this.#subscriber = undefined;
      this.#undoSubscription();
    }
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    const idle = () => this.children.size === 0 && this.#starting.size === 0 && this.#cleaning === 0;
    if (this.#done || !idle() || !(this.#hadChild || (this.#unused && this.#clients.size === 0))) return;
    clearTimeout(this.#lingerTimer);
    this.#lingerTimer = setTimeout(() => idle() && this.close(), LINGER_MS);
  }
}
