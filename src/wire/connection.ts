import type { Duplex } from 'node:stream';
import type { z } from 'zod';
import { Envelope, FRAME_JSON } from '../schema/wire.ts';
import { encodeFrame, frameReader } from './frames.ts';

/** In a stream of notes those of this time leave together, in milliseconds: each write of its own costs more than all else they do. */
const GATHER_MS = 8;
/** More than so many within that time are a stream: what one agent asks, with what it said before, is none and waits for nothing. */
const FEW = 4;
/** Bytes of notes that are held for each other at most. */
const GATHER_BYTES = 64 * 1024;
/**
 * So many messages of a connection are checked with the shapes as they stand. After that checkers are compiled for them, which takes
 * as long as dozens of such checks: what asks for one thing and ends never earns it back.
 */
const UNCOMPILED = 32;

/** How what a message carries is to be checked. */
export type Way = Pick<z.core.ParseContext, 'jitless'>;

export interface Connection {
  /** In this order. Where notes come in a stream they wait a moment for each other; nothing else waits. */
  send(message: Envelope): void;
  /** A message that is JSON already. */
  sendJson(text: string): void;
  /** A note that was encoded before: one that many are told is encoded once. */
  sendNote(bytes: Buffer): void;
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
  onMessage(message: Envelope, way: Way): void;
  /** The payload is valid only during the call. */
  onBinary?(kind: number, payload: Buffer): void;
  /** Called once. `error` is set when the stream or a frame was bad. */
  onClose?(error: Error | undefined): void;
}

const encodeJson = (text: string): Buffer => encodeFrame(FRAME_JSON, Buffer.from(text));

export const encodeMessage = (message: Envelope): Buffer => encodeJson(JSON.stringify(message));

/** Checked messages over any byte stream: a socket, or one end of `memoryPair`. A bad frame ends the connection. */
export function createConnection(stream: Duplex, events: ConnectionEvents): Connection {
  let failure: Error | undefined;
  let closed = false;
  const write = (bytes: Buffer) => {
    if (!closed && stream.writable) stream.write(bytes);
  };
  let heard = 0;
  const notes = gatherer(write);
  const destroy = (error?: Error) => {
    failure ??= error;
    stream.destroy();
  };
  const read = frameReader((kind, payload) => {
    if (closed) return;
    if (kind !== FRAME_JSON) return events.onBinary?.(kind, payload);
    const way = { jitless: ++heard <= UNCOMPILED };
    events.onMessage(Envelope.parse(JSON.parse(payload.toString('utf8')), way), way);
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
    notes.close();
    events.onClose?.(failure);
  });
  const writeNow = (bytes: Buffer) => {
    notes.flush();
    write(bytes);
  };
  return {
    send(message) {
      const bytes = encodeMessage(message);
      if (message.t === 'note') notes.add(bytes);
      else writeNow(bytes);
    },
    sendJson: (text) => writeNow(encodeJson(text)),
    sendNote: (bytes) => notes.add(bytes),
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

/** Notes as they come, or, while they come in a stream, those of a moment together. No timer runs but while some are held: it would wake a quiet process. */
function gatherer(write: (bytes: Buffer) => void) {
  let parts: Buffer[] = [];
  let held = 0;
  /** When this moment began, its notes, and whether there were so many in the one before it that they are held. */
  let since = Number.NEGATIVE_INFINITY;
  let count = 0;
  let streams = false;
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    if (held === 0) return;
    const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts, held);
    parts = [];
    held = 0;
    write(bytes);
  };
  const beat = () => {
    timer = undefined;
    flush();
  };
  const next = (now: number) => {
    streams = count > FEW && now - since < 2 * GATHER_MS;
    if (!streams) flush();
    since = now;
    count = 0;
  };
  return {
    get held() {
      return held;
    },
    flush,
    add(bytes: Buffer) {
      const now = performance.now();
      if (now - since >= GATHER_MS) next(now);
      count += 1;
      if (!streams) return write(bytes);
      timer ??= setTimeout(beat, GATHER_MS);
      parts.push(bytes);
      held += bytes.length;
      if (held > GATHER_BYTES) flush();
    },
    close() {
      flush();
      clearTimeout(timer);
    },
  };
}
