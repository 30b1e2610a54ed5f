import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { BooError, errnoOf } from './errors.ts';

/** No space, no quota left, or a limit on the size of files (`ulimit -f`): nothing more can be written. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export const isDiskFull = (error: unknown): boolean => FULL.has(errnoOf(error) ?? '');

/** The failure in one sentence. `folder`: where nothing more can be written; what of it is not there yet is left out. */
export function diskFull(what: string, folder: string, cause?: unknown): BooError {
  let there = folder;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  const hint = `Make room there (df -h ${there} shows how much is left), and try again.`;
  return new BooError('failed', `${what}: the disk that holds ${there} is full`, hint, { cause });
}

/** A full disk said in one sentence; any other error as it is. */
export const sayDiskFull = (error: unknown, what: string, folder: string): unknown =>
  isDiskFull(error) ? diskFull(what, folder, error) : error;
