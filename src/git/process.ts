import { type ChildProcess, spawn } from 'node:child_process';
import { errnoOf } from '../util/errors.ts';
import { processStart } from '../util/process.ts';

/** Milliseconds between SIGTERM and SIGKILL: git removes its lock files and half-made worktrees on SIGTERM. */
const GRACE_MS = 5000;

/** Sends a signal to a child's whole process group (the child was started with `detached`). */
export function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH' && errnoOf(error) !== 'EPERM') throw error;
  }
}

/** Ends a child's group: SIGTERM now, SIGKILL when it is still there after the grace. Returns what takes the SIGKILL back. */
export function endGroup(child: ChildProcess, graceMs = GRACE_MS): () => void {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  return () => clearTimeout(timer);
}

/** Ends what is left of a group that another process of ours had started: `start` (util/process) is that of its leader. */
export function endLeftGroup(pid: number, start: string): void {
  const now = processStart(pid);
  // A number is given to nobody else while its group lives; another start is another process.
  if (!(pid > 1) || (now !== null && now !== start)) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH' && errnoOf(error) !== 'EPERM') throw error;
  }
}

/** A program to start. `env`: laid over that of who starts it; undefined takes away. */
export interface Call {
  file: string;
  args: readonly string[];
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Is given what a program prints, as it comes. */
export interface Taker {
  out(chunk: Buffer): void;
  err(chunk: Buffer): void;
}

/** A program that runs. */
export interface Running {
  /** Resolves when it has ended and all that it printed was given on. Rejects with the system's error when it could not be started. */
  ended: Promise<{ code: number | null; signal: string | null }>;
  /** As `endGroup`. */
  end(): () => void;
}

/** Starts a program in a process group of its own, so that what it starts ends with it. */
export function begin(call: Call, base: NodeJS.ProcessEnv, take: Taker, input: string | Buffer | undefined): Running {
  const child = spawn(call.file, call.args, {
    cwd: call.cwd,
    env: { ...base, ...call.env },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  child.stdout?.on('data', take.out);
  child.stderr?.on('data', take.err);
  // It may end without reading all of its input; its exit code says what that means.
  child.stdin?.on('error', () => {});
  child.stdin?.end(input);
  const ended = new Promise<Awaited<Running['ended']>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  return { ended, end: () => endGroup(child) };
}
