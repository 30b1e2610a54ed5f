import { closeSync, existsSync, openSync, readdirSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureFolder } from '../storage/folder.ts';
import { diskFull, isDiskFull } from '../util/disk.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { type Holder, listHolders, ownLockName, socketOf } from '../util/holder.ts';
import { projectPaths } from '../util/paths.ts';
import { reasonOf } from '../util/reason.ts';

/** Who finds another one at the very same moment steps back for a random time up to this, in milliseconds. */
const STEP_BACK_MS = 40;
/** After so many meetings one gives up and believes that another one has it. */
const ATTEMPTS = 50;
/** How often an owner looks whether somebody asks for the lock, in milliseconds: one reading of a folder. */
const LOOK_MS = 2000;
/** An owner whose process cannot be looked up has so long to answer, in milliseconds: two of its looks. */
const ANSWER_MS = 4000;
const ANSWER_LOOK_MS = 50;

/*
 * Each contender lays down a file whose name says who it is (util/holder), and then looks whether another living one has
 * done so. Since everybody lays down before looking, at most one can find itself alone; who does not takes its own file
 * away again. Nobody ever takes away a living one's file, and a dead one's name is never used again (a process id may be,
 * its start time not), so there is no moment in which a dead owner is replaced twice.
 *
 * An owner in another container or on another machine cannot be looked up. It answers: an owner that finds a file beside its
 * own touches its own. One that does not answer in time is dead.
 */
export interface Lock {
  /** Folders of sockets of daemons that died with the lock: their hosts may be there. */
  readonly former: readonly string[];
  /** What it names. */
  readonly socket: string;
  /** Names another socket in it. */
  move(socket: string): void;
  /** Lays it down again where it was taken away (git clean). False: another daemon has the project by now. */
  hold(): boolean;
  /** What is done before each of its looks. */
  onLook(task: () => void): void;
  /** Looks no more: where it is taken away from now on, it stays so. */
  rest(): void;
  release(): void;
}

interface Ask {
  root: string;
  /** The path of the daemon's socket, for those who look for it with another runtime folder. */
  socket: string;
  /** The folder was emptied (git clean) and somebody else has taken the lock meanwhile. */
  onLost?(): void;
}

/** The lock of a project for this process, or who has it. The project's folder must be made. */
export async function takeLock({ root, socket, onLost }: Ask): Promise<{ lock: Lock } | { holder: Holder }> {
  const own = join(projectPaths(root).locks, ownLockName());
  const former: string[] = [];
  let rivals: Holder[] = [];
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    lay(own, socket);
    rivals = await livingBeside(root, own, former);
    if (rivals.length === 0) return { lock: keep({ root, socket, onLost, own, former }) };
    remove(own);
    await delay(Math.random() * STEP_BACK_MS);
    const still = listHolders(root).find(({ path }) => rivals.some((rival) => rival.path === path));
    if (still) return { holder: still };
  }
  return { holder: rivals[0]! };
}

function keep({ root, socket, onLost, own, former }: Ask & { own: string; former: string[] }): Lock {
  let named = socket;
  let before = () => {};
  const hold = () => {
    if (existsSync(own)) return true;
    if (othersBeside(root, own).some(({ life }) => life === 'alive')) {
      onLost?.();
      return false;
    }
    ensureFolder(root);
    lay(own, named);
    return true;
  };
  const timer = setInterval(() => {
    try {
      before();
      if (!hold()) return;
      if (othersBeside(root, own).length > 0) utimesSync(own, new Date(), new Date());
      if (statSync(own).size === 0) name(own, named);
    } catch {
      // A disk that cannot be written for a while takes nobody's lock away.
    }
  }, LOOK_MS).unref();
  return {
    former,
    get socket() {
      return named;
    },
    move(next) {
      named = next;
      if (existsSync(own)) writeFileSync(own, `${next}\n`);
    },
    hold,
    onLook(task) {
      before = task;
    },
    rest: () => clearInterval(timer),
    release() {
      clearInterval(timer);
      remove(own);
    },
  };
}

function lay(own: string, socket: string): void {
  try {
    // Its name alone holds the lock, also on a full disk that takes no byte more.
    closeSync(openSync(own, 'wx', 0o600));
    name(own, socket);
    // Who cannot see its own file would not see another's.
    if (!readdirSync(dirname(own)).includes(basename(own))) throw new Error('what is written there cannot be seen');
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') remove(own);
    if (isDiskFull(error)) throw diskFull(`${own} could not be made`, dirname(own), error);
    const hint = 'BooCode keeps its state there: make it yours to read and write.';
    throw new BooError('failed', `${dirname(own)} cannot be used: ${reasonOf(error)}`, hint, { cause: error });
  }
}

function name(own: string, socket: string): void {
  try {
    writeFileSync(own, `${socket}\n`, { flag: 'r+' });
  } catch (error) {
    if (!isDiskFull(error)) throw error;
  }
}

const othersBeside = (root: string, own: string) => listHolders(root).filter(({ path }) => path !== own);

/** Those that live; the files of dead ones are swept away, and what they named is added to `former`. */
async function livingBeside(root: string, own: string, former: string[]): Promise<Holder[]> {
  const present = listHolders(root);
  const laid = present.find(({ path }) => path === own)?.touched ?? 0;
  const others = present.filter(({ path }) => path !== own);
  const asked = others.filter(({ life, touched }) => life === 'unknown' && laid - touched > ANSWER_MS);
  const silent = asked.length > 0 ? await silentOf(root, asked) : [];
  return others.filter((one) => {
    const dead = one.life === 'dead' || silent.includes(one.path);
    if (dead) sweep(root, one, former);
    return !dead;
  });
}

/** Which of them did not answer in time. */
async function silentOf(root: string, asked: Holder[]): Promise<string[]> {
  const answered = (one: Holder) => listHolders(root).some((now) => now.path === one.path && now.touched > one.touched);
  let silent = asked;
  for (const end = performance.now() + ANSWER_MS; silent.length > 0; await delay(ANSWER_LOOK_MS)) {
    silent = silent.filter((one) => !answered(one));
    if (performance.now() > end) break;
  }
  return silent.map(({ path }) => path);
}

function sweep(root: string, dead: Holder, former: string[]): void {
  const socket = socketOf(root, dead);
  if (socket) former.push(dirname(socket));
  remove(dead.path);
}

/** Best effort: a file that stays names a process that will be dead. */
function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or the folder cannot be written.
  }
}
