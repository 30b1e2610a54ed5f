import { existsSync, lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { diskFull, isDiskFull, sayDiskFull } from '../util/disk.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';
import { replaceFile } from './atomic.ts';

/** What stays out of git: it is private and differs on every machine. config.json, workflows/ and flows/ are the project's. */
const IGNORED = [
  '/.gitignore',
  '/state.*',
  '/looked.*',
  '/collisions.*',
  '/sessions/',
  '/recordings/',
  '/history/',
  '/operations/',
  '/runs/',
  '/cache/',
  '/hooks/',
  '/log/',
  '/run/',
  '/owner',
  '/foreign-*/',
];
const HEADER =
  '# Kept by BooCode: its own state stays out of git; config.json, workflows/ and flows/ are yours to commit.';

/** A real folder, made when missing. A link is refused: a repository must not lead our writing elsewhere. */
function realFolder(path: string, mode?: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') {
      if (lstatSync(path).isDirectory()) return;
      throw new BooError('failed', `${path} is not a folder`, 'Move it away: BooCode keeps its state there.');
    }
    if (isDiskFull(error)) throw diskFull(`${path} could not be made`, dirname(path), error);
    throw new BooError('failed', `${path} could not be made: ${reasonOf(error)}`, 'Make the project folder writable.', {
      cause: error,
    });
  }
}

function foldersOf(root: string): string[] {
  const { folder, sessions, recordings, history, operations, runs, cache, locks } = projectPaths(root);
  return [sessions, recordings, history, operations, runs, cache, locks, join(folder, 'log')];
}

/**
 * Names of what `ensureFolder` and `claimFolder` made and somebody has taken away since (git clean, rm -rf); `.boocode` stands for all
 * of it. A link or a file in the place of a folder is not that folder.
 */
export function missingIn(root: string): string[] {
  const { folder, gitignore, owner } = projectPaths(root);
  const isGone = (path: string) => lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
  if (isGone(folder)) return [basename(folder)];
  const gone = foldersOf(root).filter(isGone);
  if (gone.length === foldersOf(root).length) return [basename(folder)];
  return [...gone, ...[gitignore, owner].filter((path) => !existsSync(path))].map((path) => basename(path));
}

/**
 * Makes `.boocode/` with what belongs in it: private folders (0700) for sessions, recordings, histories and the log, and a .gitignore
 * that keeps them, and itself, out of the project's `git status`. Lines of one's own in that .gitignore stay.
 */
export function ensureFolder(root: string): void {
  const paths = projectPaths(root);
  realFolder(paths.folder);
  for (const folder of foldersOf(root)) realFolder(folder, 0o700);
  const present = existsSync(paths.gitignore) ? readFileSync(paths.gitignore, 'utf8') : '';
  const lines = new Set(present.split(/\r?\n/));
  const missing = IGNORED.filter((line) => !lines.has(line));
  if (missing.length === 0) return;
  const start = present && !present.endsWith('\n') ? `${present}\n` : present;
  try {
    replaceFile(paths.gitignore, `${start}${[HEADER, ...missing].join('\n')}\n`);
  } catch (error) {
    throw sayDiskFull(error, `${paths.gitignore} could not be written`, paths.folder);
  }
}
