import { realpathSync } from 'node:fs';
import { BooError } from '../util/errors.ts';
import { branchRef, commitOf, listWorktrees } from './repository.ts';
import { gitLine } from './run.ts';

/** Where changes are brought: a checkout, or a branch that is checked out nowhere. */
export type Target =
  | { kind: 'checkout'; path: string; name: string }
  | { kind: 'branch'; ref: string; name: string; commit: string };

/** What `git worktree list` calls it, or as it is when nothing is there. */
const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};

/**
 * The place that `wanted` means: null is the project's checkout, anything else a branch, in the checkout it has or without one. `taken`:
 * worktrees of agents (path ▶ name), which nothing is brought into. Errors: `not_found`, and `conflict` where it cannot be one.
 */
export async function findTarget(
  root: string,
  wanted: string | null,
  taken: ReadonlyMap<string, string>,
): Promise<Target> {
  if (wanted === null) {
    const top = await gitLine(['rev-parse', '--show-toplevel'], root);
    if (top !== null) return { kind: 'checkout', path: real(root), name: real(root) };
    throw new BooError('conflict', `${root} has no checkout to write to`, 'Name a branch with --target.');
  }
  const name = wanted.replace(/^refs\/heads\//, '');
  const ref = branchRef(name);
  const entry = (await listWorktrees(root)).find(({ branch }) => branch === name);
  if (entry && !entry.prunable) {
    const agent = [...taken].find(([path]) => real(path) === real(entry.path))?.[1];
    if (agent !== undefined) {
      throw new BooError(
        'conflict',
        `${name} is the branch that ${agent} works on`,
        'Choose a branch that no agent works on.',
      );
    }
    return { kind: 'checkout', path: real(entry.path), name: real(entry.path) };
  }
  const commit = name.startsWith('-') ? null : await commitOf(root, ref);
  if (commit) return { kind: 'branch', ref, name, commit };
  throw new BooError('not_found', `there is no branch ${JSON.stringify(wanted)}`, 'git branch lists those there are.');
}
