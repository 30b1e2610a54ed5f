import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { CacheEntry } from '../schema/workflow.ts';
import { sayDiskFull } from '../util/disk.ts';
import { errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { tempName } from './atomic.ts';

/** One result of a call, kept for other runs. `run`: id of the run whose agent it was. */
export const KeptResult = z.object({ run: z.string().nullable(), entry: CacheEntry });
export type KeptResult = z.infer<typeof KeptResult>;

const NAME = /^([0-9a-f]{64})\.json$/;
/** A key is a SHA-256 in hex: it names a file and a ref. */
export const isResultKey = (key: string): boolean => NAME.test(`${key}.json`);

const fileOf = (root: string, key: string) => join(projectPaths(root).cache, `${key}.json`);

/** All of them by key; what is torn or of another version is none. */
export function readKeptResults(root: string): Map<string, KeptResult> {
  const found = new Map<string, KeptResult>();
  for (const name of namesIn(projectPaths(root).cache)) {
    const key = NAME.exec(name)?.[1];
    const kept = key && read(fileOf(root, key));
    if (kept) found.set(key, kept);
    else rmSync(join(projectPaths(root).cache, name), { force: true });
  }
  return found;
}

/** Renamed into place, and not waited for: what a power cut takes is asked for again. */
export async function writeKeptResult(root: string, key: string, kept: KeptResult): Promise<void> {
  const file = fileOf(root, key);
  const temp = tempName(file);
  try {
    await writeFile(temp, JSON.stringify(kept), { mode: 0o600 });
    await rename(temp, file);
  } catch (error) {
    rmSync(temp, { force: true });
    throw sayDiskFull(error, 'the result of a call could not be kept', projectPaths(root).cache);
  }
}

export const removeKeptResult = (root: string, key: string): void => rmSync(fileOf(root, key), { force: true });

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

function read(file: string): KeptResult | undefined {
  try {
    return KeptResult.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
