import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { BooError } from './errors.ts';
import { isOwnSocket, projectHash, projectPaths } from './paths.ts';
import { processStart } from './process.ts';
import { sha256Hex } from './sha256.ts';

/*
 * Whoever serves a project, or is about to, has a file in its `.boocode/run/` whose name says who it is: pid and start time of
 * the process, and where a pid of that number means it (boot, pid namespace, machine). The file holds the path of its socket.
 *
 *   daemon-PID-START-BOOT-SPACE-MACHINE.lock
 */
const NAME = /^daemon-(\d+)-(.+)-([0-9a-f]{8})-([0-9a-f]{8})-([0-9a-f]{8})\.lock$/;

export interface Holder {
  path: string;
  pid: number;
  uid: number;
  /** `unknown`: of another machine or container, where its process cannot be looked up. */
  life: 'alive' | 'dead' | 'unknown';
  /** Milliseconds since the epoch, by the clock of the disk: when it last said that it lives. */
  touched: number;
}

const short = (text: string) => sha256Hex(text).slice(0, 8);
const orEmpty = (read: () => string): string => {
  try {
    return read();
  } catch {
    // Only Linux has it; elsewhere the start time of a process carries its date.
    return '';
  }
};

let place: { boot: string; space: string; machine: string } | undefined;
function here() {
  place ??= {
    boot: short(orEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'))),
    space: short(orEmpty(() => readlinkSync('/proc/self/ns/pid'))),
    machine: short(hostname()),
  };
  return place;
}

/** The name of this process's own file. */
export function ownLockName(): string {
  const { boot, space, machine } = here();
  return `daemon-${process.pid}-${processStart(process.pid)}-${boot}-${space}-${machine}.lock`;
}

function lifeOf([, pid, start, boot, space, machine]: string[]): Holder['life'] {
  const own = here();
  if (boot === own.boot && space === own.space) return processStart(Number(pid)) === start ? 'alive' : 'dead';
  // Nothing of an earlier boot of this machine lives.
  return boot !== own.boot && machine === own.machine ? 'dead' : 'unknown';
}

/** All whose files lie in the project, the dead ones too; none when they cannot be read. */
export function listHolders(root: string): Holder[] {
  const folder = projectPaths(root).locks;
  let names: string[];
  try {
    // A repository may bring links along: what is not our folder is not looked into.
    names = lstatSync(folder).isDirectory() ? readdirSync(folder) : [];
  } catch {
    return [];
  }
  return names.flatMap((name) => {
    const words = NAME.exec(name);
    const path = join(folder, name);
    const stat = words && lstatSync(path, { throwIfNoEntry: false });
    if (!stat?.isFile()) return [];
    return [{ path, pid: Number(words![1]), uid: stat.uid, life: lifeOf([...words!]), touched: stat.mtimeMs }];
  });
}

/**
 * The daemon socket that a lock file names, or null. The file lies in the project and may have come with it, so it is only
 * believed where nothing but a daemon of this user for this very project can be meant: a socket of the user's own, in a
 * folder that is the user's alone and is named after the project.
 */
export function socketOf(root: string, { path, uid }: Holder): string | null {
  if (process.getuid && uid !== process.getuid()) return null;
  const [socket, rest] = orEmpty(() => readFileSync(path, 'utf8')).split('\n');
  // Without its line's end it is still being written.
  if (rest !== '' || !socket || !isAbsolute(socket)) return null;
  if (process.platform !== 'win32') {
    const isName = basename(socket) === 'd.sock' && basename(dirname(socket)) === projectHash(root);
    if (!isName) return null;
  }
  return isOwnSocket(socket) ? socket : null;
}

/** The sentence for who finds the project taken by a daemon that cannot be reached from here. */
export function unreachable(root: string, { pid, uid }: Holder): BooError {
  const whose = uid === process.getuid?.() ? '' : ` of another user (uid ${uid})`;
  const hint = whose
    ? 'Run boocode as that user.'
    : `It may have been started with another XDG_RUNTIME_DIR, or in a container: use it from there, or end it with kill ${pid} (its agents go on).`;
  return new BooError(
    'no_daemon',
    `${root} is served by daemon ${pid}${whose}, which cannot be reached from here`,
    hint,
  );
}

/** The sentence for who reached a daemon that says nothing for so many milliseconds. */
export const silent = (root: string, ms: number, holder: Holder | undefined): BooError =>
  new BooError(
    'no_daemon',
    `the daemon of ${root}${holder ? ` (process ${holder.pid})` : ''} did not answer within ${ms / 1000} s: it is stopped, or hangs`,
    holder &&
      `Let a stopped one go on with kill -CONT ${holder.pid}; end one that hangs with kill -9 ${holder.pid}: its agents go on, and the next command starts another.`,
  );

/** The living process that serves the project, or is about to; which one of several that are about to is not said. */
export const findHolder = (root: string): Holder | undefined => listHolders(root).find(({ life }) => life === 'alive');
