import { decodeScreenFrame } from '../schema/frame.ts';
import { type HostNotes, type hostClientTopics, hostMethods, hostTopics } from '../schema/host.ts';
import { encodeInput, type ScreenFrame } from '../schema/screen.ts';
import { FRAME_INPUT, FRAME_SCREEN } from '../schema/wire.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { createPeer, type Peer } from '../wire/peer.ts';
import { connectSocket } from '../wire/socket.ts';

export interface HostHandlers {
  /** A frame of a watched child. It is acknowledged when this returns: what takes long here slows only these frames. */
  onFrame(frame: ScreenFrame): void;
  /** Called once when the connection ends; `error` is set when it ended badly. */
  onClose(error: Error | undefined): void;
  /** Notes of the host, for who asks for `events`. */
  on?: { [K in keyof HostNotes]?: (data: HostNotes[K]) => void };
}

export interface HostClient {
  call: Peer<typeof hostMethods, typeof hostClientTopics>['call'];
  /** Bytes for the child's terminal, in order, without waiting for an answer. */
  input(child: string, bytes: Uint8Array): void;
  /** Starts frames of this child to `onFrame`, the first one full, at most `fps` a second. */
  watch(child: string, fps: number): Promise<void>;
  unwatch(child: string): Promise<void>;
  readonly closed: boolean;
  close(): void;
}

/** A viewer's connection to a process host. Rejects with `not_found` when the host is gone, `protocol` when it is another version. */
export async function connectHost(path: string, handlers: HostHandlers): Promise<HostClient> {
  const socket = await connectSocket(path).catch((error) => {
    throw new BooError(
      'not_found',
      `the process host at ${path} cannot be reached: ${messageOf(error)}`,
      'Its agents have ended; restart them.',
      { cause: error },
    );
  });
  let greeted = false;
  const peer = createPeer<Record<never, never>, typeof hostMethods, typeof hostTopics, typeof hostClientTopics>(
    socket,
    {
      role: 'viewer',
      call: hostMethods,
      hear: { topics: hostTopics, on: handlers.on ?? {} },
      onBinary(kind, payload, self) {
        if (kind !== FRAME_SCREEN) return;
        const frame = decodeScreenFrame(payload);
        handlers.onFrame(frame);
        const { child, version, acknowledge } = frame.header;
        if (acknowledge) self.say('seen', { child, version });
      },
      onClose: (error) => {
        if (greeted) handlers.onClose(error);
      },
    },
  );
  await peer.ready;
  greeted = true;
  return {
    call: peer.call,
    input: (child, bytes) => peer.connection.sendBinary(FRAME_INPUT, encodeInput(child, bytes)),
    watch: async (child, fps) => void (await peer.call('watch', { child, maxFps: fps })),
    unwatch: async (child) => void (await peer.call('unwatch', { child })),
    get closed() {
      return peer.connection.closed;
    },
    close: () => peer.connection.close(),
  };
}
