import { readSync } from 'node:fs';
import { holdUntilEnd } from './hangup.ts';
import type { Terminal } from './terminal.ts';
import type { Source, Turns } from './turns.ts';

/** Bytes from which on a piece of output counts as a flood's; a terminal hands out 4095 at most. */
const FLOOD_BYTES = 1024;
/** What is still read of a program that has ended, while others keep its terminal open and go on printing. */
const MAX_REST_BYTES = 1024 * 1024;

/** Where all output is read to: it has been taken in when `onOutput` returns. */
const piece = Buffer.allocUnsafeSlow(4096);

/**
 * Reads a terminal: by Node while its program prints little, in turns while it floods. Before the stream is
 * destroyed (200 ms after the program's end) all that is left is read, however long it was not its turn.
 */
export function readTerminal(terminal: Terminal, turns: Turns, onOutput: (bytes: Buffer) => void) {
  const { fd, stream } = terminal;
  let flooding = false;
  /** Bytes that were there; 0: none at the moment, or nothing will come any more, which Node finds out. */
  const take = (): number => {
    let count = 0;
    try {
      count = readSync(fd!, piece, 0, piece.length, null);
    } catch {
      // EAGAIN, or EIO at the end.
    }
    if (count > 0) onOutput(piece.subarray(0, count));
    return count;
  };
  const source: Source = {
    read() {
      if (!stream!.destroyed && take() > 0) return true;
      flooding = false;
      if (!stream!.destroyed) stream!._handle?.readStart?.();
      return false;
    },
  };
  if (fd !== undefined && stream) {
    const destroy = stream.destroy.bind(stream);
    stream.destroy = (error) => {
      for (let rest = 0, count = 1; !stream.destroyed && count > 0 && rest < MAX_REST_BYTES; rest += count)
        count = take();
      turns.remove(source);
      return destroy(error);
    };
    holdUntilEnd(terminal, take);
  }
  return {
    /** Node has read this. */
    took(bytes: Buffer): void {
      onOutput(bytes);
      turns.printed(source);
      const handle = stream?._handle;
      if (flooding || bytes.length < FLOOD_BYTES || fd === undefined || !handle?.readStop || !handle.readStart) return;
      flooding = true;
      handle.readStop();
      turns.flood(source);
    },
    /** A key has gone to the program. */
    typed: () => turns.typed(source),
  };
}
