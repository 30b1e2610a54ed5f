import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { DaemonNotes, daemonMethods, daemonTopics } from '../schema/daemon.ts';
import { lifeMethods } from '../schema/life.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { findHolder, type Holder, silent, socketOf, unreachable } from '../util/holder.ts';
import { inTime } from '../util/in-time.ts';
import { daemonSocket, isOwnSocket, privateFolder } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';
import { createPeer, type Peer } from '../wire/peer.ts';
import { connectSocket } from '../wire/socket.ts';
import type { StartedDaemon } from './start.ts';

/** How long a daemon that was started may take until its socket answers, in milliseconds. */
const START_MS = 10_000;
/** How long a daemon that listens may take until it says hello, in milliseconds: one that hangs never does. */
const HELLO_MS = 10_000;
/** Between two looks for the socket of a daemon that starts, in milliseconds: well below its start-up time of 150. */
const LOOK_MS = 15;

type Handlers = { [K in keyof DaemonNotes]?: (data: DaemonNotes[K]) => void };

export interface DaemonClient {
  /** Rejects with the daemon's BooError, or `no_daemon` when the connection ends first. */
  call: Peer<typeof daemonMethods, Record<never, never>>['call'];
  /** Version of the daemon. */
  readonly version: string;
  readonly closed: boolean;
  close(): void;
}

export interface ConnectOptions {
  root: string;
  /** Start a daemon when none answers. False: reject with `no_daemon`. */
  start: boolean;
  /** What it says unasked (after `subscribe`). */
  on?: Handlers;
  /** Called once when the connection ends, whoever ends it. */
  onClose?: (error: Error | undefined) => void;
  env?: NodeJS.ProcessEnv;
}

/**
 * One connection to the project's daemon, started if need be. Two that start one at the same time get the same daemon.
 * Rejects with `no_daemon` (none runs, or it cannot start: with the last line of its log) or `protocol`.
 */
export async function connectDaemon(options: ConnectOptions): Promise<DaemonClient> {
  const { root, start, env = process.env } = options;
  // Loaded while the connection is made.
  if (options.on) void allShapes();
  const path = daemonSocket(root, env);
  closeFolder(dirname(path));
  const end = performance.now() + START_MS;
  let starting: StartedDaemon | undefined;
  for (;;) {
    // One that was started with another runtime folder is found by the lock that it holds in the project.
    let holder: Holder | undefined;
    const socket =
      (await tryConnect(path)) ?? (await tryConnect((holder = findHolder(root)) && socketOf(root, holder)));
    const client = socket && (await greet(socket, options));
    if (client) return client;
    if (!start && !holder) throw noDaemon(root);
    if (holder && holder.uid !== process.getuid?.() && process.getuid) throw unreachable(root, holder);
    // Exit 0 means that another one had the lock; should that one have been leaving, it is this one's turn now.
    if (start && !holder && (!starting || starting.exitCode === 0)) starting = await startOne({ root, env });
    else if (starting?.exitCode) throw starting.failure();
    if (performance.now() > end) {
      if (holder) throw unreachable(root, holder);
      throw starting?.failure(`it did not answer within ${START_MS / 1000} s`) ?? noDaemon(root);
    }
    await delay(LOOK_MS);
  }
}

/** A folder of the user's own that was opened to others (chmod -R) is closed again; sockets in an open one are not trusted. */
function closeFolder(folder: string): void {
  try {
    if (process.platform !== 'win32' && existsSync(folder)) privateFolder(folder);
  } catch {
    // Somebody else's: nothing in it is used, and who has to start a daemon is told.
  }
}

/** What starts one is loaded only here: most commands find a daemon that runs. */
const startOne = async (options: { root: string; env: NodeJS.ProcessEnv }): Promise<StartedDaemon> =>
  (await import('./start.ts')).startDaemon(options);

const noDaemon = (root: string) =>
  new BooError(
    'no_daemon',
    `no daemon runs for ${root}`,
    'It starts with the first command that needs it, such as boocode new.',
  );

/** The connected socket, or undefined when nobody of this user's listens there. */
async function tryConnect(path: string | null | undefined): Promise<Socket | undefined> {
  try {
    if (!path || !isOwnSocket(path)) return undefined;
    return await connectSocket(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EAGAIN') return undefined;
    throw new BooError(
      'no_daemon',
      `the daemon's socket ${path} cannot be used: ${reasonOf(error)}`,
      'Set XDG_RUNTIME_DIR to a folder of your own with a short path.',
      { cause: error },
    );
  }
}

/** The shapes of all that a daemon answers and says take a tenth of the time of a short verb to be made: most need those of lives alone. */
const allShapes = () => {
  shapes ??= import('../schema/daemon.ts');
  return shapes;
};
/** Kept: even of what is loaded an import takes 0.1 ms, and it came before every call. */
let shapes: Promise<typeof import('../schema/daemon.ts')> | undefined;

/** The client once both have said hello; undefined when the other side left before that, as a daemon that ends does. */
async function greet(socket: Socket, { root, on, onClose }: ConnectOptions): Promise<DaemonClient | undefined> {
  let greeted = false;
  const all = on && (await allShapes());
  const peer = createPeer<Record<never, never>, typeof daemonMethods, typeof daemonTopics>(socket, {
    role: 'client',
    call: all?.daemonMethods ?? lifeMethods,
    load: async () => (await allShapes()).daemonMethods,
    ...(all && { hear: { topics: all.daemonTopics, on: on ?? {} } }),
    onClose: (error) => {
      if (greeted) onClose?.(error);
    },
  });
  const hello = await inTime(peer.ready, HELLO_MS, null).catch((error: unknown) => {
    if (error instanceof BooError && error.code === 'no_daemon') return undefined;
    throw error;
  });
  if (hello === null) {
    peer.connection.close();
    throw silent(root, HELLO_MS, findHolder(root));
  }
  if (!hello) return undefined;
  greeted = true;
  return {
    call: peer.call,
    version: hello.version,
    get closed() {
      return peer.connection.closed;
    },
    close: () => peer.connection.close(),
  };
}
