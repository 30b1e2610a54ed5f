import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { hostMethods, hostTopics } from '../../schema/host.ts';
import { decodeScreenFrame, type ScreenHeader } from '../../schema/screen.ts';
import type { HostRef } from '../../schema/state.ts';
import { FRAME_SCREEN } from '../../schema/wire.ts';
import { BooError } from '../../util/errors.ts';
import { createPeer, type Peer } from '../../wire/peer.ts';
import { connectSocket } from '../../wire/socket.ts';

/** Acknowledgements only free memory of the host, so they are gathered for this long, in milliseconds. */
const ACK_MS = 100;
/** After an event that could not be written (a full disk), it and those behind it are tried again after this time. */
const RETRY_MS = 1000;

/** How long the first frame of a screen may take, in milliseconds. */
const LOOK_MS = 3000;

export type HostNote = z.infer<(typeof hostTopics)['event']>;
export type HostPulseNote = z.infer<(typeof hostTopics)['pulse']>;

export interface LinkEvents {
  /** Everything durable that it does has been written when this returns: then the event is acknowledged. May throw. */
  onEvent(link: HostLink, note: HostNote): void;
  /** An event could not be written. */
  onTrouble(error: unknown): void;
  onPulse(link: HostLink, pulse: HostPulseNote): void;
  /** Once, unless `close` was called. */
  onLost(link: HostLink): void;
}

/** The daemon's connection to one process host. */
export interface HostLink {
  readonly id: string;
  readonly socket: string;
  readonly pid: number;
  readonly ref: HostRef;
  call: Peer<typeof hostMethods, Record<never, never>>['call'];
  /** Begins the flow of events; those that were not acknowledged come first, all of them before this resolves. */
  listen(): Promise<void>;
  /** One look at a child's terminal: its modes, which decide how keys and pastes are written to it. */
  look(child: string): Promise<ScreenHeader>;
  /** Leaves the host and its children alone. */
  close(): void;
}

/** Rejects with the system's error when nobody listens at the socket, or as BooError `protocol`. */
export async function linkHost(
  { id, socket, acked }: { id: string; socket: string; acked: number },
  events: LinkEvents,
): Promise<HostLink> {
  let closed = false;
  const queue: HostNote[] = [];
  const looks = new Map<string, (header: ScreenHeader) => void>();
  let looking: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let retry: NodeJS.Timeout | undefined;
  const end = () => {
    closed = true;
    clearTimeout(timer);
    clearTimeout(retry);
  };
  const drain = () => {
    retry = undefined;
    for (let note = queue[0]; note && !closed; note = queue[0]) {
      try {
        if (note.seq > ref.acked) events.onEvent(link, note);
      } catch (error) {
        events.onTrouble(error);
        retry = setTimeout(drain, RETRY_MS);
        return;
      }
      ref.acked = Math.max(ref.acked, note.seq);
      queue.shift();
      timer ??= setTimeout(acknowledge, ACK_MS);
    }
  };
  const peer = createPeer<Record<never, never>, typeof hostMethods, typeof hostTopics>(await connectSocket(socket), {
    role: 'daemon',
    call: hostMethods,
    hear: {
      topics: hostTopics,
      on: {
        event(note) {
          queue.push(note);
          if (!retry) drain();
        },
        pulse: (pulse) => {
          if (!closed) events.onPulse(link, pulse);
        },
      },
    },
    onBinary(kind, payload) {
      if (kind !== FRAME_SCREEN) return;
      const { header } = decodeScreenFrame(payload);
      looks.get(header.child)?.(header);
    },
    onClose: () => {
      if (closed || !link) return;
      end();
      events.onLost(link);
    },
  });
  const acknowledge = () => {
    timer = undefined;
    peer.call('ack', { seq: ref.acked }).catch(() => {});
  };
  await peer.ready;
  const { pid } = await peer.call('info', {});
  const ref: HostRef = { id, socket, pid, acked };
  const call: HostLink['call'] = (method, params) =>
    peer.call(method, params).catch((error: unknown) => {
      if (!(error instanceof BooError) || error.code !== 'no_daemon') throw error;
      throw new BooError('failed', 'its process host ended', 'boocode restart starts the agent again.', {
        cause: error,
      });
    });
  const look = async (child: string) => {
    const frame = new Promise<ScreenHeader>((resolve) => looks.set(child, resolve));
    // The first frame of a watch is full and comes at once; a connection that ends meanwhile rejects `watch`.
    await call('watch', { child, maxFps: 1 });
    const header = await Promise.race([frame, delay(LOOK_MS, undefined, { ref: false })]);
    looks.delete(child);
    await call('unwatch', { child });
    if (!header) throw new BooError('failed', 'its process host shows no screen', 'Try again.');
    return header;
  };
  const link: HostLink = {
    id,
    socket,
    pid,
    ref,
    call,
    look: (child) => (looking = looking.catch(() => {}).then(() => look(child))) as Promise<ScreenHeader>,
    listen: async () => void (await peer.call('events', { after: ref.acked })),
    close() {
      end();
      peer.connection.close();
    },
  };
  return link;
}
