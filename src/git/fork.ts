import { commitOf } from './repository.ts';
import { git, gitLine } from './run.ts';

/** What a repository without a commit is compared with. */
const emptyTree = async (worktree: string) =>
  (await git(['hash-object', '-t', 'tree', '--stdin'], { cwd: worktree, input: '' })).stdout.trim();

/**
 * The commit that an agent's work is compared with: where its HEAD left the branch it started from (which moves on when the agent
 * rebases, or when its work is merged), else the commit it started from, else nothing (the empty tree).
 */
export async function forkOf(
  worktree: string,
  { base, baseCommit }: { base: string | null; baseCommit: string | null },
): Promise<string> {
  const start = baseCommit && (await commitOf(worktree, baseCommit));
  const branch = base && (await commitOf(worktree, base));
  const fork = branch && (await gitLine(['merge-base', 'HEAD', branch], worktree));
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
