import { type BigIntStats, constants, existsSync } from 'node:fs';
import { type FileHandle, link, lstat, open } from 'node:fs/promises';
import { BooError, errnoOf } from '../util/errors.ts';
import { below } from './lines.ts';

/** Bytes of a file that is read whole; a bigger one is refused. */
export const MOST_BYTES = 256 * 1024 * 1024;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const FILE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Linux opens what lies in an open folder through here, whatever its path leads to by now (openat). */
export const FDS = '/proc/self/fd';
export const hasFds = existsSync(FDS);

/** It is not as it was when it was planned. */
export class Moved extends BooError {
  constructor(message: string) {
    super('conflict', message, 'Try again.');
  }
}

export interface Folder {
  handle: FileHandle;
  path: Buffer;
  key: string;
}

export const keyOf = ({ dev, ino }: BigIntStats) => `${dev}:${ino}`;
export const stampOf = (stat: BigIntStats) =>
  [stat.dev, stat.ino, stat.mode, stat.size, stat.mtimeNs, stat.ctimeNs].join(':');
export const look = async (path: Buffer): Promise<BigIntStats | null> =>
  lstat(path, { bigint: true }).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return null;
    throw error;
  });

/** Where a name in an open folder is reached. Elsewhere than on Linux: by its path, which is looked at again before every write. */
export const inside = ({ handle, path }: Folder, part: Buffer) =>
  hasFds ? below(`${FDS}/${handle.fd}`, part) : Buffer.concat([path, Buffer.from('/'), part]);

export async function openFolder(at: Buffer, path: Buffer): Promise<Folder> {
  const handle = await open(at, FOLDER);
  return { handle, path, key: keyOf(await handle.stat({ bigint: true })) };
}

export const splitName = (name: Buffer): Buffer[] => {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = name.indexOf(0x2f); at >= 0; at = name.indexOf(0x2f, start)) {
    parts.push(name.subarray(start, at));
    start = at + 1;
  }
  return [...parts, name.subarray(start)];
};

export async function readRegular(path: Buffer): Promise<{ bytes: Buffer; bits: number; stamp: string }> {
  const handle = await open(path, FILE);
  try {
    const stat = await handle.stat({ bigint: true });
    if (!stat.isFile()) throw new Moved('it was replaced');
    if (stat.size > MOST_BYTES) throw new BooError('conflict', `it has more than ${MOST_BYTES / 1024 / 1024} MB`);
    return { bytes: await handle.readFile(), bits: Number(stat.mode) & 0o7777, stamp: stampOf(stat) };
  } finally {
    await handle.close();
  }
}

/** `exact`: these permission bits; else as the user's umask has it. On the disk when it returns. */
export async function writeNew(
  path: Buffer,
  { bits, bytes, exact }: { bits: number; bytes: Buffer; exact: boolean },
): Promise<void> {
  const handle = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    bits,
  );
  try {
    await handle.writeFile(bytes);
    if (exact) await handle.chmod(bits);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** False: this file system has no hard links. */
export async function linked(from: Buffer, to: Buffer): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw new Moved('another file came to be there in this very moment');
    return false;
  }
}
