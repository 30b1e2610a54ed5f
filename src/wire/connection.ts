import type { Duplex } from 'node:stream';
import { Envelope, FRAME_JSON } from '../schema/wire.ts';
import { encodeFrame, frameReader } from './frames.ts';

export interface Connection {
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
    events.onClose?.(failure);
  });
  const write = (bytes: Buffer) => {
    if (!closed && stream.writable) stream.write(bytes);
  };
  return {
    send: (message) => write(encodeFrame(FRAME_JSON, Buffer.from(JSON.stringify(message)))),
    sendBinary: (kind, payload) => write(encodeFrame(kind, payload)),
    get backlog() {
      return stream.writableLength;
    },
    get closed() {
      return closed;
    },
    close: () => {
      stream.end();
    },
    destroy,
  };
}
