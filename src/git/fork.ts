import type { Agent } from '../schema/agent.ts';
import { branchRef, commitOf } from './repository.ts';
import { git, gitLine } from './run.ts';

/** What a repository without a commit is compared with. */
const emptyTree = async (worktree: string) =>
  (await git(['hash-object', '-t', 'tree', '/dev/null'], { cwd: worktree })).stdout.trim();

const isWithin = async (cwd: string, old: string, later: string) =>
  (await gitLine(['merge-base', old, later], cwd)) === old;

/**
 * The commit before `head` up to which `target` has all that an agent did, though under other names: it was squashed or rebased into
 * it. Null: there is none.
 */
export async function takenOver(
  cwd: string,
  { merged, target, head }: { merged: Agent['merged']; target: string; head: string },
): Promise<string | null> {
  if (!merged || merged.how === 'merge') return null;
  return (await isWithin(cwd, merged.commit, target)) && (await isWithin(cwd, merged.head, head)) ? merged.head : null;
}

export type Origin = Pick<Agent, 'base' | 'baseCommit' | 'merged'>;

/**
 * The commit that an agent's work is compared with: where its HEAD left the branch it started from (which moves on when the agent
 * rebases, or when its work is merged), else the commit it started from, else nothing (the empty tree). What was squashed or rebased into
 * a branch does not count as different any more.
 */
export async function forkOf(worktree: string, origin: Origin): Promise<string> {
  const fork = await leftFrom(worktree, origin);
  const { merged } = origin;
  if (!merged) return fork;
  const target = branchRef(merged.target);
  const taken = await takenOver(worktree, { merged, target, head: 'HEAD' });
  return taken !== null && (await isWithin(worktree, fork, taken)) ? taken : fork;
}

async function leftFrom(worktree: string, { base, baseCommit }: Origin): Promise<string> {
  // An agent in the project's own checkout: what is not committed there.
  if (base === null && baseCommit === null) return (await commitOf(worktree, 'HEAD')) ?? emptyTree(worktree);
  // All that most worktrees need: one question.
  const fork = base?.startsWith('-') ? null : base && (await gitLine(['merge-base', 'HEAD', base], worktree));
  if (fork && fork === baseCommit) return fork;
  const start = baseCommit && (await commitOf(worktree, baseCommit));
  // In the project's own checkout: a switch to another branch there brings nothing that the agent did.
  if (base === null && start && !(await isWithin(worktree, start, 'HEAD')))
    return (await commitOf(worktree, 'HEAD')) ?? start;
  if (!fork) return start || (await emptyTree(worktree));
  // A base that was wound back behind the start would show the start's own history as the agent's.
  const older = start && start !== fork && (await gitLine(['merge-base', start, fork], worktree)) === fork;
  return older ? start : fork;
}

/** Ignore files that hold besides the ones in the tree, the weakest first: the user's, then the clone's. */
export async function excludeFiles(worktree: string): Promise<string[]> {
  const configured = await gitLine(['config', '--type=path', '--get', 'core.excludesFile'], worktree);
  const home = process.env.XDG_CONFIG_HOME || `${process.env.HOME ?? ''}/.config`;
  const clone = await gitLine(['rev-parse', '--path-format=absolute', '--git-path', 'info/exclude'], worktree);
  return [configured || `${home}/git/ignore`, ...(clone ? [clone] : [])];
}
