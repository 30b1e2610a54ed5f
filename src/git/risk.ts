import type { WorkAtRisk } from '../schema/daemon.ts';
import { ignoredFiles } from './ignored.ts';
import { fieldsOf } from './lines.ts';
import { findPlace, type Place } from './place.ts';
import { branchRef, commitOf } from './repository.ts';
import { git, gitLine } from './run.ts';
import { changedFiles } from './status.ts';
import { submodulesAtRisk } from './submodule-risk.ts';
import { withTempIndex } from './temp-index.ts';
import { standOf, strayCommits, tipOf } from './tips.ts';

const treeOf = (root: string, commit: string) => gitLine(['rev-parse', `${commit}^{tree}`], root);

/** Would merging `head` into `base` give `base` as it is? Then all that `head` changed is in it already. */
async function mergesToNothing(root: string, base: string, head: string): Promise<boolean> {
  const { stdout, code } = await git(['merge-tree', '--write-tree', base, head], { cwd: root, allow: [1, 128] });
  return code === 0 && stdout.trim() === (await treeOf(root, base));
}

/** Is there a commit in `base` whose diff is that of all of `head`'s commits together? */
async function isSquashed(root: string, base: string, head: string, fork: string): Promise<boolean> {
  const who = ['-c', 'user.name=BooCode', '-c', 'user.email=boocode@localhost'];
  const squash = [...who, 'commit-tree', `${head}^{tree}`, '-p', fork, '-m', 'squash'];
  const one = (await git(squash, { cwd: root })).stdout.trim();
  const { stdout } = await git(['cherry', base, one], { cwd: root });
  return stdout.startsWith('- ');
}

/**
 * How many commits of `head` are not in `base`: not as themselves, not picked or rebased, and not squashed into one.
 * Commits that change nothing together count as unmerged: what they tried stands nowhere else.
 */
export async function unmergedCommits(root: string, base: string, head: string): Promise<number> {
  const range = ['--right-only', '--count', `${base}...${head}`];
  const all = Number((await git(['rev-list', ...range], { cwd: root })).stdout);
  if (all === 0) return 0;
  const fork = await gitLine(['merge-base', base, head], root);
  if (!fork) return all;
  const left = Number((await git(['rev-list', '--cherry-pick', '--no-merges', ...range], { cwd: root })).stdout);
  if (left === 0 && (await mergesToNothing(root, base, head))) return 0;
  if ((await treeOf(root, fork)) === (await treeOf(root, head))) return all;
  if (await mergesToNothing(root, base, head)) return 0;
  return (await isSquashed(root, base, head, fork)) ? 0 : left || all;
}

/** Commits that count as the base now: the branch it names, what that follows, the commit it stood for then, and where it was merged. */
async function basesOf(root: string, names: (string | null)[]): Promise<string[]> {
  const found = await Promise.all(names.filter((name) => name !== null).map((name) => commitOf(root, name)));
  return [...new Set(found.filter((commit) => commit !== null))];
}

/** Names of files that differ from the commit the worktree stands on; of a deleted worktree, those that were staged. */
async function uncommittedFiles(place: Place, otherwise: (string | null)[]): Promise<string[]> {
  if (place.kind === 'unknown') return [];
  const { folder } = place;
  if (place.kind === 'gone') {
    const stand = await standOf(folder, folder, otherwise);
    const args = ['diff-index', '--cached', '--name-only', '-z', '--no-renames', stand];
    return fieldsOf(await withTempIndex(folder, (view) => view.bytes(args))).map((name) => name.toString());
  }
  const { path } = place;
  const stand = await standOf(path, folder, otherwise);
  const changed = await withTempIndex(path, (view) => changedFiles(view, stand));
  return [...new Set([...changed.map(({ name }) => name.toString()), ...(await submodulesAtRisk(path))])];
}

/** Commits that go with a worktree and its branch. Those its log alone knows count when its branch was deleted by hand. */
async function headsOf(root: string, place: Place, branch: string | null): Promise<string[]> {
  const present = branch === null ? null : await commitOf(root, branchRef(branch));
  if (place.kind === 'unknown') return present ? [present] : [];
  const { folder } = place;
  const tips = [await commitOf(folder, 'HEAD'), await tipOf(folder, branch)];
  const known = [...new Set(tips.filter((tip) => tip !== null))];
  return branch === null || present ? known : [...new Set([...known, ...(await strayCommits(folder, []))])];
}

/**
 * What removing an agent's worktree and branch would lose. `uncommitted`: changed, staged, conflicted and untracked files
 * and submodules with work of their own. `ignored`: what goes unsaved. `unmerged`: commits of branch and worktree that no base has, not even squashed.
 * `unpushed`: those of the unmerged that no remote has either. Changes nothing but for unreachable objects.
 */
export async function workAtRisk({
  root,
  worktree,
  branch,
  base,
  baseCommit,
  into = null,
}: {
  root: string;
  worktree: string | null;
  branch: string | null;
  base: string | null;
  baseCommit: string | null;
  /** Another branch that its work was merged into. */
  into?: string | null;
}): Promise<WorkAtRisk> {
  const place: Place = worktree === null ? { kind: 'unknown', taken: false } : await findPlace(root, worktree, branch);
  const uncommitted = await uncommittedFiles(place, [baseCommit]);
  const ignored = place.kind === 'intact' ? await ignoredFiles(root, place.path) : [];
  const heads = await headsOf(root, place, branch);
  const bases = await basesOf(root, [baseCommit, base, base && `${base}@{upstream}`, into && branchRef(into)]);
  let unmerged = 0;
  const open: string[] = [];
  for (const head of heads) {
    const counts = await Promise.all(bases.map((one) => unmergedCommits(root, one, head)));
    const least = bases.length > 0 ? Math.min(...counts) : Number.POSITIVE_INFINITY;
    if (least > 0) open.push(head);
    if (Number.isFinite(least)) unmerged = Math.max(unmerged, least);
  }
  if (open.length === 0) return { uncommitted, ignored, unpushed: 0, unmerged: 0 };
  const count = async (...not: string[]) =>
    Number((await git(['rev-list', '--count', ...open, '--not', ...bases, ...not], { cwd: root })).stdout);
  return {
    uncommitted,
    ignored,
    unpushed: await count('--remotes'),
    unmerged: Math.max(unmerged, open.length > 1 ? await count() : unmerged || (await count())),
  };
}
