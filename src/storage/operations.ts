import { randomBytes } from 'node:crypto';
import { type Dirent, existsSync } from 'node:fs';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Journal, type Kept, WaitingReject } from '../schema/operation.ts';
import { sayDiskFull } from '../util/disk.ts';
import { errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

/** What can be undone is kept for so many operations, days and bytes; the newest one always. */
export const KEEP = { operations: 200, ms: 30 * 24 * 3600_000, bytes: 512 * 1024 * 1024 };

const JOURNAL = 'journal.json';
const CONTENT = 'content';
const ID = /^[0-9a-f]{8}$/;

const folderOf = (root: string, id: string) => join(projectPaths(root).operations, id);

/** Contents on their way into one file: `keep` gives where each will stand. */
export function gatherContents() {
  const parts: Buffer[] = [];
  let at = 0;
  return {
    keep({ mode, bits, bytes }: { mode: string; bits: number | null; bytes: Buffer }): Kept {
      parts.push(bytes);
      at += bytes.length;
      return { mode, bits, at: at - bytes.length, length: bytes.length };
    },
    parts,
  };
}

/** A name for a new operation, with a folder of its own (0700). */
export async function beginOperation(root: string): Promise<string> {
  for (;;) {
    const id = randomBytes(4).toString('hex');
    try {
      await mkdir(folderOf(root, id), { mode: 0o700 });
      return id;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST')
        throw sayDiskFull(error, 'the operation could not be begun', projectPaths(root).folder);
    }
  }
}

/** Writes contents and journal; both are on the disk when it returns. */
export async function writeOperation(root: string, journal: Journal, parts: readonly Buffer[]): Promise<void> {
  const folder = folderOf(root, journal.id);
  try {
    const handle = await open(join(folder, CONTENT), 'wx', 0o600);
    try {
      for (const part of parts) await handle.writeFile(part);
      await handle.sync();
    } finally {
      await handle.close();
    }
    updateOperation(root, journal);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw sayDiskFull(error, 'nothing was written, since what is there now could not be kept', folder);
  }
}

export function updateOperation(root: string, journal: Journal): void {
  replaceFile(join(folderOf(root, journal.id), JOURNAL), JSON.stringify(journal));
}

/** The content of a kept file. */
export async function readKept(root: string, id: string, { at, length }: Kept): Promise<Buffer> {
  const handle = await open(join(folderOf(root, id), CONTENT), 'r');
  try {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const { bytesRead } = await handle.read(bytes, done, length - done, at + done);
      if (bytesRead === 0) throw new Error(`the content of operation ${id} is cut off`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** All operations, newest first. One whose journal was never written (nothing was done then) or is broken is left out. */
export async function listOperations(root: string): Promise<Journal[]> {
  const { operations } = projectPaths(root);
  const entries: Dirent[] = await readdir(operations, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.filter((entry) => entry.isDirectory() && ID.test(entry.name)).map(({ name }) => readOne(root, name)),
  );
  return found.filter((one) => one !== null).sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
}

/** One operation by its whole id, without reading all; null: there is none. */
export const readOperation = async (root: string, id: string): Promise<Journal | null> =>
  ID.test(id) ? readOne(root, id) : null;

async function readOne(root: string, id: string): Promise<Journal | null> {
  try {
    const journal = Journal.parse(JSON.parse(await readFile(join(folderOf(root, id), JOURNAL), 'utf8')));
    return journal.id === id ? journal : null;
  } catch {
    return null;
  }
}

/** Removes operations beyond KEEP. `now` in milliseconds; `all`: all operations, newest first, where they have just been read. */
export async function pruneOperations(root: string, now: number, all?: readonly Journal[]): Promise<void> {
  let bytes = 0;
  for (const [index, { id, at, finished }] of (all ?? (await listOperations(root))).entries()) {
    bytes += (await stat(join(folderOf(root, id), CONTENT)).catch(() => undefined))?.size ?? 0;
    const old = index >= KEEP.operations || now - at > KEEP.ms || bytes > KEEP.bytes;
    if (index > 0 && finished && old) await rm(folderOf(root, id), { recursive: true, force: true });
  }
}

/** Removes what is left of operations whose journal was never written: nothing was done then. Only while none is begun. */
export async function removeUnbegun(root: string): Promise<void> {
  const names = await readdir(projectPaths(root).operations).catch(() => []);
  for (const name of names.filter((one) => ID.test(one))) {
    const folder = folderOf(root, name);
    if (!existsSync(join(folder, JOURNAL))) await rm(folder, { recursive: true, force: true });
  }
}

const waitingFile = (root: string) => join(projectPaths(root).operations, 'waiting.json');

/** Rejects that wait for the end of a turn. */
export async function readWaiting(root: string): Promise<WaitingReject[]> {
  try {
    return z.array(WaitingReject).parse(JSON.parse(await readFile(waitingFile(root), 'utf8')));
  } catch {
    return [];
  }
}

export function writeWaiting(root: string, waiting: readonly WaitingReject[]): void {
  try {
    replaceFile(waitingFile(root), JSON.stringify(waiting));
  } catch (error) {
    throw sayDiskFull(error, 'the reject could not be written down', projectPaths(root).folder);
  }
}
