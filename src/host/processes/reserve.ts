import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { errnoOf } from '../../util/errors.ts';

/** How many files may be open at once in what `withReserve` does. */
export const RESERVE = 8;
const held: number[] = [];

function hold(): void {
  try {
    while (held.length < RESERVE) held.push(openSync(devNull, 'r'));
  } catch {
    // Others have taken them; some come back with the next ones.
  }
}

function release(): void {
  for (const fd of held.splice(0)) closeSync(fd);
}

/** The process, or the machine, has as many files open as it may. */
export const isOutOfFiles = (error: unknown): boolean => errnoOf(error) === 'EMFILE' || errnoOf(error) === 'ENFILE';

hold();

/** Does what must succeed in a process that is out of open files, with those that were kept for it: one at a time. */
export async function withReserve<T>(work: () => Promise<T>): Promise<T> {
  release();
  try {
    return await work();
  } finally {
    hold();
  }
}
