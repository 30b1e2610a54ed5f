import type { Agent } from '../schema/agent.ts';
import { cleanTree } from './clean.ts';
import { openPlainCommits } from './loose.ts';
import { findPlace } from './place.ts';
import { branchRef, commitOf, treeOfCommit } from './repository.ts';
import { git } from './run.ts';
import { takeSnapshot } from './snapshot.ts';

/** Refs that keep what calls changed whose results are kept: git never removes what a ref holds, and no fetch or push touches these. */
const CACHE_REFS = 'refs/boocode/cache';

/** Everything in a checkout as it lies there now, untracked files included and ignored ones not, as a tree. */
export const treeOfCheckout = async (root: string): Promise<string> =>
  (await cleanTree(root)) ?? (await takeSnapshot(root, [])).tree;

/**
 * What an agent did in its worktree, uncommitted work included, as a commit that perhaps nothing names; of one whose worktree is gone what
 * was saved, else its branch. Null: it works in the checkout itself, or nothing differs from where it began.
 */
export async function workOf(
  root: string,
  { worktree, branch, baseCommit, savedRef }: Pick<Agent, 'worktree' | 'branch' | 'baseCommit' | 'savedRef'>,
): Promise<string | null> {
  if (branch === null && worktree === null) return null;
  const place = worktree === null ? null : await findPlace(root, worktree, branch);
  const there = place && 'path' in place ? await standIn(root, place.path, baseCommit) : null;
  const saved = savedRef === null ? null : await commitOf(root, savedRef);
  const commit = there ?? saved ?? (branch === null ? null : await commitOf(root, branchRef(branch)));
  if (commit === null) return null;
  const before = baseCommit === null ? null : await treeOfCommit(root, baseCommit);
  return (await treeOfCommit(root, commit)) === before ? null : commit;
}

async function standIn(root: string, worktree: string, baseCommit: string | null): Promise<string | null> {
  const head = await commitOf(worktree, 'HEAD');
  const { tree } = await takeSnapshot(worktree, [baseCommit]);
  if (head !== null && tree === (await treeOfCommit(root, head))) return head;
  return (await openPlainCommits(root)).write(tree, head === null ? [] : [head]);
}

/** Files that differ between two commits, as git names them. */
export async function filesBetween(root: string, from: string, to: string): Promise<Set<string>> {
  const { stdout } = await git(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to], { cwd: root });
  return new Set(stdout.split('\0').filter(Boolean));
}

/** From now on git keeps this commit, under this key. */
export async function keepCommit(root: string, key: string, commit: string): Promise<void> {
  await git(['update-ref', '-m', 'boocode: kept', `${CACHE_REFS}/${key}`, commit], { cwd: root });
}

/** Keys of all commits that are kept so. */
export async function keptCommits(root: string): Promise<string[]> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname:lstrip=3)', CACHE_REFS], { cwd: root });
  return stdout.split('\n').filter(Boolean);
}

/** Git need not keep these any more. */
export async function dropCommits(root: string, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const input = keys.map((key) => `delete ${CACHE_REFS}/${key}\n`).join('');
  await git(['update-ref', '--stdin'], { cwd: root, input });
}

/** Makes a branch that must not be there yet. */
export async function makeBranch(root: string, branch: string, commit: string): Promise<void> {
  await git(['update-ref', '-m', 'boocode: combined', branchRef(branch), commit, ''], { cwd: root });
}
