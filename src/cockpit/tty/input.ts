import type { InputEvent } from '../../core/keys/event.ts';
import { emptyInput, flushAfter, tokenize } from '../../core/keys/tokenize.ts';

/** What is used of process.stdin; a PassThrough does for a test. */
export type InputStream = NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };

/** Reads whole events from the terminal. `onEnd` when it hung up. */
export function createInput(stream: InputStream, onEvents: (events: InputEvent[]) => void, onEnd: () => void) {
  let state = emptyInput;
  let timer: NodeJS.Timeout | null = null;
  let raw = false;
  const take = (chunk: Uint8Array, flush: boolean) => {
    if (timer) clearTimeout(timer);
    const read = tokenize(state, chunk, flush);
    state = read.state;
    const wait = flushAfter(state);
    timer = wait === null ? null : setTimeout(take, wait, new Uint8Array(0), true);
    if (read.events.length > 0) onEvents(read.events);
  };
  const onData = (chunk: Buffer | string) => take(typeof chunk === 'string' ? Buffer.from(chunk) : chunk, false);
  const setRaw = (on: boolean) => {
    if (raw === on) return;
    raw = on;
    try {
      if (stream.isTTY) stream.setRawMode?.(on);
    } catch {
      // The terminal is gone (EIO): nobody is there to see the difference.
    }
  };
  return {
    open() {
      setRaw(true);
      stream.on('data', onData);
      stream.on('end', onEnd);
      stream.on('error', onEnd);
      stream.resume();
    },
    setRaw,
    /** While somebody else reads the terminal. */
    pause: () => void stream.pause(),
    resume: () => void stream.resume(),
    close() {
      setRaw(false);
      if (timer) clearTimeout(timer);
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('error', onEnd);
      stream.pause();
    },
  };
}
