import { existsSync, rmdirSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SavedWork } from '../schema/daemon.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { isCovered } from './covered.ts';
import { findPlace, type Lost, type Place, placeOf } from './place.ts';
import { branchRef, commitOf, exclusively, listWorktrees, type WorktreeEntry } from './repository.ts';
import { unmergedCommits } from './risk.ts';
import { GitError, git } from './run.ts';
import { SAVED_REFS } from './saved.ts';
import { changedFiles } from './status.ts';
import { submodulesAtRisk } from './submodule-risk.ts';
import { isFilled, listSubmodules } from './submodules.ts';
import { withTempIndex } from './temp-index.ts';

/** Removing a very large worktree may take this long: milliseconds. */
const TIMEOUT_MS = 15 * 60_000;

const notSaved = (worktree: string, what: string) =>
  new BooError('conflict', `${worktree} was not removed: ${what}`, 'Stop what still writes there, and try again.');

/** Is a commit held by a branch (but `besides`), a tag, a remote or saved work? A worktree's own HEAD does not count. */
async function isKept(root: string, commit: string, besides?: string): Promise<boolean> {
  // Applied to --branches, the pattern is the name without refs/heads/.
  const without = besides ? [`--exclude=${besides}`] : [];
  const refs = ['--not', ...without, '--branches', '--tags', '--remotes', `--glob=${SAVED_REFS}/*`];
  const { stdout } = await git(['rev-list', '--max-count=1', commit, ...refs], { cwd: root });
  return stdout.trim() === '';
}

/** Verifies that nothing is lost; true when git has to be told that unclean is meant. */
async function mustForce(root: string, path: string, saved: SavedWork | null): Promise<boolean> {
  const dirty = (await withTempIndex(path, changedFiles)).length > 0 || (await submodulesAtRisk(path)).length > 0;
  if (dirty && !saved) throw notSaved(path, 'it holds work that is not saved');
  if (dirty && saved && !(await isCovered(root, path, saved))) {
    throw notSaved(path, 'it changed after it was saved');
  }
  const head = await commitOf(path, 'HEAD');
  if (head && !(await isKept(root, head))) throw notSaved(path, 'it stands on commits that no branch has');
  // git wants to be forced for checked-out submodules even when they are clean.
  return dirty || (await listSubmodules(path)).some((one) => isFilled(path, one));
}

const remove = async (root: string, path: string, folder: string, force: boolean) => {
  try {
    await git(['worktree', 'remove', ...(force ? ['--force'] : []), path], { cwd: root, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!existsSync(path)) {
      // The worktree is gone; something that looks at it has written into git's folder of it while git emptied that.
      if (!(error instanceof GitError) || !/Directory not empty/.test(error.stderr)) throw error;
      return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
    const hint = `Look at what is left in ${path}; its work is safe in its branch${force ? ' and saved' : ''}.`;
    throw new BooError('failed', messageOf(error), hint, { cause: error });
  }
};

/** Lets git forget a worktree whose folder is gone, and only that one. What it stood on must be kept elsewhere. */
async function forget(root: string, { folder, taken }: Extract<Lost, { folder: string }>, path: string) {
  const head = await commitOf(folder, 'HEAD');
  if (head && !(await isKept(root, head))) throw notSaved(path, 'it stood on commits that no branch has');
  if (!taken) return remove(root, path, folder, false);
  // Something else lies there now, which git would look at or remove: its entry is led to where nothing is.
  const nowhere = join(folder, 'gone');
  writeFileSync(join(folder, 'gitdir'), `${join(nowhere, '.git')}\n`);
  await remove(root, nowhere, folder, false);
}

function refuseLocked({ locked }: WorktreeEntry, path: string): void {
  if (locked === null) return;
  const why = locked ? ` (${locked})` : '';
  throw new BooError('conflict', `${path} is locked${why}`, `Unlock it first: git worktree unlock ${path}.`);
}

/**
 * Removes an agent's worktree; its branch stays. Uncommitted work must be covered by `saved`: that is verified here, file
 * by file, whatever the caller believes, else BooError `conflict` and nothing is touched. A worktree whose folder is gone
 * is only forgotten; one that was moved by hand, and whatever else lies at its place now, is left as it is. Gives what
 * was left.
 */
export async function removeWorktree({
  root,
  worktree,
  branch = null,
  saved,
}: {
  root: string;
  worktree: string;
  branch?: string | null;
  saved: SavedWork | null;
}): Promise<string | null> {
  return exclusively(root, async () => {
    const path = placeOf(worktree);
    const all = await listWorktrees(root);
    if (all[0]?.path === path)
      throw new BooError('failed', `${path} is the project's own checkout`, 'It is never removed.');
    const place: Place = await findPlace(root, worktree, branch);
    if (place.kind === 'moved') return place.path;
    const left = 'taken' in place && place.taken ? path : null;
    if (place.kind === 'unknown') return left;
    const entry = all.find((one) => one.path === path);
    if (entry) refuseLocked(entry, path);
    if (place.kind === 'gone') await forget(root, place, path);
    else await remove(root, path, place.folder, await mustForce(root, path, saved));
    try {
      rmdirSync(dirname(path));
    } catch {
      // Other worktrees are in it.
    }
    return left;
  });
}

/**
 * Removes a branch, but only when nothing is lost with it: every commit of it is in another branch, a tag, a remote or
 * saved work, or all of them were squashed into the base. Returns whether it is gone.
 */
export async function removeBranch({
  root,
  branch,
  base,
}: {
  root: string;
  branch: string;
  base: string | null;
}): Promise<boolean> {
  return exclusively(root, async () => {
    const ref = branchRef(branch);
    const tip = await commitOf(root, ref);
    if (!tip) return true;
    if ((await listWorktrees(root)).some((entry) => entry.branch === branch)) return false;
    const onto = base === null || base === branch ? null : await commitOf(root, base);
    const safe = (await isKept(root, tip, branch)) || (onto !== null && (await unmergedCommits(root, onto, tip)) === 0);
    if (!safe) return false;
    await git(['update-ref', '-d', ref, tip], { cwd: root });
    await git(['config', '--remove-section', `branch.${branch}`], { cwd: root, allow: [1, 128] });
    return true;
  });
}
