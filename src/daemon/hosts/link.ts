import { decodeScreenFrame } from '../../schema/frame.ts';
import { type HostNotes, type hostClientTopics, hostMethods, hostTopics } from '../../schema/host.ts';
import type { ScreenHeader } from '../../schema/screen.ts';
import type { HostRef } from '../../schema/state.ts';
import { FRAME_SCREEN } from '../../schema/wire.ts';
import { BooError } from '../../util/errors.ts';
import { inTime } from '../../util/in-time.ts';
import { createPeer, type Peer } from '../../wire/peer.ts';
import { connectSocket } from '../../wire/socket.ts';
import { createInbox } from './inbox.ts';

/** How long the first frame of a screen may take, in milliseconds. */
const LOOK_MS = 3000;

export type HostNote = HostNotes['event'];
export type HostPulseNote = HostNotes['pulse'];

export interface LinkEvents {
  /** Everything durable that it does has been written when this returns: then the event is acknowledged. May throw. */
  onEvent(link: HostLink, note: HostNote): void;
  /** An event could not be written. */
  onTrouble(error: unknown): void;
  onPulse(link: HostLink, pulse: HostPulseNote): void;
  /** Once, unless `close` was called. */
  onLost(link: HostLink): void;
  /** Number of the report of this host up to which it may forget; null: as far as it was taken. */
  hold?(host: string): number | null;
}

/** A call was not answered because the host's process ended: its children ended too. */
export class HostGone extends BooError {
  constructor(cause: Error) {
    super('failed', 'its process host ended', 'boocode restart starts the agent again.', { cause });
  }
}

/** The daemon's connection to one process host. */
export interface HostLink {
  readonly id: string;
  readonly pid: number;
  readonly ref: HostRef;
  /** Its socket is elsewhere now; this connection is the same. */
  moved(socket: string): void;
  call: Peer<typeof hostMethods, Record<never, never>>['call'];
  /** Puts text on the screen of a quiet child. */
  show(child: string, text: string): void;
  /** Begins the flow of events; those that were not acknowledged come first, all of them before this resolves. */
  listen(): Promise<void>;
  /** One look at a child's terminal: its modes, which decide how keys and pastes are written to it. */
  look(child: string): Promise<ScreenHeader>;
  /** Leaves the host and its children alone. */
  close(): void;
}

/** Rejects with the system's error when nobody listens at the socket, or as BooError `protocol`. */
export async function linkHost(
  { id, socket: path, acked }: { id: string; socket: string; acked: number },
  events: LinkEvents,
): Promise<HostLink> {
  let link: HostLink | undefined;
  let closed = false;
  const looks = new Map<string, (header: ScreenHeader) => void>();
  let socket = path;
  const stream = await connectSocket(socket);
  const peer = createPeer<Record<never, never>, typeof hostMethods, typeof hostTopics, typeof hostClientTopics>(
    stream,
    {
      role: 'daemon',
      call: hostMethods,
      hear: {
        topics: hostTopics,
        on: { event: (note) => inbox.push(note), pulse: (pulse) => !closed && link && events.onPulse(link, pulse) },
      },
      onBinary(kind, payload) {
        if (kind !== FRAME_SCREEN) return;
        const { header } = decodeScreenFrame(payload);
        looks.get(header.child)?.(header);
      },
      onClose: () => {
        inbox.close();
        if (!closed && link) events.onLost(link);
        closed = true;
      },
    },
  );
  const inbox = createInbox({
    acked,
    hold: () => events.hold?.(id) ?? null,
    take: (note) => link && events.onEvent(link, note),
    acknowledge: (seq) => void peer.call('ack', { seq }).catch(() => {}),
    onTrouble: events.onTrouble,
  });
  await peer.ready;
  const { pid } = await peer.call('info', {});
  const call = callOf(peer);
  link = {
    id,
    pid,
    get ref() {
      return { id, socket, pid, acked: inbox.acked };
    },
    moved(next) {
      socket = next;
    },
    call,
    show: (child, text) => peer.say('show', { child, text }),
    look: lookOf(call, looks),
    listen: async () => void (await peer.call('events', { after: inbox.acked })),
    close() {
      closed = true;
      inbox.close();
      peer.connection.close();
    },
  };
  return link;
}

/** To who asks for an agent, the end of a connection means that its host ended. */
const callOf =
  (peer: Peer<typeof hostMethods, typeof hostClientTopics>): HostLink['call'] =>
  (method, params) =>
    peer.call(method, params).catch((error: unknown) => {
      if (!(error instanceof BooError) || error.code !== 'no_daemon') throw error;
      throw new HostGone(error);
    });

/** One look after another: a child can be watched once per connection. */
function lookOf(call: HostLink['call'], looks: Map<string, (header: ScreenHeader) => void>): HostLink['look'] {
  let last: Promise<unknown> = Promise.resolve();
  const look = async (child: string) => {
    const frame = new Promise<ScreenHeader>((resolve) => looks.set(child, resolve));
    // The first frame of a watch is full and comes at once; a connection that ends meanwhile rejects `watch`.
    await call('watch', { child, maxFps: 1 });
    const header = await inTime(frame, LOOK_MS, null);
    looks.delete(child);
    await call('unwatch', { child });
    if (!header) throw new BooError('failed', 'its process host shows no screen', 'Try again.');
    return header;
  };
  return (child) => {
    const next = last.catch(() => {}).then(() => look(child));
    last = next;
    return next;
  };
}
