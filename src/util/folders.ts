import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from './errors.ts';

/**
 * Makes a folder and those above it, as far as they are missing. Throws the system's error. Node's own recursive mkdir
 * never returns where the system answers ENOENT for a folder whose parent is there, as /proc does.
 */
export function makeFolders(path: string, mode: number): void {
  const missing: string[] = [];
  for (let folder = path; !existsSync(folder) && dirname(folder) !== folder; folder = dirname(folder)) {
    missing.push(folder);
  }
  for (const folder of missing.reverse()) {
    try {
      mkdirSync(folder, { mode });
    } catch (error) {
      // Somebody else made it meanwhile.
      if (errnoOf(error) !== 'EEXIST' || !existsSync(folder)) throw error;
    }
  }
}

/** Takes a folder away if nothing is in it. Never throws. */
export function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // It is in use, or gone.
  }
}
