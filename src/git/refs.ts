import { BooError } from '../util/errors.ts';
import { GitError, git, gitLine } from './run.ts';

/** `git merge-tree --stdin`, which does many merges without a checkout, came with it. */
const LEAST = [2, 39] as const;

let checked: Promise<void> | undefined;

async function checkVersion(): Promise<void> {
  const { stdout } = await git(['version'], { cwd: process.cwd() });
  const [, major = 0, minor = 0] = /(\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new BooError('failed', `${stdout.trim()} is too old`, `Install git ${LEAST.join('.')} or newer.`);
}

/** Throws a BooError when git is missing or older than 2.39. Asked once per process when it is there. */
export function requireGit(): Promise<void> {
  checked ??= checkVersion().catch((error: unknown) => {
    checked = undefined;
    throw error;
  });
  return checked;
}

export interface Refs {
  /** Local branches, the one with the newest commit first. */
  branches: string[];
  /** The checked-out branch, also before its first commit; null when HEAD is detached. */
  current: string | null;
  /** Commits that the current branch has and its upstream lacks, and the other way round; 0 without an upstream. */
  ahead: number;
  behind: number;
}

/** Branches of a repository; empty for a folder that is none. */
export async function refs(root: string): Promise<Refs> {
  const format = '--format=%(refname:lstrip=2)%00%(HEAD)%00%(upstream:track,nobracket)';
  const current = await gitLine(['symbolic-ref', '-q', 'HEAD'], root);
  const listed = await git(['for-each-ref', '--sort=-committerdate', format, 'refs/heads'], { cwd: root }).catch(
    (error: unknown) => {
      if (error instanceof GitError && /not a git repository/.test(error.stderr)) return { stdout: '' };
      throw error;
    },
  );
  const rows = listed.stdout.split('\n').flatMap((line) => (line ? [line.split('\0')] : []));
  const track = rows.find(([, head]) => head === '*')?.[2] ?? '';
  const count = (word: string) => Number(new RegExp(`${word} (\\d+)`).exec(track)?.[1] ?? 0);
  return {
    branches: rows.map(([name]) => name!),
    current: current?.replace(/^refs\/heads\//, '') ?? null,
    ahead: count('ahead'),
    behind: count('behind'),
  };
}

/** Local branches whose names begin with `prefix` and have no `/` after it. */
export async function branchesNamed(root: string, prefix: string): Promise<string[]> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname:lstrip=2)', `refs/heads/${prefix}*`], {
    cwd: root,
  });
  return stdout.split('\n').filter(Boolean);
}
