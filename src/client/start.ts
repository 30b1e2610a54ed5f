import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, fstatSync, lstatSync, openSync, readFileSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { entryPath } from '../util/entry.ts';
import { BooError } from '../util/errors.ts';
import { makeFolders, removeEmpty } from '../util/folders.ts';
import { apart } from '../util/marks.ts';
import { projectPaths, runtimeFolder } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';

/** A daemon that left no word on a disk with less room than this (bytes) had no room for it. */
const FULL_BYTES = 64 * 1024;

/** What is read while fifty worktrees are looked at dies young: with room for more of it the daemon took 50 MB that it never gave back. */
const YOUNG_MB = '--max-semi-space-size=4';

export interface StartedDaemon {
  /** Null while it runs; a signal counts as 1. 0: another daemon has the project. */
  readonly exitCode: number | null;
  /** Why it is of no use, as `no_daemon`: with its last words, or with `why`. */
  failure(why?: string): BooError;
}

/** Starts `dist/daemon.js` detached from this process and its terminal; what it prints goes to its log. */
export function startDaemon({ root, env }: { root: string; env: NodeJS.ProcessEnv }): StartedDaemon {
  const program = entryPath('daemon');
  if (!existsSync(program)) {
    throw new BooError(
      'no_daemon',
      `the daemon's program ${program} is missing`,
      'Run npm run build, or install again.',
    );
  }
  // A runtime folder that cannot be is told at once, before anything of the project is made.
  const sockets = socketsFolder(root, env);
  const log = projectPaths(root).log;
  let exitCode: number | null = null;
  let spawnError = '';
  const out = openLog(log, sockets);
  const from = fstatSync(out).size;
  const child = spawn(process.execPath, [YOUNG_MB, program, '--root', root], {
    cwd: root,
    env: apart(env),
    detached: true,
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  child.once('error', (error) => {
    spawnError = error.message;
    exitCode = 1;
  });
  child.once('exit', (code) => {
    exitCode = code ?? 1;
  });
  child.unref();
  return {
    get exitCode() {
      return exitCode;
    },
    failure: (why) =>
      new BooError(
        'no_daemon',
        `the daemon could not be started: ${why ?? (spawnError || lastWords(log, from))}`,
        `Its log is ${log}.`,
      ),
  };
}

/** A daemon that has nowhere to listen cannot be started, whatever is wrong with the folder. */
function socketsFolder(root: string, env: NodeJS.ProcessEnv): string {
  try {
    return runtimeFolder(root, env);
  } catch (error) {
    if (!(error instanceof BooError)) throw error;
    throw new BooError('no_daemon', error.message, error.hint, { cause: error });
  }
}

function openLog(log: string, sockets: string): number {
  try {
    // A repository may bring links along: nothing of ours is written through one.
    for (const folder of [dirname(dirname(log)), dirname(log)]) {
      if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) throw new Error(`${folder} is a link`);
    }
    makeFolders(dirname(log), 0o700);
    const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
    return openSync(log, O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600);
  } catch (error) {
    removeEmpty(sockets);
    throw new BooError(
      'no_daemon',
      `the daemon's log ${log} cannot be written: ${reasonOf(error)}`,
      'BooCode keeps its state in the folder .boocode of the project: make the project writable.',
      { cause: error },
    );
  }
}

/** The last line of the log that says something, without its time and level; of what was written beyond `from` bytes. */
function lastWords(log: string, from: number): string {
  const text = readFileSync(log);
  // A log that was rotated meanwhile begins anew.
  const lines = text
    .subarray(text.length < from ? 0 : from)
    .toString('utf8')
    .split('\n');
  const last = lines.filter((line) => line.trim() && !/^\s+at |^Node\.js v/.test(line)).at(-1);
  if (last) return last.replace(/^\S+Z \w+ /, '');
  const { bavail, bsize } = statfsSync(dirname(log));
  return bavail * bsize < FULL_BYTES ? `the disk that holds ${dirname(log)} is full` : 'it ended without a word';
}
