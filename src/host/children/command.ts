import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { BooError, errnoOf } from '../../util/errors.ts';

/** Longest `#!` line that systems read. */
const SHEBANG_BYTES = 256;

const reasons: Record<string, string> = {
  ENOENT: 'it does not exist',
  EACCES: 'it may not be entered or run by this user',
  ENOTDIR: 'a part of its path is no folder',
  ELOOP: 'its links go in a circle',
};
const reasonOf = (error: unknown) => reasons[errnoOf(error) ?? ''] ?? String(error);

/** Throws `failed` when the folder cannot be worked in. */
function checkFolder(cwd: string): void {
  try {
    if (!statSync(cwd).isDirectory())
      throw new BooError('failed', `${cwd} is not a folder`, 'Give an existing folder.');
    accessSync(cwd, constants.X_OK);
  } catch (error) {
    if (error instanceof BooError) throw error;
    throw new BooError('failed', `cannot work in ${cwd}: ${reasonOf(error)}`, 'Give an existing folder.', {
      cause: error,
    });
  }
}

function isProgram(path: string): boolean {
  // In most folders of a PATH it is not, and an error with its stack takes longer than all else here.
  if (!existsSync(path)) return false;
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The program that a script's first line names, if it is a script. */
function interpreterOf(path: string): string | undefined {
  const head = Buffer.alloc(SHEBANG_BYTES);
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    // Runnable but not readable: a binary, as far as can be known.
    return undefined;
  }
  try {
    const length = readSync(fd, head, 0, SHEBANG_BYTES, 0);
    return /^#![ \t]*([^ \t\r\n]+)/.exec(head.toString('latin1', 0, length))?.[1];
  } finally {
    closeSync(fd);
  }
}

/**
 * Absolute path of the program that `argv` names, found on the PATH of the environment it will get. A child that cannot
 * be executed would otherwise look like one that ended with 1. Throws `failed` naming the path and the reason.
 */
export function findCommand(argv: string[], cwd: string, env: Record<string, string>): string {
  checkFolder(cwd);
  const name = argv[0]!;
  if (argv.some((part) => part.includes('\0')))
    throw new BooError('failed', `the command ${JSON.stringify(name)} holds a NUL character`);
  const candidates = name.includes('/')
    ? [isAbsolute(name) ? name : resolve(cwd, name)]
    : (env.PATH ?? '/usr/local/bin:/usr/bin:/bin').split(delimiter).map((folder) => join(resolve(cwd, folder), name));
  const path = candidates.find(isProgram);
  if (!path) throw missing(name, candidates);
  const interpreter = interpreterOf(path);
  if (interpreter && !isProgram(resolve(cwd, interpreter))) {
    throw new BooError(
      'failed',
      `${path} cannot be run: its first line asks for ${interpreter}, which is not there`,
      `Install ${interpreter}, or correct the first line.`,
    );
  }
  return path;
}

function missing(name: string, candidates: string[]): BooError {
  if (!name.includes('/')) {
    return new BooError('failed', `there is no program ${name} on the PATH`, 'Install it, or give its full path.');
  }
  try {
    const file = statSync(candidates[0]!).isFile();
    const reason = file ? 'it is not executable' : 'it is not a file';
    return new BooError('failed', `${candidates[0]} cannot be run: ${reason}`, 'Give a program.');
  } catch (error) {
    return new BooError('failed', `${candidates[0]} cannot be run: ${reasonOf(error)}`, 'Check the path.');
  }
}
