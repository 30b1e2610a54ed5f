import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolders } from '../util/folders.ts';
import { projectHash } from '../util/paths.ts';
import { exclusively, listWorktrees, realTarget } from './repository.ts';
import { git } from './run.ts';
import { endRunner, runnerOf } from './runner.ts';
import { fillSubmodules } from './submodules.ts';

/** A checkout of a very large repository may take this long: milliseconds. */
const TIMEOUT_MS = 15 * 60_000;
const nameOf = (root: string) => `merge-check-${projectHash(root).slice(0, 6)}-`;

export interface TempWorktree {
  path: string;
  /** Puts on disk which process group works in it, so that it can be ended should we be killed. */
  runs(pid: number): void;
  warnings: string[];
}

/** Checks a commit out in a worktree of its own below `folder`, no hooks run, and takes it away when `task` is done, however it ends. */
export async function withTempWorktree<T>(
  { root, folder, commit, signal }: { root: string; folder: string; commit: string; signal?: AbortSignal | undefined },
  task: (worktree: TempWorktree) => Promise<T>,
): Promise<T> {
  const path = realTarget(join(folder, `${nameOf(root)}${randomBytes(4).toString('hex')}`));
  makeFolders(dirname(path), 0o700);
  try {
    const add = ['-c', 'core.hooksPath=/dev/null', 'worktree', 'add', '--quiet', '--detach', path, commit];
    await exclusively(root, () => git(add, { cwd: root, timeoutMs: TIMEOUT_MS, signal }));
    const warnings = await fillSubmodules({ root, worktree: path, signal });
    return await task({ path, runs: await runnerOf(path), warnings });
  } finally {
    await takeAway(root, path);
  }
}

async function takeAway(root: string, path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  await exclusively(root, async () => {
    // git forgets a worktree whose folder is gone; being ours alone, nothing in it is kept.
    if (!(await listWorktrees(root)).some((entry) => entry.path === path)) return;
    await git(['worktree', 'remove', '--force', '--force', path], { cwd: root });
  });
}

/** Takes away what a killed daemon left below `folder`: the worktrees and what still runs in them. Gives their paths. */
export async function sweepTempWorktrees(root: string, folder: string): Promise<string[]> {
  const real = realTarget(folder);
  const isOurs = (path: string) => dirname(path) === real && basename(path).startsWith(nameOf(root));
  const lying = existsSync(real) ? readdirSync(real).map((name) => join(real, name)) : [];
  const known = (await listWorktrees(root)).map(({ path }) => path);
  const left = [...new Set([...lying, ...known])].filter(isOurs);
  for (const path of left) {
    await endRunner(path);
    await takeAway(root, path);
  }
  return left;
}
