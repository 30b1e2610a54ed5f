import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { processStart } from '../util/process.ts';

let count = 0;
let start: string | null | undefined;

/** Name of a temp file beside `path` that no other process and no other write of this one uses: pids are used again. */
export function tempName(path: string): string {
  if (start === undefined) start = processStart(process.pid);
  return `${path}.${process.pid}.${start}.${++count}.tmp`;
}

/** Does a process that made a temp file of this name live? Undefined: it is none of ours. */
export function isTempHeld(name: string): boolean | undefined {
  const [, pid, began] = /\.(\d+)\.([\w-]+)\.\d+\.tmp$/.exec(name) ?? [];
  return pid === undefined ? undefined : Number(pid) !== process.pid && processStart(Number(pid)) === began;
}

/** Takes a temp file away after a write that failed, if that can be done: why the write failed is what is told. */
export function removeTemp(temp: string): void {
  try {
    rmSync(temp, { force: true });
  } catch {
    // Its folder is not one any more, or cannot be written; who loads next sweeps it away.
  }
}

/** Replaces a file as a whole or not at all, also when the power goes: temp file, fsync, rename. Mode 0600. */
export function replaceFile(path: string, text: string): void {
  const temp = tempName(path);
  try {
    const fd = openSync(temp, 'wx', 0o600);
    try {
      writeFileSync(fd, text);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(temp, path);
  } catch (error) {
    removeTemp(temp);
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
