import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sayDiskFull } from '../util/disk.ts';
import { BooError } from '../util/errors.ts';
import { dataFolder, makeDataFolder, projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';
import { replaceFile } from './atomic.ts';

type Env = Record<string, string | undefined>;

/** The word in a file of our own, or null. A link is none: it could lead to the very word that it has to know. */
function read(path: string): string | null {
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return null;
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    // Taken for a stranger's, the user's own agents would be set aside.
    const hint = 'Give yourself the right to read it.';
    throw new BooError('failed', `${path} cannot be read: ${reasonOf(error)}`, hint, { cause: error });
  }
}

function write(path: string, word: string): void {
  try {
    replaceFile(path, `${word}\n`);
  } catch (error) {
    throw sayDiskFull(error, `${path} could not be written`, dirname(path));
  }
}

/** What this user's folders are known by: a random word in the user's data folder, which no repository can know. */
function ownWord(env: Env): string {
  const path = join(dataFolder(env), 'owner');
  const word = read(path);
  if (word) return word;
  makeDataFolder(dataFolder(env));
  write(path, randomUUID());
  return read(path)!;
}

/**
 * State of another user (as root finds it under sudo) is left alone: what was written to it here, that user could no longer
 * read. Throws BooError.
 */
export function refuseOthers(root: string): void {
  const { owner, folder } = projectPaths(root);
  const stat = lstatSync(owner, { throwIfNoEntry: false });
  if (!stat || stat.uid === process.getuid?.() || !process.getuid) return;
  throw new BooError(
    'failed',
    `the agents of ${folder} are those of another user (uid ${stat.uid}), and you are uid ${process.getuid()}`,
    'Run boocode as that user.',
  );
}

const isEmpty = (path: string) => !existsSync(path) || readdirSync(path).length === 0;

/**
 * A repository can ship a `.boocode/` with state and records of its own making: command lines, paths of worktrees and sockets.
 * What does not carry this user's word is set aside whole, under a dated name, before anything of it is believed.
 * Call it after `ensureFolder` and before the state is loaded. Returns sentences about what was set aside.
 */
export function claimFolder({ root, now, env = process.env }: { root: string; now: number; env?: Env }): string[] {
  const paths = projectPaths(root);
  const word = ownWord(env);
  if (read(paths.owner) === word) return [];
  const foreign = [paths.state, paths.previousState, paths.looked, paths.collisions].filter((path) => existsSync(path));
  const folders = [paths.sessions, paths.recordings, paths.history, paths.operations, paths.runs, paths.cache];
  for (const folder of folders) if (!isEmpty(folder)) foreign.push(folder);
  const aside = join(paths.folder, `foreign-${new Date(now).toISOString().replaceAll(':', '-')}`);
  if (foreign.length > 0) mkdirSync(aside, { mode: 0o700 });
  for (const path of foreign) renameSync(path, join(aside, basename(path)));
  for (const folder of folders) mkdirSync(folder, { recursive: true, mode: 0o700 });
  write(paths.owner, word);
  if (foreign.length === 0) return [];
  const names = foreign.map((path) => basename(path)).join(', ');
  return [
    `${names} in ${paths.folder} did not carry your mark (${paths.owner}) and was set aside in ${aside}; nothing of it was used.`,
  ];
}
