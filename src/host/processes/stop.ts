import { setTimeout as delay } from 'node:timers/promises';
import { familyOf, type Process, type Root, scanProcesses } from './scan.ts';

/** Pauses between looks at whether they are gone, in milliseconds. */
const LOOK_MS = 50;
const SLOW_LOOK_MS = 250;
/** After SIGKILL a process can only stay while the kernel holds it (a dead network disk): give up waiting then. */
const KILL_WAIT_MS = 5_000;

const send = (pid: number, signal: NodeJS.Signals) => {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in the meantime, or it is not ours any more.
  }
};

function signalAll(family: Process[], signals: NodeJS.Signals[]): void {
  for (const signal of signals) for (const one of family) send(one.pid, signal);
}

/**
 * Ends everything that a child started: the first signals at once, SIGKILL after `graceMs`. Resolves when all of it is
 * gone, or when what is left cannot be killed. What is stopped (SIGSTOP) is woken, so that it can end.
 */
export async function stopFamily(root: Root, first: NodeJS.Signals[], graceMs: number): Promise<void> {
  const start = performance.now();
  let signalled = new Set<number>();
  let killing = false;
  for (let look = LOOK_MS; ; look = Math.min(look * 1.5, SLOW_LOOK_MS)) {
    const family = familyOf(root, await scanProcesses());
    if (family.length === 0) return;
    const elapsed = performance.now() - start;
    if (elapsed > graceMs + KILL_WAIT_MS) return;
    if (!killing && elapsed >= graceMs) {
      killing = true;
      signalled = new Set();
    }
    const fresh = killing ? family : family.filter((one) => !signalled.has(one.pid));
    signalAll(fresh, killing ? ['SIGKILL'] : [...first, 'SIGCONT']);
    for (const one of fresh) signalled.add(one.pid);
    await delay(killing ? LOOK_MS : Math.min(look, Math.max(1, graceMs - elapsed)));
  }
}

/** One signal to the child's process group. Throws the system's error when it cannot be sent. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  process.kill(process.platform === 'win32' ? pid : -pid, signal);
}
