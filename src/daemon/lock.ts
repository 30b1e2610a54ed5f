import { readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../util/errors.ts';
import { processStart } from './process.ts';

/** Who finds another one at the very same moment steps back for a random time up to this, in milliseconds. */
const STEP_BACK_MS = 40;
/** After so many meetings one gives up and believes that another one has it. */
const ATTEMPTS = 50;

/*
 * Each contender lays down a file whose name says who it is (pid and start time of the process), and then looks whether
 * another living one has done so. Since everybody lays down before looking, at most one can find itself alone; who does
 * not takes its own file away again. Nobody ever takes away a living one's file, and a dead one's name is never used
 * again (a process id may be, its start time not), so there is no moment in which a dead owner is replaced twice.
 */
const NAME = /^daemon-(\d+)-(.+)\.lock$/;

export interface Lock {
  release(): void;
}

/** The lock of a folder for this process, or null when another living process has it. */
export async function takeLock(folder: string): Promise<Lock | null> {
  const own = `daemon-${process.pid}-${processStart(process.pid)}.lock`;
  const path = join(folder, own);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    writeFileSync(path, '', { mode: 0o600 });
    const others = holders(folder).filter((name) => name !== own);
    if (others.length === 0) return { release: () => remove(path) };
    remove(path);
    await delay(Math.random() * STEP_BACK_MS);
    if (holders(folder).some((name) => others.includes(name))) return null;
  }
  return null;
}

/** Lock files of living processes; those of dead ones are swept away. */
function holders(folder: string): string[] {
  return readdirSync(folder).filter((name) => {
    const [, pid, start] = NAME.exec(name) ?? [];
    if (pid === undefined) return false;
    const alive = processStart(Number(pid)) === start;
    if (!alive) remove(join(folder, name));
    return alive;
  });
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
