import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BooError } from './errors.ts';

/** File in a linked worktree's git folder that names the project whose agent it was made for (written by git/worktree). */
export const PROJECT_MARK = 'boocode-project';

/** By what git goes by: a `.git` without these is passed over by it too, as an empty one that a sandbox has left. */
const isRepository = (folder: string) =>
  existsSync(join(folder, 'HEAD')) && existsSync(join(folder, 'objects')) && existsSync(join(folder, 'refs'));

/** The project that a linked worktree belongs to when BooCode made it for an agent; else undefined. */
function projectOfWorktree(folder: string): string | undefined {
  const link = /^gitdir: (.+)$/m.exec(readFileSync(join(folder, '.git'), 'utf8'))?.[1];
  const mark = link && join(resolve(folder, link.trim()), PROJECT_MARK);
  return mark && existsSync(mark) ? readFileSync(mark, 'utf8').trim() : undefined;
}

/**
 * The project that a folder belongs to: its git checkout's top, or the bare repository, or the project whose agent's
 * worktree it is, so that an agent can use `boocode` too; without git the folder itself. Starts no process.
 */
export function findProject(start: string): { root: string; git: boolean } {
  if (!existsSync(start) || !statSync(start).isDirectory()) {
    throw new BooError('not_found', `there is no folder ${start}`, 'Give an existing folder.');
  }
  const from = realpathSync(start);
  for (let folder = from; ; folder = dirname(folder)) {
    const dotGit = join(folder, '.git');
    const isFile = existsSync(dotGit) && statSync(dotGit).isFile();
    if (isFile || isRepository(dotGit)) return { root: (isFile && projectOfWorktree(folder)) || folder, git: true };
    if (isRepository(folder)) return { root: folder, git: true };
    if (existsSync(join(folder, '.boocode', 'state.json'))) return { root: folder, git: false };
    if (dirname(folder) === folder) return { root: from, git: false };
  }
}
