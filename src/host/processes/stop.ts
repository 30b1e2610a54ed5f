import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
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

/** How a process is asked to end. */
export type Ask = (pid: number) => NodeJS.Signals[];

export const terminate: Ask = () => ['SIGTERM'];
export const hangUp: Ask = () => ['SIGHUP'];
/**
 * On a terminal: interactive shells ignore SIGTERM, and end when they are hung up on. Others are not, since that would end them
 * while they clean up after SIGTERM.
 */
export const leaveTerminal: Ask = (pid) => (ignoresTerm(pid) ? ['SIGTERM', 'SIGHUP'] : ['SIGTERM']);

/** True where it cannot be known: there is no /proc. */
function ignoresTerm(pid: number): boolean {
  try {
    const [, ignored] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1')) ?? [];
    return ignored === undefined || ((BigInt(`0x${ignored}`) >> BigInt(constants.signals.SIGTERM - 1)) & 1n) === 1n;
  } catch {
    return true;
  }
}

function signalAll(family: Process[], ask: Ask): void {
  const asked = family.map(({ pid }) => ({ pid, signals: ask(pid) }));
  for (const { pid, signals } of asked) for (const signal of signals) send(pid, signal);
}

const kill: Ask = () => ['SIGKILL'];
const wake: Ask = () => ['SIGCONT'];

/**
 * Ends everything that a child started: asks at once, SIGKILL after `graceMs`. Resolves when all of it is gone, or when
 * what is left cannot be killed. What is stopped (SIGSTOP) is woken, so that it can end.
 */
export async function stopFamily(root: Root, ask: Ask, graceMs: number): Promise<void> {
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
    signalAll(fresh, killing ? kill : ask);
    if (!killing) signalAll(fresh, wake);
    for (const one of fresh) signalled.add(one.pid);
    await delay(killing ? LOOK_MS : Math.min(look, Math.max(1, graceMs - elapsed)));
  }
}

/** One signal to the child's process group. Throws the system's error when it cannot be sent. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  process.kill(process.platform === 'win32' ? pid : -pid, signal);
}
