import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fieldsOf } from './lines.ts';
import { stampOf } from './open-folder.ts';
import { gitFolder, treeOfCommit } from './repository.ts';
import { type View, viewOf } from './temp-index.ts';

/** Of so many worktrees and commits it is kept what was found out. */
const KNOWN = 200;

/** By path of an index: as it was when it was seen, and whether it marks files whose changes git does not look for. */
const indexes = new Map<string, { stamp: string; hides: boolean }>();
/** The tree of a commit, which never changes. */
const trees = new Map<string, string>();

const STATUS = ['status', '--porcelain=v2', '--branch', '--no-ahead-behind', '-z', '--untracked-files=all'];

/**
 * The tree of what lies in a worktree, where that is just its commit: told by one process where a snapshot takes seven. Null: something
 * differs, or may.
 */
export async function cleanTree(worktree: string): Promise<string | null> {
  const view = viewOf(worktree);
  const lines = (await view.git([...STATUS, '--no-renames', '--ignore-submodules=none'])).split('\0').filter(Boolean);
  if (lines.some((line) => !line.startsWith('# ')) || (await hidesChanges(view))) return null;
  const head = lines.map((line) => /^# branch\.oid ([0-9a-f]+)$/.exec(line)?.[1]).find(Boolean);
  return head === undefined ? null : treeOf(worktree, head);
}

async function treeOf(worktree: string, commit: string): Promise<string | null> {
  const known = trees.get(commit);
  if (known !== undefined) return known;
  const tree = await treeOfCommit(worktree, commit);
  if (tree !== null) keep(trees, commit, tree);
  return tree;
}

/** Are there files marked assume-unchanged or skip-worktree? */
async function hidesChanges(view: View): Promise<boolean> {
  const index = join(await gitFolder(view.worktree), 'index');
  const stamp = await settledStamp(index);
  const known = indexes.get(index);
  if (known && stamp !== null && known.stamp === stamp) return known.hides;
  const tags = fieldsOf(await view.bytes(['ls-files', '-v', '-z'])).map((field) => String.fromCharCode(field[0]!));
  const hides = tags.some((tag) => tag !== tag.toUpperCase() || tag === 'S');
  // Looked at before: what was written meanwhile makes it another one.
  if (stamp !== null) keep(indexes, index, { stamp, hides });
  return hides;
}

/** Null: there is none, or it was written so lately that the next write might look the same. */
async function settledStamp(index: string): Promise<string | null> {
  const found = await stat(index, { bigint: true }).catch(() => null);
  if (found === null || Date.now() - Number(found.mtimeMs) < 2000) return null;
  return stampOf(found);
}

function keep<T>(all: Map<string, T>, key: string, value: T): void {
  all.delete(key);
  all.set(key, value);
  if (all.size > KNOWN) all.delete(all.keys().next().value!);
}
