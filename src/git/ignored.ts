import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { below, fieldsOf } from './lines.ts';
import { viewOf } from './temp-index.ts';

/** More of one name is not compared, in bytes and entries of a folder: it counts as the worktree's own. */
const COMPARED = 1024 * 1024;
const ENTRIES = 1000;
const SLASH = Buffer.from('/');

/** Whether all that a worktree has below a name lies just so in the checkout. `left`: what may still be looked at. */
async function isCopy(here: Buffer, there: Buffer, left: { bytes: number; entries: number }): Promise<boolean> {
  left.entries -= 1;
  if (left.entries < 0) return false;
  const [own, other] = await Promise.all([lstat(here), lstat(there)]);
  if (own.isSymbolicLink() && other.isSymbolicLink()) return (await readlink(here)) === (await readlink(there));
  if (own.isDirectory() && other.isDirectory()) {
    for (const name of await readdir(here, { encoding: 'buffer' })) {
      const inside = (folder: Buffer) => Buffer.concat([folder, SLASH, name]);
      if (!(await isCopy(inside(here), inside(there), left))) return false;
    }
    return true;
  }
  left.bytes -= own.size;
  if (!own.isFile() || !other.isFile() || own.size !== other.size || left.bytes < 0) return false;
  return (await readFile(here)).equals(await readFile(there));
}

/**
 * What git ignores in a worktree, whole folders as one name that ends in "/". Saved work does not hold it. Files and folders that
 * lie just so in the checkout were copied from there, and are left out.
 */
export async function ignoredFiles(root: string, worktree: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const own: string[] = [];
  for (const name of fieldsOf(await viewOf(worktree).bytes(args))) {
    const left = { bytes: COMPARED, entries: ENTRIES };
    // What cannot be read, or is not there, is no copy.
    const copied = await isCopy(below(worktree, name), below(root, name), left).catch(() => false);
    if (!copied) own.push(name.toString());
  }
  return own;
}
