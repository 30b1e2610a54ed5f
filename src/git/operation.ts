import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gitFolder } from './repository.ts';

/** What git keeps in a worktree's own folder while a merge, cherry-pick, revert, rebase or `git am` is under way. */
const STATE = [
  ...['MERGE_HEAD', 'MERGE_MSG', 'MERGE_MODE', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'MERGE_AUTOSTASH'],
  ...['CHERRY_PICK_HEAD', 'REVERT_HEAD', 'REBASE_HEAD', 'rebase-merge', 'rebase-apply', 'sequencer'],
];

/** The files of the operation that is under way, relative to the worktree's own git folder; none when there is none. */
export async function operationFiles(worktree: string): Promise<{ folder: string; names: string[] }> {
  const folder = await gitFolder(worktree);
  const names: string[] = [];
  for (const name of STATE) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    if (!(await stat(path)).isDirectory()) names.push(name);
    else {
      const inside = await readdir(path, { recursive: true, withFileTypes: true });
      names.push(
        ...inside.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name).slice(folder.length + 1)),
      );
    }
  }
  return { folder, names };
}

/** Commits that those files name: they must stay reachable with them. */
export async function namedCommits(folder: string, names: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
  return [...new Set(texts.flatMap((text) => text.match(/\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b/g) ?? []))];
}
