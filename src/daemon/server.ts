import type { Socket } from 'node:net';
import { type DaemonNotes, daemonMethods, daemonTopics } from '../schema/daemon.ts';
import { messageOf } from '../util/errors.ts';
import { encodeMessage } from '../wire/connection.ts';
import { createPeer, type Handlers, type Peer } from '../wire/peer.ts';
import { openPost, type Post } from '../wire/post.ts';
import type { Publish } from './context.ts';
import type { Log } from './log.ts';

/** A subscriber that takes nothing (a suspended cockpit) is let go beyond this many bytes: it comes back and asks anew. */
const MAX_BACKLOG = 16 * 1024 * 1024;

/** Does a subscriber want this note? */
export type Wants = <K extends keyof DaemonNotes>(topic: K, data: DaemonNotes[K]) => boolean;

type ClientPeer = Peer<Record<never, never>, typeof daemonTopics>;
export interface Client {
  /** Raised when the connection ends. */
  signal: AbortSignal;
  /** It is told what is published from now on; with `wants`, only of that what it says yes to. */
  subscribe(wants?: Wants): void;
  /** To this one alone, whether it subscribed or not. */
  say: Publish;
}
export type DaemonHandlers = {
  [K in keyof typeof daemonMethods]: (
    params: Parameters<Handlers<typeof daemonMethods>[K]>[0],
    client: Client,
  ) => ReturnType<Handlers<typeof daemonMethods>[K]>;
};

export interface DaemonServer {
  /** From now on it stays reachable; `onMoved` is told of every place where it had to listen anew. */
  listen(path: string, onMoved: (path: string) => void): Promise<void>;
  readonly clients: number;
  publish: Publish;
  /** Turns away who comes from now on, before a word was said: they go to the next daemon. */
  refuse(): void;
  /** Takes nobody any more and ends every connection after what was said has left. */
  close(): Promise<void>;
}

interface Entry {
  abort: AbortController;
  /** Null: it has not subscribed. */
  wants: Wants | null;
}

/** The handlers as the wire wants them: given the connection, they find what the server knows of it. */
function forPeers(
  handlers: DaemonHandlers,
  peers: Map<ClientPeer, Entry>,
  onRequest: () => void,
): Handlers<typeof daemonMethods, ClientPeer> {
  const clientOf = (peer: ClientPeer): Client => {
    const entry = peers.get(peer);
    return {
      signal: entry?.abort.signal ?? AbortSignal.abort(),
      subscribe: (wants = () => true) => {
        if (entry) entry.wants = wants;
      },
      say: (topic, data) => {
        if (entry && !entry.abort.signal.aborted) peer.say(topic, data);
      },
    };
  };
  const all = Object.entries(handlers).map(([method, handler]) => [
    method,
    (params: never, peer: ClientPeer) => {
      onRequest();
      return handler(params, clientOf(peer));
    },
  ]);
  return Object.fromEntries(all);
}

function listenFor(o: { path: string; accept(socket: Socket): void; onMoved(path: string): void; log: Log }) {
  return openPost({
    path: o.path,
    onSocket: o.accept,
    onMoved(now, trouble) {
      if (trouble)
        return o.log.error(`no new client can reach this daemon: its socket cannot be made again: ${trouble}`);
      o.log.warn(`its socket was gone; it listens again at ${now}`);
      o.onMoved(now);
    },
  });
}

/** Clients of the daemon: their requests to `handlers`, what is published to those that subscribed. */
export function createServer({
  handlers,
  log,
  onChange,
  onRequest,
}: {
  handlers: DaemonHandlers;
  log: Log;
  onChange(clients: number): void;
  /** Before each request is carried out. */
  onRequest(): void;
}): DaemonServer {
  const peers = new Map<ClientPeer, Entry>();
  let post: Post | undefined;
  let refusing = false;

  const accept = (socket: Socket) => {
    if (refusing) {
      socket.destroy();
      return;
    }
    const peer: ClientPeer = createPeer<
      typeof daemonMethods,
      Record<never, never>,
      Record<never, never>,
      typeof daemonTopics
    >(socket, {
      role: 'daemon',
      serve: { methods: daemonMethods, handlers: forPeers(handlers, peers, onRequest) },
      say: daemonTopics,
      onClose(error) {
        if (error) log.debug(`a client left: ${messageOf(error)}`);
        peers.get(peer)?.abort.abort();
        peers.delete(peer);
        onChange(peers.size);
      },
      onDefect: (error, where) => log.error(`${where}: ${error instanceof Error ? error.stack : String(error)}`),
    });
    peers.set(peer, { abort: new AbortController(), wants: null });
    onChange(peers.size);
  };
  return {
    async listen(path, onMoved) {
      post = await listenFor({ path, accept, onMoved, log });
    },
    get clients() {
      return peers.size;
    },
    publish(topic, data) {
      let bytes: Buffer | undefined;
      for (const [peer, { wants }] of peers) {
        if (!wants?.(topic, data)) continue;
        bytes ??= encodeMessage({ t: 'note', topic, data });
        peer.connection.sendNote(bytes);
        if (peer.connection.backlog > MAX_BACKLOG) peer.connection.destroy(new Error('it takes nothing any more'));
      }
    },
    refuse() {
      refusing = true;
    },
    async close() {
      const closed = post?.close();
      for (const { connection } of peers.keys()) connection.close();
      const lag = setTimeout(() => {
        for (const { connection } of peers.keys()) connection.destroy();
      }, 500);
      await closed;
      clearTimeout(lag);
    },
  };
}
