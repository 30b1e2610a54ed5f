import { existsSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SavedWork } from '../schema/daemon.ts';
import { BooError, messageOf } from '../util/errors.ts';
import { branchRef, commitOf, exclusively, listWorktrees, realTarget, type WorktreeEntry } from './repository.ts';
import { unmergedCommits } from './risk.ts';
import { git } from './run.ts';
import { readSaved, SAVED_REFS } from './saved.ts';
import { takeSnapshot } from './snapshot.ts';
import { changedFiles } from './status.ts';
import { submodulesAtRisk } from './submodule-risk.ts';
import { isFilled, listSubmodules } from './submodules.ts';
import { withTempIndex } from './temp-index.ts';

/** Removing a very large worktree may take this long: milliseconds. */
const TIMEOUT_MS = 15 * 60_000;

const notSaved = (worktree: string, what: string) =>
  new BooError('conflict', `${worktree} was not removed: ${what}`, 'Stop what still writes there, and try again.');

/** Does the saved commit hold exactly what the worktree holds now? */
async function isCovered(root: string, worktree: string, branch: string | null, saved: SavedWork): Promise<boolean> {
  const commit = await commitOf(root, saved.ref);
  const meta = commit === saved.commit ? await readSaved(root, commit) : undefined;
  if (!meta) return false;
  const now = await takeSnapshot(worktree, branch);
  if (now.head !== meta.head || now.index !== meta.index || now.tree !== meta.tree) return false;
  for (const path of await submodulesAtRisk(worktree)) {
    const one = meta.submodules.find((other) => other.path === path);
    if (!one) return false;
    const inner = { ref: one.commit, commit: one.commit, name: saved.name, savedAt: saved.savedAt };
    if (!(await isCovered(root, `${worktree}/${path}`, null, inner))) return false;
  }
  return true;
}

/** Is a commit held by a branch (but `besides`), a tag, a remote or saved work? A worktree's own HEAD does not count. */
async function isKept(root: string, commit: string, besides?: string): Promise<boolean> {
  // Applied to --branches, the pattern is the name without refs/heads/.
  const without = besides ? [`--exclude=${besides}`] : [];
  const refs = ['--not', ...without, '--branches', '--tags', '--remotes', `--glob=${SAVED_REFS}/*`];
  const { stdout } = await git(['rev-list', '--max-count=1', commit, ...refs], { cwd: root });
  return stdout.trim() === '';
}

/** Verifies that nothing is lost; true when git has to be told that unclean is meant. */
async function mustForce(root: string, entry: WorktreeEntry, saved: SavedWork | null): Promise<boolean> {
  const { path, branch } = entry;
  const dirty = (await withTempIndex(path, changedFiles)).length > 0 || (await submodulesAtRisk(path)).length > 0;
  if (dirty && !saved) throw notSaved(path, 'it holds work that is not saved');
  if (dirty && saved && !(await isCovered(root, path, branch, saved))) {
    throw notSaved(path, 'it changed after it was saved');
  }
  const head = await commitOf(path, 'HEAD');
  if (head && !(await isKept(root, head))) throw notSaved(path, 'it stands on commits that no branch has');
  // git wants to be forced for checked-out submodules even when they are clean.
  return dirty || (await listSubmodules(path)).some((one) => isFilled(path, one));
}

const remove = async (root: string, path: string, force: boolean) => {
  try {
    await git(['worktree', 'remove', ...(force ? ['--force'] : []), path], { cwd: root, timeoutMs: TIMEOUT_MS });
  } catch (error) {
    if (!existsSync(path)) throw error;
    const hint = `Look at what is left in ${path}; its work is safe in its branch${force ? ' and saved' : ''}.`;
    throw new BooError('failed', messageOf(error), hint, { cause: error });
  }
};

/**
 * Removes an agent's worktree; its branch stays. Uncommitted work must be covered by `saved`: that is verified here, file
 * by file, whatever the caller believes, else BooError `conflict` and nothing is touched. A worktree whose folder is gone
 * is only forgotten.
 */
export async function removeWorktree({
  root,
  worktree,
  saved,
}: {
  root: string;
  worktree: string;
  saved: SavedWork | null;
}): Promise<void> {
  await exclusively(root, async () => {
    const path = realTarget(worktree);
    const all = await listWorktrees(root);
    const entry = all.find((one) => one.path === path);
    if (!entry) {
      if (!existsSync(path)) return;
      throw new BooError('not_found', `${path} is no worktree of this repository`, 'It was left as it is.');
    }
    if (entry === all[0]) throw new BooError('failed', `${path} is the project's own checkout`, 'It is never removed.');
    if (entry.locked !== null) {
      const why = entry.locked ? ` (${entry.locked})` : '';
      throw new BooError('conflict', `${path} is locked${why}`, `Unlock it first: git worktree unlock ${path}.`);
    }
    await remove(root, path, existsSync(path) ? await mustForce(root, entry, saved) : false);
    try {
      rmdirSync(dirname(path));
    } catch {
      // Other worktrees are in it.
    }
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
