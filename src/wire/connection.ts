import type { Duplex } from 'node:stream';
import { Envelope, FRAME_JSON } from '../schema/wire.ts';
import { encodeFrame, frameReader } from './frames.ts';

/** Notes that follow one another faster than this leave together, in milliseconds: each write of its own costs more than all else they do. */
const GATHER_MS = 8;
/** Bytes of notes that are held for each other at most. */
const GATHER_BYTES = 64 * 1024;

export interface Connection {
  /** In this order. A note that follows another one at once waits a moment for more of them; nothing else waits. */
  send(message: Envelope): void;
  sendBinary(kind: number, payload: Uint8Array): void;
  /** Bytes handed over that the other side has not taken yet. */
  readonly backlog: number;
  readonly closed: boolean;
  /** Ends it, after what was sent has left. */
  close(): void;
  /** Ends it now. */
  destroy(error?: Error): void;
}

export interface ConnectionEvents {
  onMessage(message: Envelope): void;
  /** The payload is valid only during the call. */
  onBinary?(kind: number, payload: Buffer): void;
  /** Called once. `error` is set when the stream or a frame was bad. */
  onClose?(error: Error | undefined): void;
}

/** Checked messages over any byte stream: a socket, or one end of `memoryPair`. A bad frame ends the connection. */
export function createConnection(stream: Duplex, events: ConnectionEvents): Connection {
  let failure: Error | undefined;
  let closed = false;
  const write = (bytes: Buffer) => {
    if (!closed && stream.writable) stream.write(bytes);
  };
  const notes = gatherer(write);
  const destroy = (error?: Error) => {
    failure ??= error;
    stream.destroy();
  };
  const read = frameReader((kind, payload) => {
    if (closed) return;
    if (kind === FRAME_JSON) events.onMessage(Envelope.parse(JSON.parse(payload.toString('utf8'))));
    else events.onBinary?.(kind, payload);
  });
  stream.on('data', (bytes: Buffer) => {
    try {
      read(bytes);
    } catch (error) {
      destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  stream.on('error', (error) => {
    failure ??= error;
  });
  stream.on('end', () => stream.end());
  stream.on('close', () => {
    if (closed) return;
    closed = true;
    notes.flush();
    events.onClose?.(failure);
  });
  const writeNow = (bytes: Buffer) => {
    notes.flush();
    write(bytes);
  };
  return {
    send(message) {
      const bytes = encodeFrame(FRAME_JSON, Buffer.from(JSON.stringify(message)));
      if (message.t === 'note') notes.add(bytes);
      else writeNow(bytes);
    },
    sendBinary: (kind, payload) => writeNow(encodeFrame(kind, payload)),
    get backlog() {
      return stream.writableLength + notes.held;
    },
    get closed() {
      return closed;
    },
    close: () => {
      notes.flush();
      stream.end();
    },
    destroy,
  };
}

/** The first of several leaves at once, those behind it together. */
function gatherer(write: (bytes: Buffer) => void) {
  let parts: Buffer[] = [];
  let held = 0;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    if (held === 0) return;
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, held);
    parts = [];
    held = 0;
    write(bytes);
  };
  const beat = () => {
    const more = held > 0;
    flush();
    if (more) timer = setTimeout(beat, GATHER_MS);
  };
  return {
    get held() {
      return held;
    },
    flush,
    add(bytes: Buffer) {
      if (timer === undefined) {
        write(bytes);
        timer = setTimeout(beat, GATHER_MS);
        return;
      }
      parts.push(bytes);
      held += bytes.length;
      if (held > GATHER_BYTES) beat();
    },
  };
}
