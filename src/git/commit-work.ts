import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Identity } from '../schema/identity.ts';
import { BooError } from '../util/errors.ts';
import { makeCommit } from './commit.ts';
import { operationFiles } from './operation.ts';
import { commitOf, gitFolder } from './repository.ts';
import { GitError, git } from './run.ts';
import { changedFiles } from './status.ts';
import { withTempIndex } from './temp-index.ts';

const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'advice.addEmbeddedRepo=false'];
/** In git's folder of a worktree: `<old> <new> <target's commit>` while its uncommitted work is being merged. */
const MARK = 'boocode-merging';

/**
 * Everything in a worktree that is not committed, untracked files included, as a commit upon its HEAD that nothing names; null when there
 * is nothing. Its own index and HEAD stay. BooError `conflict` in the middle of a merge or rebase, and with a repository inside.
 */
export async function workAsCommit(worktree: string, message: string, identity?: Identity): Promise<string | null> {
  const head = await commitOf(worktree, 'HEAD');
  const { folder, names } = await operationFiles(worktree);
  if (existsSync(join(folder, 'index.lock'))) {
    throw new BooError(
      'conflict',
      `a git process holds the index of ${worktree}, so its uncommitted work cannot be committed`,
      `Wait for it to end; if none runs, remove ${join(folder, 'index.lock')}.`,
    );
  }
  if (names.some((name) => !/^(AUTO_MERGE|MERGE_RR)$/.test(name))) {
    throw new BooError(
      'conflict',
      `${worktree} is in the middle of a merge or rebase, so its uncommitted work cannot be committed`,
      'Let the agent finish it, or merge only what is committed.',
    );
  }
  const tree = await withTempIndex(worktree, async (view) => {
    const changed = await changedFiles(view);
    if (changed.length === 0) return null;
    const nested = changed.filter(({ name }) => name.at(-1) === 0x2f).map(({ name }) => name.toString());
    if (nested.length > 0) {
      throw new BooError(
        'conflict',
        `${worktree} holds a git repository of its own (${nested.join(', ')}), which a commit does not take`,
        'Let git ignore it, or move it elsewhere.',
      );
    }
    await view.git(['-c', 'core.safecrlf=false', '-c', 'advice.addEmbeddedRepo=false', 'add', '--all', '--sparse']);
    return (await view.git(['write-tree'])).trim();
  });
  if (tree === null || (head !== null && tree === (await treeOf(worktree, head)))) return null;
  return makeCommit(worktree, { tree, parents: head === null ? [] : [head], message, identity });
}

const treeOf = async (worktree: string, commit: string) =>
  (await git(['rev-parse', `${commit}^{tree}`], { cwd: worktree })).stdout.trim();

export interface Adoption {
  worktree: string;
  old: string;
  commit: string;
}

/** Puts on disk that this work is on its way into a target: `settleWork` finishes or forgets it should we be killed. */
export async function markWork({ worktree, old, commit }: Adoption, merged: string): Promise<void> {
  await writeFile(join(await gitFolder(worktree), MARK), `${old} ${commit} ${merged}\n`);
}

export async function unmarkWork(worktree: string): Promise<void> {
  await rm(join(await gitFolder(worktree), MARK), { force: true });
}

/**
 * Makes the commit of a worktree's work its HEAD. What the agent staged or wrote meanwhile stays as it lies there. False: HEAD has moved, and
 * everything is as it was.
 */
export async function adoptWork({ worktree, old, commit }: Adoption): Promise<boolean> {
  try {
    const ref = ['update-ref', '-m', 'boocode merge: uncommitted work', 'HEAD', commit, old];
    await git([...QUIET, ...ref], { cwd: worktree });
  } catch (error) {
    if (error instanceof GitError && /but expected/.test(error.stderr)) return false;
    throw error;
  }
  try {
    await git([...QUIET, 'read-tree', '-i', '-m', old, commit], { cwd: worktree });
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    // Something was staged that is neither: it stays in the file, where it came from.
    await git([...QUIET, 'reset', '--quiet', '--mixed'], { cwd: worktree });
  }
  await git([...QUIET, 'update-index', '-q', '--refresh'], { cwd: worktree, allow: [1] });
  return true;
}

/** After a crash in the middle: work that the target has becomes the worktree's commit, other work stays as it is. */
export async function settleWork(worktree: string): Promise<void> {
  const file = join(await gitFolder(worktree), MARK);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return;
  const [old = '', commit = '', merged = ''] = text.trim().split(' ');
  const kept = await git(['for-each-ref', '--count=1', '--contains', merged, 'refs/heads'], {
    cwd: worktree,
    allow: [128, 129],
  });
  if (kept.code === 0 && kept.stdout !== '') {
    const head = await commitOf(worktree, 'HEAD');
    // Killed between the two steps: the index still is that of before.
    if (head === commit) await git([...QUIET, 'reset', '--quiet', '--mixed'], { cwd: worktree });
    else await adoptWork({ worktree, old, commit });
  }
  await rm(file, { force: true });
}
