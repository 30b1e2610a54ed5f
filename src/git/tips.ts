import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { branchRef, commitOf } from './repository.ts';
import { git, gitLine } from './run.ts';
import { viewOf } from './temp-index.ts';

/** Commits that a worktree has stood on are kept with its saved work up to this many: a rebase leaves one for each step. */
const MOST = 200;

interface Step {
  from: string;
  to: string;
  why: string;
}

/** Where a worktree's HEAD has been, oldest first: git's own log of it, which ends with the worktree. */
async function stepsOf(folder: string): Promise<Step[]> {
  const text = await readFile(join(folder, 'logs', 'HEAD'), 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [, from, to, why = ''] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*(?:\t(.*))?$/.exec(line) ?? [];
    return from && to ? [{ from, to, why }] : [];
  });
}

/**
 * Where a worktree's branch stands; when somebody deleted the branch, where the worktree's own log last saw it. `folder`
 * is git's folder of the worktree. Null when nothing names it any more.
 */
export async function tipOf(folder: string, branch: string | null): Promise<string | null> {
  if (branch === null) return null;
  const present = await commitOf(folder, branchRef(branch));
  if (present) return present;
  const steps = await stepsOf(folder);
  const isOn = (await gitLine(['symbolic-ref', '--quiet', 'HEAD'], folder)) === branchRef(branch);
  const left = steps.findLast(({ why }) => why.startsWith(`checkout: moving from ${branch} to `));
  const name = isOn ? steps.at(-1)?.to : left?.from;
  return name ? commitOf(folder, name) : null;
}

/** Commits that a worktree has stood on and that no ref and none of `besides` reaches. They would go with its log. */
export async function strayCommits(folder: string, besides: readonly string[]): Promise<string[]> {
  const seen = [...new Set((await stepsOf(folder)).reverse().flatMap(({ to, from }) => [to, from]))];
  const input = seen.filter((oid) => !/^0+$/.test(oid)).slice(0, MOST);
  if (input.length === 0) return [];
  const about = await git(['cat-file', '--batch-check'], { cwd: folder, input: `${input.join('\n')}\n` });
  const there = about.stdout.split('\n').flatMap((line) => (/ commit /.test(line) ? [line.split(' ')[0]!] : []));
  const refs = ['--not', '--branches', '--tags', '--remotes', '--glob=refs/boocode/saved/*', ...besides];
  const { stdout } = await git(['rev-list', '--stdin', ...refs], { cwd: folder, input: `${there.join('\n')}\n` });
  const open = new Set(stdout.split('\n'));
  return there.filter((oid) => open.has(oid));
}

/**
 * The commit that a worktree's changes are counted from: its HEAD, else (its branch was deleted under it, or it is on a
 * new one without commits) where the branch was, where HEAD was, or `otherwise`; at the very last an empty commit.
 */
export async function standOf(cwd: string, folder: string, otherwise: (string | null)[]): Promise<string> {
  const head = await commitOf(cwd, 'HEAD');
  if (head) return head;
  const last = (await stepsOf(folder)).at(-1)?.to;
  for (const name of [last, ...otherwise]) {
    const commit = name ? await commitOf(cwd, name) : null;
    if (commit) return commit;
  }
  const date = '@0 +0000';
  const who = ['-c', 'user.name=BooCode', '-c', 'user.email=boocode@localhost'];
  const view = viewOf(folder, { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date });
  const tree = (await view.git(['mktree'], '')).trim();
  return (await view.git([...who, 'commit-tree', tree], 'boocode: no commit\n')).trim();
}
