import type { SavedWork } from '../schema/daemon.ts';
import { findPlace } from './place.ts';
import { commitOf } from './repository.ts';
import { git } from './run.ts';
import { listSaved, readSaved } from './saved.ts';
import { takeSnapshot } from './snapshot.ts';
import { submodulesAtRisk } from './submodule-risk.ts';

/** Is every file of a tree in another one, as it is? So a removal that was interrupted leaves it. */
async function isPart(worktree: string, tree: string, whole: string): Promise<boolean> {
  const { stdout } = await git(
    ['diff-tree', '-r', '-z', '--no-renames', '--diff-filter=d', '--name-only', whole, tree],
    {
      cwd: worktree,
    },
  );
  return stdout === '';
}

/** Does the saved commit hold all that the worktree holds now? */
export async function isCovered(root: string, worktree: string, saved: SavedWork): Promise<boolean> {
  const commit = await commitOf(root, saved.ref);
  const meta = commit === saved.commit ? await readSaved(root, commit) : undefined;
  if (!meta) return false;
  const now = await takeSnapshot(worktree, [meta.head]);
  if (now.head !== meta.head || now.index !== meta.index) return false;
  if (now.tree !== meta.tree && !(await isPart(worktree, now.tree, meta.tree))) return false;
  for (const path of await submodulesAtRisk(worktree)) {
    const one = meta.submodules.find((other) => other.path === path);
    if (!one) return false;
    const inner = { ref: one.commit, commit: one.commit, name: saved.name, savedAt: saved.savedAt };
    if (!(await isCovered(root, `${worktree}/${path}`, inner))) return false;
  }
  return true;
}

/**
 * The work that was saved before a removal which was interrupted, when it still holds all there is; else null. What the
 * removal had taken away by then is only in there, so that it must not be saved anew.
 */
export async function savedBefore({
  root,
  worktree,
  branch,
  ref,
}: {
  root: string;
  worktree: string;
  branch: string | null;
  ref: string;
}): Promise<SavedWork | null> {
  const saved = (await listSaved(root)).find((one) => one.ref === ref);
  const meta = saved && (await readSaved(root, saved.commit));
  if (!saved || !meta) return null;
  const place = await findPlace(root, worktree, branch);
  if (place.kind === 'unknown') return saved;
  if (place.kind !== 'gone') return (await isCovered(root, place.path, saved)) ? saved : null;
  const left = await takeSnapshot(place.folder, [meta.head], { files: false });
  return left.head === meta.head && left.index === meta.index ? saved : null;
}
