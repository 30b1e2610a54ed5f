import { copyFile, stat, utimes } from 'node:fs/promises';

/**
 * Copies an index with the time it was written. git takes a file for unchanged whose stat data are those of the index, unless it was
 * written in the index's own second or later: a copy that is younger than its original would hide what changed in that second.
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  const { mtimeMs } = await stat(from);
  await copyFile(from, to);
  // Rounded down: too old only makes git read a few files more.
  const seconds = Math.floor(mtimeMs / 1000);
  await utimes(to, seconds, seconds);
}
