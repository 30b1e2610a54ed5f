import { writeSync } from 'node:fs';

/** What is used of process.stdout; a PassThrough does for a test. */
export type OutputStream = NodeJS.WritableStream & {
  isTTY?: boolean;
  fd?: number;
  columns?: number;
  rows?: number;
  writableLength?: number;
  /** Of a tty.WriteStream. Node makes it blocking; a slow terminal would then stop keys as well. */
  _handle?: { fd?: number; setBlocking?: (blocking: boolean) => number };
};

/** Bytes that may wait for the terminal before the compositor leaves frames out: one frame of a large screen. */
const HIGH_WATER = 64 * 1024;

/** The way to the terminal: never blocks but at the end, when there is no later. */
export function createOutput(stream: OutputStream) {
  const blocking = (on: boolean) => stream.isTTY && stream._handle?.setBlocking?.(on);
  blocking(false);
  const queued = () => stream.writableLength ?? 0;
  // A terminal that went away ends in SIGHUP; the error of the last write is no news.
  const onError = () => {};
  stream.on('error', onError);
  /** Bytes that the terminal takes at once: the way through the stream costs as much again as the write itself. */
  const writeNow = (bytes: Uint8Array): number => {
    const fd = stream.isTTY ? stream._handle?.fd : undefined;
    if (fd === undefined || fd < 0 || queued() > 0) return 0;
    try {
      return writeSync(fd, bytes);
    } catch {
      // It is full, or gone, which the stream finds out.
      return 0;
    }
  };
  return {
    get backlog() {
      return queued();
    },
    /** False: wait for `drain` of the stream. */
    write(bytes: Uint8Array | string): boolean {
      const rest = typeof bytes === 'string' ? bytes : bytes.subarray(writeNow(bytes));
      if (rest.length === 0) return true;
      const open = stream.write(rest);
      return open || queued() < HIGH_WATER / 4;
    },
    /** Nothing comes after this: it must reach the terminal before the process ends. */
    writeLast(text: string) {
      blocking(true);
      if (!stream.isTTY || typeof stream.fd !== 'number' || queued() > 0) return void stream.write(text);
      try {
        writeSync(stream.fd, text);
      } catch {
        // The terminal is gone: there is nothing to restore.
      }
    },
    /** For a process that goes on: after a suspend. */
    reopen: () => void blocking(false),
    close: () => void stream.off('error', onError),
  };
}
