import type { ChildProcess } from 'node:child_process';
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
