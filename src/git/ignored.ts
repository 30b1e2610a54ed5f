import { open } from 'node:fs/promises';
import { below, fieldsOf } from './lines.ts';
import { viewOf } from './temp-index.ts';

/** Larger files are not compared, in bytes: they count as the worktree's own. */
const COMPARED = 1024 * 1024;

async function contentOf(path: Buffer): Promise<Buffer | undefined> {
  try {
    const file = await open(path);
    try {
      const stat = await file.stat();
      return stat.isFile() && stat.size <= COMPARED ? await file.readFile() : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

/**
 * What git ignores in a worktree, whole folders as one name that ends in "/". Saved work does not hold it. Files that lie
 * just so in the checkout were copied from there, and are left out.
 */
export async function ignoredFiles(root: string, worktree: string): Promise<string[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory'];
  const own: string[] = [];
  for (const name of fieldsOf(await viewOf(worktree).bytes(args))) {
    const here = await contentOf(below(worktree, name));
    const there = here && (await contentOf(below(root, name)));
    if (!here || !there?.equals(here)) own.push(name.toString());
  }
  return own;
}
