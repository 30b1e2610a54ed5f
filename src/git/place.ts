import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { BooError } from '../util/errors.ts';
import { PROJECT_MARK } from '../util/project.ts';
import { statOf } from '../util/stat.ts';
import { commonFolder, entriesOf, realTarget, textOf } from './repository.ts';
import { GitError } from './run.ts';

/**
 * Where an agent's worktree is now, whatever was done to it by hand. `intact`: where it was made, as it was made; only
 * then is its folder ever removed. `moved`: elsewhere, or behind a link. `gone`: git still has an entry for it, but the
 * folder is deleted, or something else lies there. `unknown`: git has no entry for it. `whole`
 * false: it was not made by BooCode, or whoever made it was killed before it was finished.
 */
export type Place = { kind: 'intact' | 'moved'; folder: string; path: string; whole: boolean } | Lost;
export type Lost = { kind: 'gone'; folder: string; taken: boolean } | { kind: 'unknown'; taken: boolean };

/** Does a folder's `.git` lead to this entry? A folder that merely lies inside another repository does not. */
function belongs(path: string, folder: string): boolean {
  try {
    if (!statSync(join(path, '.git')).isFile()) return false;
    const link = /^gitdir: (.+)$/m.exec(readFileSync(join(path, '.git'), 'utf8'))?.[1];
    return link !== undefined && realpathSync(resolve(path, link)) === realpathSync(folder);
  } catch {
    return false;
  }
}

const kindOf = (path: string): 'nothing' | 'folder' | 'other' => {
  const stat = statOf(path);
  return !stat ? 'nothing' : stat.isDirectory() ? 'folder' : 'other';
};

/** As `realTarget`, but a link at the very end stays one: it stands where the worktree was. */
export const placeOf = (worktree: string) => join(realTarget(dirname(worktree)), basename(worktree));

export async function findPlace(root: string, worktree: string, branch: string | null): Promise<Place> {
  const wanted = placeOf(worktree);
  const entries = entriesOf(await commonFolder(root));
  // Only one that was made for an agent: a person may look at an agent's branch in a worktree of their own.
  const onBranch = ({ folder }: { folder: string }) =>
    branch !== null &&
    existsSync(join(folder, PROJECT_MARK)) &&
    textOf(join(folder, 'HEAD')) === `ref: refs/heads/${branch}`;
  const own = entries.find(({ path }) => path === wanted) ?? entries.find(onBranch);
  const kind = kindOf(wanted);
  const taken = kind !== 'nothing';
  if (!own) return { kind: 'unknown', taken };
  const { folder, path } = own;
  const whole = existsSync(join(folder, PROJECT_MARK));
  if (path === wanted && kind === 'folder' && belongs(wanted, folder)) {
    return { kind: 'intact', folder, path: wanted, whole };
  }
  const linked = taken && kind === 'other' ? realTarget(wanted) : path;
  if (belongs(linked, folder)) return { kind: 'moved', folder, path: linked, whole };
  return { kind: 'gone', folder, taken };
}

/**
 * Is what lies at a worktree's path that worktree, at its place or behind a link? git itself answers of any repository that it finds there
 * instead, and its files would be taken for the agent's. BooError `conflict` when something else lies there; a missing folder is none.
 */
export function requireWorktree(worktree: string): void {
  const link = /^gitdir: (.+)$/m.exec(textOf(join(worktree, '.git')) ?? '')?.[1];
  const folder = link && resolve(worktree, link);
  const back = folder && textOf(join(folder, 'gitdir'));
  if (back && dirname(resolve(folder, back)) === placeOf(worktree)) return;
  if (kindOf(worktree) === 'nothing') return;
  throw new BooError(
    'conflict',
    `what lies at ${worktree} is not the worktree that was made there`,
    'It was moved, removed or replaced by hand: put it back, or remove its agent.',
  );
}

/** What git said of a worktree; of one behind a link, from where git finds no submodule, that this is why. */
export function asLinked(worktree: string, error: unknown): unknown {
  if (!(error instanceof GitError) || kindOf(worktree) !== 'other') return error;
  const message = `${worktree} is a link by now, and git cannot read the worktree from there: ${error.message}`;
  return new BooError('conflict', message, 'Put the folder itself back at its place.', { cause: error });
}
