import { existsSync } from 'node:fs';
import { lstat, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sayDiskFull } from '../util/disk.ts';
import { copyIndex } from './copy-index.ts';
import { below, fieldsOf, joinFields } from './lines.ts';
import { gitFolder } from './repository.ts';
import { git, gitBytes } from './run.ts';

/** git as it sees one worktree through an index of our own: the user's index, with its locks, is not touched. */
export interface View {
  worktree: string;
  git: (args: readonly string[], input?: string | Buffer) => Promise<string>;
  bytes: (args: readonly string[], input?: string | Buffer) => Promise<Buffer>;
}

/** Hashing or listing a very large worktree may take this long: milliseconds. */
const TIMEOUT_MS = 15 * 60_000;

/**
 * No command of ours runs a hook or a monitor, and what is written is on the disk before we go on: afterwards the only
 * other copy is removed.
 */
const CAREFUL = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'core.fsync=all'];

export function viewOf(worktree: string, env: NodeJS.ProcessEnv = {}): View {
  const options = (input?: string | Buffer) => ({ cwd: worktree, env, input, timeoutMs: TIMEOUT_MS });
  return {
    worktree,
    git: async (args, input) => (await git([...CAREFUL, ...args], options(input))).stdout,
    bytes: async (args, input) => (await gitBytes([...CAREFUL, ...args], options(input))).stdout,
  };
}

/**
 * Files marked assume-unchanged or skip-worktree hide their changes from git. In our copy of the index the marks go,
 * but for files that are absent because of skip-worktree: a sparse checkout is no deletion.
 */
async function uncover(view: View): Promise<void> {
  const marked = fieldsOf(await view.bytes(['ls-files', '-v', '-z'])).map((field) => ({
    tag: String.fromCharCode(field[0]!),
    name: field.subarray(2),
  }));
  const assumed = marked.filter(({ tag }) => tag !== tag.toUpperCase()).map(({ name }) => name);
  if (assumed.length > 0) {
    await view.git(['update-index', '--no-assume-unchanged', '-z', '--stdin'], joinFields(assumed));
  }
  const skipped: Buffer[] = [];
  for (const { tag, name } of marked) {
    if (tag.toUpperCase() !== 'S') continue;
    if (await lstat(below(view.worktree, name)).catch(() => undefined)) skipped.push(name);
  }
  if (skipped.length > 0) {
    await view.git(['update-index', '--no-skip-worktree', '-z', '--stdin'], joinFields(skipped));
  }
}

/** Runs `task` with a copy of a worktree's index, which is gone afterwards. `empty` starts from no index at all. */
export async function withTempIndex<T>(
  worktree: string,
  task: (view: View) => Promise<T>,
  { empty = false } = {},
): Promise<T> {
  const own = await gitFolder(worktree);
  // In the worktree's own git folder: should we be killed, it goes with the worktree.
  const full = (error: unknown): never => {
    throw sayDiskFull(error, `the index of ${worktree} could not be copied`, own);
  };
  const folder = await mkdtemp(join(own, 'boocode-index-')).catch(full);
  const file = join(folder, 'index');
  try {
    const view = viewOf(worktree, { GIT_INDEX_FILE: file });
    if (!empty && existsSync(join(own, 'index'))) {
      await copyIndex(join(own, 'index'), file).catch(full);
      await uncover(view);
    }
    return await task(view);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
