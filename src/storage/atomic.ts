import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

let count = 0;
/** Name of a temp file beside `path` that no other process and no other write of this one uses. */
export const tempName = (path: string) => `${path}.${process.pid}.${++count}.tmp`;

/** The process that made a temp file of this name, if it is one of ours. */
export const tempOwner = (name: string): number | undefined => {
  const pid = /\.(\d+)\.\d+\.tmp$/.exec(name)?.[1];
  return pid ? Number(pid) : undefined;
};

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
    rmSync(temp, { force: true });
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
