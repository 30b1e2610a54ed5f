import { writeSync } from 'node:fs';
import { errnoOf } from './errors.ts';

/**
 * Writes all of it before it returns, also to a pipe that is full: what a stream keeps for later is lost when its process ends. Blocks
 * until whoever reads has taken enough.
 */
export function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length; ) {
    try {
      done += writeSync(fd, bytes, done);
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
