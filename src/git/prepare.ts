import { constants } from 'node:fs';
import { chmod, copyFile, lstat, mkdir, readlink, realpath, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { errnoOf } from '../util/errors.ts';
import { below, fieldsOf, joinFields } from './lines.ts';
import { gitBytes, gitLine } from './run.ts';

export { runSetup } from './setup.ts';

/** Looking through everything that git ignores can mean hundreds of thousands of files: milliseconds. */
const LIST_TIMEOUT_MS = 5 * 60_000;
const INCLUDE_FILE = '.worktreeinclude';

/** Untracked files of the checkout that match the patterns; nested repositories (they end in "/") are left alone. */
async function untracked(root: string, excludes: string[]): Promise<Buffer[]> {
  const args = ['ls-files', '-z', '--others', '--ignored', ...excludes];
  const { stdout } = await gitBytes(args, { cwd: root, timeoutMs: LIST_TIMEOUT_MS });
  return fieldsOf(stdout).filter((name) => name.at(-1) !== 0x2f);
}

/** Those of the files that the project's own ignore rules name. */
async function ignoredOnly(root: string, names: Buffer[]): Promise<Buffer[]> {
  if (names.length === 0) return [];
  const input = joinFields(names);
  const { stdout } = await gitBytes(['check-ignore', '-z', '--stdin'], { cwd: root, input, allow: [1] });
  return fieldsOf(stdout);
}

const isInside = (folder: string, path: string) => {
  const way = relative(folder, path);
  return way !== '' && !isAbsolute(way) && way.split('/')[0] !== '..';
};

/** Makes the folders of a file below `top`; false when something that is no real folder is in the way. */
async function makeFolders(top: string, file: string): Promise<boolean> {
  const steps = relative(top, dirname(file)).split('/').filter(Boolean);
  let folder = top;
  for (const step of steps) {
    folder = join(folder, step);
    await mkdir(folder).catch((error: unknown) => {
      if (errnoOf(error) !== 'EEXIST') throw error;
    });
    if (!(await lstat(folder)).isDirectory()) return false;
  }
  return true;
}

/** Copies one file or link; false when it is there already, or would lead out of the project. */
async function copyOne(root: string, worktree: string, name: Buffer): Promise<boolean> {
  const from = below(root, name);
  // The target's folders are walked as text: names that are no UTF-8 keep their place beside existing folders only.
  const text = name.toString();
  if (Buffer.compare(Buffer.from(text), name) !== 0) return false;
  const to = join(worktree, text);
  const stat = await lstat(from).catch(() => undefined);
  if (!stat || !(await makeFolders(worktree, to))) return false;
  try {
    if (stat.isSymbolicLink()) {
      const target = await readlink(from, 'utf8');
      if (isAbsolute(target) || !isInside(root, resolve(root, dirname(text), target))) return false;
      await symlink(target, to);
      return true;
    }
    if (!stat.isFile()) return false;
    await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(to, stat.mode & 0o777);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Copies files of the checkout that git does not track into a new worktree: the ignored ones that `.worktreeinclude`
 * names, and whatever untracked file the `patterns` (.gitignore syntax) name. Nothing is overwritten, links that lead out
 * of the project are left out, mode bits are kept. Returns the copied paths, relative; a bare repository has none.
 */
export async function copyFiles({
  root,
  worktree,
  patterns,
}: {
  root: string;
  worktree: string;
  patterns: readonly string[];
}): Promise<string[]> {
  const real = await realpath(root);
  const includes = (await lstat(join(real, INCLUDE_FILE)).catch(() => undefined))?.isFile();
  const own = patterns.filter((pattern) => pattern.trim() !== '').map((pattern) => `--exclude=${pattern}`);
  if (!includes && own.length === 0) return [];
  if ((await gitLine(['rev-parse', '--is-inside-work-tree'], root)) !== 'true') return [];
  const target = await realpath(worktree);
  const names: Buffer[] = [];
  if (includes) {
    names.push(...(await ignoredOnly(real, await untracked(real, [`--exclude-from=${INCLUDE_FILE}`]))));
  }
  if (own.length > 0) names.push(...(await untracked(real, own)));
  const copied = new Set<string>();
  for (const name of names) {
    if (await copyOne(real, target, name)) copied.add(name.toString());
  }
  return [...copied].sort();
}
