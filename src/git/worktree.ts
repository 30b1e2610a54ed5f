import { existsSync, lstatSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sayDiskFull } from '../util/disk.ts';
import { BooError, errnoOf, messageOf } from '../util/errors.ts';
import { makeFolders } from '../util/folders.ts';
import { PROJECT_MARK } from '../util/project.ts';
import { requireGit } from './refs.ts';
import {
  branchRef,
  checkBranchName,
  commitOf,
  commonFolder,
  entriesOf,
  exclusively,
  gitFolder,
  listWorktrees,
  realTarget,
} from './repository.ts';
import { GitError, git, gitLine } from './run.ts';
import { fillSubmodules } from './submodules.ts';

/** A checkout of a very large repository, its hooks and filters included, may take this long: milliseconds. */
const ADD_TIMEOUT_MS = 15 * 60_000;

export interface CreatedWorktree {
  worktree: string;
  branch: string;
  /** The base as asked for, else the branch of the checkout, else (detached) the commit. */
  base: string;
  baseCommit: string;
  /** What the person should know, e.g. a submodule whose commits are not on this machine. */
  warnings: string[];
}

/** What a new worktree starts from. */
async function findBase(
  root: string,
  wanted: string | null,
  commit: string | null,
): Promise<{ base: string; baseCommit: string }> {
  const baseCommit = await commitOf(root, commit ?? wanted ?? 'HEAD');
  if (baseCommit) {
    const base = wanted ?? (await gitLine(['symbolic-ref', '--quiet', '--short', 'HEAD'], root)) ?? baseCommit;
    return { base, baseCommit };
  }
  const any = await gitLine(['rev-list', '--max-count=1', '--all'], root);
  if (any) {
    throw new BooError(
      'not_found',
      wanted ? `there is no branch, tag or commit "${wanted}"` : 'the present branch has no commit yet',
      'Name an existing one with --base; `git branch --all` lists them.',
    );
  }
  throw new BooError(
    'failed',
    'this repository has no commit yet, so nothing can be checked out from it',
    'Commit something first, or use --no-worktree to run in the checkout itself.',
  );
}

/** Anything but an empty folder, a dangling link included. */
function isTaken(path: string): boolean {
  try {
    return !lstatSync(path).isDirectory() || readdirSync(path).length > 0;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return false;
    throw new BooError('failed', `${path} cannot be looked at: ${messageOf(error)}`, 'Set worktrees.dir.');
  }
}

/** Refuses a path that is taken, in one sentence. */
export async function checkPathFree(root: string, path: string): Promise<void> {
  if (isTaken(path)) {
    throw new BooError('conflict', `${path} exists already`, 'Move it away and try again, or choose another name.');
  }
  if (entriesOf(await commonFolder(root)).some((entry) => entry.path === path)) {
    throw new BooError(
      'conflict',
      `git has a worktree registered at ${path} whose folder is gone`,
      'Run `git worktree prune`, or choose another name.',
    );
  }
}

async function checkBranchFree(root: string, branch: string): Promise<void> {
  if (await commitOf(root, branchRef(branch))) {
    throw new BooError('conflict', `there is a branch ${branch} already`, 'Choose another name, or give --branch.');
  }
}

/** Makes the folders above a path and returns what removes those that were made, as far as they are empty. */
function makeParents(path: string): () => void {
  let first: string | undefined;
  for (let folder = dirname(path); !existsSync(folder); folder = dirname(folder)) first = folder;
  try {
    makeFolders(dirname(path), 0o700);
  } catch (error) {
    throw new BooError('failed', `${dirname(path)} could not be made: ${messageOf(error)}`, 'Set worktrees.dir.', {
      cause: error,
    });
  }
  return () => {
    if (!first) return;
    try {
      for (let folder = dirname(path); folder.length >= first.length; folder = dirname(folder)) rmdirSync(folder);
    } catch {
      // Somebody else put something there meanwhile: it stays.
    }
  };
}

/** Takes back what a failed call made, and nothing else: the caller has seen that neither was there before. */
async function takeBack(options: AddOptions, error: unknown): Promise<unknown> {
  const { root, path, branch, commit, branchExists } = options;
  try {
    const made = (await listWorktrees(root)).find((entry) => entry.path === path);
    if (made) await git(['worktree', 'remove', '--force', '--force', path], { cwd: root, timeoutMs: ADD_TIMEOUT_MS });
    if (!branchExists) await git(['update-ref', '-d', branchRef(branch), commit], { cwd: root });
    return error;
  } catch (left) {
    const hint = `Remove what is left: git worktree remove --force ${path}; git branch -D ${branch}.`;
    const message = `${messageOf(error)}; and it could not be taken back: ${messageOf(left)}`;
    return new BooError('failed', message, hint, { cause: error });
  }
}

export interface AddOptions {
  root: string;
  path: string;
  /** Made by this call, at `commit`. */
  branch: string;
  commit: string;
  /** What is checked out instead of the branch, for a worktree that is in the middle of a rebase. */
  detachedAt?: string | undefined;
  /** The branch is there already, at `commit`, and stays when the call fails. */
  branchExists?: boolean;
  signal?: AbortSignal | undefined;
  /** Whatever else belongs to a whole worktree; when it throws, everything is taken back. */
  finish?: (worktree: string) => Promise<void>;
}

/** Adds a worktree, whole or not at all. Must run inside `exclusively`. Returns warnings. */
export async function addWorktree(options: AddOptions): Promise<string[]> {
  const { root, path, branch, commit, detachedAt, branchExists = false, signal, finish } = options;
  const removeParents = makeParents(path);
  try {
    if (!branchExists) await git(['update-ref', '-m', 'boocode: new', branchRef(branch), commit, ''], { cwd: root });
  } catch (error) {
    removeParents();
    throw error;
  }
  try {
    const target = detachedAt ?? branch;
    const mode = detachedAt ? ['--detach'] : [];
    // The person's own post-checkout hook runs as it does for every `git worktree add`, within the time limit.
    await git(['worktree', 'add', '--quiet', ...mode, path, target], { cwd: root, timeoutMs: ADD_TIMEOUT_MS, signal });
    const warnings = await fillSubmodules({ root, worktree: path, signal });
    await finish?.(path);
    // At the very end: what has no mark was not finished.
    writeFileSync(join(await gitFolder(path), PROJECT_MARK), `${root}\n`);
    return warnings;
  } catch (error) {
    const told = await takeBack(options, sayDiskFull(error, 'the worktree could not be made', path));
    removeParents();
    throw told;
  }
}

const clearer = (error: unknown, branch: string, path: string): unknown => {
  if (!(error instanceof GitError)) return error;
  if (/cannot lock ref|unable to create directory for/.test(error.stderr)) {
    const hint = 'Choose another name, or another branchPrefix in the config.';
    return new BooError('conflict', `a branch stands in the way of the name ${branch}`, hint, { cause: error });
  }
  if (/already exists/.test(error.stderr)) {
    return new BooError('conflict', error.message, `Choose another name, or move ${path} away.`, { cause: error });
  }
  return error;
};

/**
 * A worktree at `path` on the new branch `branch`, made from `base` (any name of a commit; null: the checkout's HEAD).
 * On any failure neither worktree nor branch is left. BooError `conflict` when either is there already, `not_found` for
 * an unknown base, `failed` without commits, disk space or rights. Any number of calls at once is fine.
 */
export async function createWorktree(options: {
  root: string;
  path: string;
  branch: string;
  base: string | null;
  /** Another commit than that of the base. */
  commit?: string | null;
  signal?: AbortSignal | undefined;
}): Promise<CreatedWorktree> {
  const { root, branch, signal } = options;
  const path = realTarget(options.path);
  await requireGit();
  await checkBranchName(root, branch);
  const { base, baseCommit } = await findBase(root, options.base, options.commit ?? null);
  return exclusively(root, async () => {
    await checkPathFree(root, path);
    await checkBranchFree(root, branch);
    try {
      const warnings = await addWorktree({ root, path, branch, commit: baseCommit, signal });
      return { worktree: path, branch, base, baseCommit, warnings };
    } catch (error) {
      throw clearer(error, branch, path);
    }
  });
}
