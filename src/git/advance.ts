import { BooError } from '../util/errors.ts';
import { branchRef, listWorktrees } from './repository.ts';
import { GitError, git } from './run.ts';

/** Writing thousands of files into a checkout, its filters included, may take this long: milliseconds. */
const TIMEOUT_MS = 15 * 60_000;
const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.diverging=false'];
/** How many files a sentence names. */
const NAMED = 5;

/**
 * Moves a branch on to a commit upon it, with the checkout that has it, if any. No hook runs. `moved` false: it stands elsewhere than at
 * `from` by now. `checkout`: the one that has it. BooError `conflict`, and nothing is changed, when uncommitted files of that checkout are in the way.
 */
export async function advanceBranch({
  root,
  branch,
  from,
  to,
  why,
}: {
  root: string;
  branch: string;
  from: string;
  to: string;
  /** For the log of the branch. */
  why: string;
}): Promise<{ moved: boolean; checkout: string | null }> {
  const holder = (await listWorktrees(root)).find((entry) => entry.branch === branch && !entry.prunable);
  const checkout = holder?.path ?? null;
  if (holder && holder.head !== from) return { moved: false, checkout };
  try {
    if (!holder) await git([...QUIET, 'update-ref', '-m', why, branchRef(branch), to, from], { cwd: root });
    else {
      const merge = ['merge', '--ff-only', '--quiet', '--no-stat', '--no-verify-signatures', '--no-autostash', to];
      await git([...QUIET, ...merge], { cwd: holder.path, timeoutMs: TIMEOUT_MS, env: { GIT_REFLOG_ACTION: why } });
    }
    return { moved: true, checkout };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (/Not possible to fast-forward|but expected/.test(error.stderr)) return { moved: false, checkout };
    throw inTheWay(error, holder?.path ?? root, branch);
  }
}

function inTheWay(error: GitError, checkout: string, branch: string): BooError {
  const files = error.stderr.split('\n').flatMap((line) => (line.startsWith('\t') ? [line.slice(1)] : []));
  if (files.length === 0) {
    if (/MERGE_HEAD|unmerged files|concluded your merge/.test(error.stderr)) {
      return new BooError(
        'conflict',
        `${checkout} is in the middle of a merge of its own, so ${branch} was left as it is`,
        'Finish it or give it up there (git merge --abort), then merge again.',
        { cause: error },
      );
    }
    return error;
  }
  const names = `${files.slice(0, NAMED).join(', ')}${files.length > NAMED ? `, and ${files.length - NAMED} more` : ''}`;
  return new BooError(
    'conflict',
    `${files.length === 1 ? 'a file' : `${files.length} files`} with uncommitted work in ${checkout} would be overwritten, so nothing was merged: ${names}`,
    'Commit or stash what is there, then merge again.',
    { cause: error },
  );
}
