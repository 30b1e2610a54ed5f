import type { ChildProcess } from 'node:child_process';

/** To all that belongs to us, where we lead a group of our own (a host starts us so); else to the agent alone. We ourselves outlive it. */
export function signalGroup(signal: NodeJS.Signals, child?: ChildProcess): void {
  process.on(signal, () => {});
  try {
    process.kill(-process.pid, signal);
  } catch {
    child?.kill(signal);
  }
}
