import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, lstatSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { entryPath } from '../util/entry.ts';
import { BooError } from '../util/errors.ts';
import { makeFolders, removeEmpty } from '../util/folders.ts';
import { projectPaths, runtimeFolder } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';

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
  const sockets = runtimeFolder(root, env);
  const log = projectPaths(root).log;
  let exitCode: number | null = null;
  let spawnError = '';
  const out = openLog(log, sockets);
  const child = spawn(process.execPath, [program, '--root', root], {
    cwd: root,
    env,
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
        `the daemon could not be started: ${why ?? (spawnError || lastWords(log))}`,
        `Its log is ${log}.`,
      ),
  };
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

/** The last line of the log that says something, without its time and level. */
function lastWords(log: string): string {
  const lines = readFileSync(log, 'utf8').split('\n');
  const last = lines.filter((line) => line.trim() && !/^\s+at |^Node\.js v/.test(line)).at(-1);
  return last?.replace(/^\S+Z \w+ /, '') ?? 'it ended without a word';
}
