import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { lstat, readFile, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BooError } from '../util/errors.ts';
import { createTurns } from './limit.ts';
import { git, gitLine } from './run.ts';

const turns = createTurns();

/** The folder that all worktrees of a repository share (its `.git`, or the bare repository), as a real path. */
export async function commonFolder(root: string): Promise<string> {
  const own = await gitFolder(root);
  const common = (await readFile(join(own, 'commondir'), 'utf8').catch(() => '')).replace(/\n$/, '');
  return realpath(resolve(own, common));
}

/** git's own entries of linked worktrees: their folder `<common>/worktrees/<id>`, and where it believes the worktree to be. */
export function entriesOf(common: string): { folder: string; path: string }[] {
  let ids: string[];
  try {
    ids = readdirSync(join(common, 'worktrees'));
  } catch {
    return [];
  }
  return ids.flatMap((id) => {
    const folder = join(common, 'worktrees', id);
    const file = textOf(join(folder, 'gitdir'));
    return file ? [{ folder, path: dirname(resolve(folder, file)) }] : [];
  });
}

/** What a small file of git's says, trimmed; undefined when it cannot be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The folder of one worktree's own HEAD, index and state: `.git/worktrees/<id>`. */
export async function gitFolder(worktree: string): Promise<string> {
  // As git makes them a repository and a linked worktree are known as such; git is asked about anything else.
  const plain = join(worktree, '.git');
  const isPlain = (await lstat(plain).catch(() => null))?.isDirectory() && existsSync(join(plain, 'HEAD'));
  if (isPlain && existsSync(join(plain, 'objects')) && existsSync(join(plain, 'refs'))) return realpath(plain);
  const text = await readFile(join(worktree, '.git'), 'utf8').catch(() => '');
  const linked = /^gitdir: (\/[^\n]+)\n?$/.exec(text)?.[1];
  const folder = linked && (await realpath(linked).catch(() => null));
  if (folder && existsSync(join(folder, 'commondir')) && existsSync(join(folder, 'HEAD'))) return folder;
  const { stdout } = await git(['rev-parse', '--absolute-git-dir'], { cwd: worktree });
  return stdout.replace(/\n$/, '');
}

/** Runs `task` when no other task of this process changes worktrees or branches of the same repository. */
export const exclusively = async <T>(root: string, task: () => Promise<T>): Promise<T> =>
  turns(await commonFolder(root), task);

/** The commit that something stands for, or null. Names that look like options are none. */
export const commitOf = (cwd: string, name: string): Promise<string | null> =>
  name.startsWith('-') || name === ''
    ? Promise.resolve(null)
    : gitLine(['rev-parse', '--quiet', '--verify', '--end-of-options', `${name}^{commit}`], cwd);

/** The tree of a commit; null: there is no such commit. */
export const treeOfCommit = (root: string, commit: string): Promise<string | null> =>
  gitLine(['rev-parse', '--quiet', '--verify', '--end-of-options', `${commit}^{tree}`], root);

/** A path that may not exist yet, with its links resolved as far as it does: how git lists it. */
export function realTarget(path: string): string {
  const full = resolve(path);
  return existsSync(full) ? realpathSync(full) : join(realTarget(dirname(full)), basename(full));
}

export const branchRef = (branch: string) => `refs/heads/${branch}`;

/** One entry of `git worktree list`. */
export interface WorktreeEntry {
  path: string;
  head: string | null;
  branch: string | null;
  locked: string | null;
  prunable: boolean;
}

/** All worktrees of a repository, the main one (or the bare repository itself) first. */
export async function listWorktrees(root: string): Promise<WorktreeEntry[]> {
  const { stdout } = await git(['worktree', 'list', '--porcelain', '-z'], { cwd: root });
  return stdout.split('\0\0').flatMap((block) => {
    const fields = new Map(
      block.split('\0').map((line) => [line.split(' ')[0]!, line.slice(line.split(' ')[0]!.length + 1)]),
    );
    const path = fields.get('worktree');
    if (!path) return [];
    return [
      {
        path,
        head: fields.get('HEAD') ?? null,
        branch: fields.get('branch')?.replace(/^refs\/heads\//, '') ?? null,
        locked: fields.get('locked') ?? null,
        prunable: fields.has('prunable'),
      },
    ];
  });
}

/** Throws a BooError when a name cannot be a branch. */
export async function checkBranchName(root: string, branch: string): Promise<void> {
  const { code } = await git(['check-ref-format', branchRef(branch)], { cwd: root, allow: [1] });
  // git takes these for something else than a branch wherever it is given one.
  const isSpecial = branch.startsWith('-') || branch.startsWith('refs/') || /^(HEAD|@)$/.test(branch);
  if (code === 0 && !isSpecial) return;
  throw new BooError(
    'usage',
    `"${branch}" cannot be the name of a branch`,
    'Use letters, digits, "-", "_", "." and "/".',
  );
}
