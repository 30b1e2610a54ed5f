import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { commonFolder } from './repository.ts';
import { git } from './run.ts';
import { changedFiles } from './status.ts';
import { isFilled, listSubmodules, type Submodule } from './submodules.ts';
import { withTempIndex } from './temp-index.ts';

/** Commits and stashes of a submodule's checkout that no remote of it has. Its store goes with the worktree. */
async function ownCommits(inside: string): Promise<string[]> {
  const tips = ['HEAD', '--branches', '--glob=refs/stash', '--not', '--remotes'];
  const { stdout } = await git(['rev-list', ...tips], { cwd: inside, allow: [128] });
  return stdout.split('\n').filter(Boolean);
}

/** Are all commits in this repository too? */
async function hasAll(store: string, commits: string[]): Promise<boolean> {
  if (commits.length === 0) return true;
  if (!existsSync(store)) return false;
  const { stdout } = await git(['cat-file', '--batch-check=%(objecttype)'], { cwd: store, input: commits.join('\n') });
  return stdout
    .split('\n')
    .filter(Boolean)
    .every((line) => line === 'commit');
}

/** Does a submodule of a worktree hold anything that would go with the worktree? Its own submodules count. */
export async function submoduleAtRisk(worktree: string, one: Submodule): Promise<boolean> {
  if (!isFilled(worktree, one)) return false;
  const inside = join(worktree, one.path);
  const changed = await withTempIndex(inside, changedFiles);
  if (changed.length > 0) return true;
  const store = join(await commonFolder(worktree), 'modules', one.name);
  if (!(await hasAll(store, await ownCommits(inside)))) return true;
  for (const inner of await listSubmodules(inside)) if (await submoduleAtRisk(inside, inner)) return true;
  return false;
}

/** The paths of those submodules of a worktree that hold work of their own. */
export async function submodulesAtRisk(worktree: string): Promise<string[]> {
  const paths: string[] = [];
  for (const one of await listSubmodules(worktree)) if (await submoduleAtRisk(worktree, one)) paths.push(one.path);
  return paths;
}
