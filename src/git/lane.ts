import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { shellQuoted } from '../util/shell.ts';
import { signalNames } from '../util/signals.ts';
import { lineSplitter } from './lines.ts';
import { begin, type Call, endGroup, type Running, type Taker } from './process.ts';

/**
 * Shells that wait for what they are to start. A fork copies the page tables of who forks: a process of 90 MB stands still for
 * 1.5 to 5 ms for each program that it starts itself, and a worktree takes half a dozen; handing one to a shell takes 0.2 to 0.5.
 * A shell is not heard itself while a program runs: each program has pipes of its own, so that what a hook leaves in the background
 * never prints into a later call. Programs get no input here.
 */

const SHELL = '/bin/sh';
/**
 * `run MARK COMMAND`, and what the shell tells of it on its stream 3, behind the mark: that it has begun, and its exit code. Both
 * outputs end with the mark. Each is a pipe of its own up to there: what the program leaves behind may hold it, and is waited for.
 * SIGTERM is for the program alone, and from when it has begun; the shell waits until that has tidied up.
 */
const SETUP = `trap '' TERM
run() {
  {
    {
      trap 'echo "$1 143" >&3; exit' TERM
      ( echo "$1 begun" >&3; exec 3>&-; eval "$2" ) </dev/null 2>&5 5>&-
      echo "$1 $?" >&3
    } 5>&1 2>/dev/null >&4 4>&- | command -p cat >&2 3>&- 4>&-
  } 4>&1 | command -p cat 3>&-
  printf %s "$1"
  printf %s "$1" >&2
}
`;
/** How long (ms) a shell may take to begin before it is ended itself, when it is not wanted any more. */
const BEGIN_MS = 5000;
/** What a program that was not found ends with (POSIX), and one that could not be started, or has no such folder. */
const NOT_FOUND = 127;
const NOT_STARTED = 126;
/** What shells end with when a signal (behind it) ended a program. git itself ends with 128 and 129. */
const SIGNALLED = 128;
/** As many characters of the shell's own words are kept. */
const WORDS = 4096;

/** For the shell: a program in its folder. */
function commandOf({ file, args, cwd, env }: Call): string {
  const set = Object.entries(env).map(([name, value]) =>
    value === undefined ? `unset ${name}; ` : `export ${name}=${shellQuoted(value)}; `,
  );
  return `cd -P ${shellQuoted(cwd)} || exit ${NOT_STARTED}; ${set.join('')}exec ${[file, ...args].map(shellQuoted).join(' ')}`;
}

function endOf(code: number): Awaited<Running['ended']> {
  const signal = code > SIGNALLED + 1 && signalNames.get(code - SIGNALLED);
  return signal ? { code: null, signal } : { code, signal: null };
}

function startError(code: number, words: string): Error {
  if (code === NOT_FOUND) return Object.assign(new Error(words), { code: 'ENOENT' });
  const last = words.trim().split('\n').at(-1) ?? '';
  return new Error(last.replace(/^\S*sh: (line )?(\d+: )?/, '') || 'it did not start');
}

/** Hands on what comes before a mark, and tells when that was there. */
function untilMark(mark: Buffer, take: (chunk: Buffer) => void, onMark: () => void) {
  let held: Buffer = Buffer.alloc(0);
  return (chunk: Buffer) => {
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const isOver = bytes.subarray(-mark.length).equals(mark);
    const end = Math.max(0, bytes.length - mark.length);
    if (end > 0) take(bytes.subarray(0, end));
    held = bytes.subarray(end);
    if (isOver) onMark();
  };
}

/** What a shell is doing. */
interface Job {
  out(chunk: Buffer): void;
  err(chunk: Buffer): void;
  /** What was told on stream 3. */
  told(line: string): void;
  fail(error: unknown): void;
  begun: Promise<void>;
  ended: Running['ended'];
}

/** Ends when the exit code was told and both outputs are over. */
function createJob(mark: string, take: Taker): Job {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<Running['ended']>>();
  const begun = Promise.withResolvers<void>();
  const bytes = Buffer.from(mark);
  let words = '';
  let code = -1;
  let left = 3;
  const step = () => {
    left--;
    if (left > 0) return;
    if (code === NOT_FOUND || code === NOT_STARTED) reject(startError(code, words));
    else resolve(endOf(code));
  };
  const takeErr = (chunk: Buffer) => {
    if (words.length < WORDS) words += chunk.toString();
    take.err(chunk);
  };
  return {
    out: untilMark(bytes, take.out, step),
    err: untilMark(bytes, takeErr, step),
    told(line) {
      if (!line.startsWith(mark)) return;
      begun.resolve();
      const word = line.slice(mark.length + 1);
      if (word === 'begun') return;
      code = Number(word);
      step();
    },
    fail: reject,
    begun: begun.promise,
    ended: promise,
  };
}

interface Lane {
  readonly isOpen: boolean;
  run(call: Call, take: Taker): Running & { begun: Promise<void> };
  /** The shell ends when what it does has ended. */
  close(): void;
}

function openLane(env: NodeJS.ProcessEnv): Lane {
  const child = spawn(SHELL, ['-s'], { cwd: '/', env, detached: true, stdio: ['pipe', 'pipe', 'pipe', 'pipe'] });
  // There are none when it could not be started, whatever the types say.
  const streams = (child.stdio ?? []) as readonly (Socket | undefined)[];
  let isOpen = true;
  let job: Job | undefined;
  const hold = (isHeld: boolean) => {
    for (const one of [child, ...streams]) isHeld ? one?.ref() : one?.unref();
  };
  const fail = (error: unknown) => {
    isOpen = false;
    job?.fail(error);
  };
  const close = () => {
    isOpen = false;
    streams[0]?.end();
  };
  const endOnce = (begun: Promise<void>) => () => {
    close();
    let forgive = () => {};
    const kill = () => {
      clearTimeout(timer);
      forgive = endGroup(child);
    };
    const timer = setTimeout(kill, BEGIN_MS);
    void begun.then(kill);
    return () => {
      clearTimeout(timer);
      forgive();
    };
  };
  child.once('error', fail);
  child.once('close', () => fail(new Error('the shell that starts it has ended')));
  for (const one of streams) one?.on('error', () => {});
  streams[1]?.on('data', (chunk: Buffer) => job?.out(chunk));
  streams[2]?.on('data', (chunk: Buffer) => job?.err(chunk));
  const lines = lineSplitter((line) => job?.told(line));
  streams[3]?.on('data', (chunk: Buffer) => lines.write(chunk.toString()));
  streams[0]?.write(SETUP);
  return {
    get isOpen() {
      return isOpen;
    },
    run(call, take) {
      const mark = randomUUID();
      job = createJob(mark, take);
      hold(true);
      streams[0]?.write(`run ${mark} ${shellQuoted(commandOf(call))}\n`);
      const over = () => hold(false);
      job.ended.then(over, over);
      return { begun: job.begun, ended: job.ended, end: endOnce(job.begun) };
    },
    close,
  };
}

/** Starts programs through shells that wait for the next one. */
export interface Lanes {
  /** As `begin`, without input. */
  begin(call: Call, base: NodeJS.ProcessEnv, take: Taker): Running;
  /** The shells end when what they do has ended. */
  close(): void;
}

/** Undefined where a fork costs next to nothing (all but Linux), or there is no shell. */
export function createLanes(): Lanes | undefined {
  if (process.platform !== 'linux' || !existsSync(SHELL)) return undefined;
  let free: { lane: Lane; key: string }[] = [];
  let isClosed = false;
  /** Ends those that wait with another environment: a shell has that of its start. */
  const closeOthers = (key: string | null) => {
    for (const one of free) if (one.key !== key) one.lane.close();
    free = free.filter(({ lane }) => lane.isOpen);
  };
  return {
    begin(call, base, take) {
      const key = Object.entries(base).flat().join('\0');
      closeOthers(key);
      const one = free.pop() ?? { lane: openLane(base), key };
      const mine = one.lane.run(call, take);
      let running: Running = mine;
      let mayBegin = true;
      const done = () => {
        mayBegin = false;
      };
      void mine.begun.then(done);
      const back = () => {
        if (isClosed) one.lane.close();
        else if (one.lane.isOpen) free.push(one);
      };
      mine.ended.then(back, back);
      const ended = mine.ended.catch((error: unknown) => {
        if (!mayBegin) throw error;
        // Somebody ended the shell before it began, or there can be none now.
        running = begin(call, base, take, undefined);
        return running.ended;
      });
      const end = () => {
        done();
        return running.end();
      };
      return { ended, end };
    },
    close() {
      isClosed = true;
      closeOthers(null);
    },
  };
}
