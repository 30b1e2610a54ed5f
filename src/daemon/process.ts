import { setTimeout as delay } from 'node:timers/promises';
import { processStart } from '../util/process.ts';

/** True once the process is gone, false when it still lives after `ms`. */
export async function waitGone(pid: number, ms: number): Promise<boolean> {
  const end = performance.now() + ms;
  while (processStart(pid) !== null) {
    if (performance.now() > end) return false;
    await delay(10);
  }
  return true;
}
