import { matchFiles } from '../../core/file-match.ts';
import { listFiles } from '../../git/list-files.ts';

/** A list is as old as this at most, in milliseconds: it is asked for at every key. */
const FRESH_MS = 3000;
/** Folders whose lists are kept. */
const KEPT = 8;

const known = new Map<string, { at: number; files: Promise<string[]> }>();

/** Files below an agent's folder that fit what is written of one; none where there is no git. */
export async function filesFor(
  folder: string,
  { query, limit }: { query: string; limit: number },
  now = Date.now(),
): Promise<string[]> {
  let one = known.get(folder);
  if (!one || now - one.at > FRESH_MS) {
    one = { at: now, files: listFiles(folder) };
    known.delete(folder);
    known.set(folder, one);
    for (const old of [...known.keys()].slice(0, -KEPT)) known.delete(old);
  }
  return matchFiles(query, await one.files, limit);
}
