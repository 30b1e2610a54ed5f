// What a test left: its processes, its mounts, its folder. Whoever made a folder ends all three by it.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { processStart } from '../../src/util/process.ts';
import { type Found, killIfThere, processesOf } from './processes.ts';
import { until } from './wait.ts';

/** How long what was told to end may take, in milliseconds: a loaded machine ends thirty agents in seconds. */
const GRACE_MS = 20_000;
const PREFIX = 'boo-t-';
const OWNER = 'owner';

/** Waits for what is just ending, ends the rest, and gives what that was. */
export async function endProcesses(folder: string, grace = GRACE_MS): Promise<Found[]> {
  const none = () => processesOf(folder).length === 0;
  const left = await until('all have ended', none, { timeout: grace }).then(
    () => [],
    () => processesOf(folder),
  );
  const end = () => {
    for (const { pid } of processesOf(folder)) killIfThere(pid);
    return none();
  };
  await until(`all in ${folder} have ended`, end, { seen: () => processesOf(folder) });
  return left;
}

/** Takes away what was mounted below a folder, and gives where that was. */
export function unmountBelow(folder: string): string[] {
  const mounts = existsSync('/proc/mounts') ? readFileSync('/proc/mounts', 'utf8').split('\n') : [];
  const left = mounts.map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${folder}/`));
  for (const path of left.toReversed()) spawnSync('umount', ['-l', path]);
  return left;
}

export const removeFolder = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });

/** Which process this is, for ever: pid, start, and the space in which a pid of that number means it. */
const whoIs = (pid: number) => `${pid} ${processStart(pid)} ${readlinkSync('/proc/self/ns/pid')}`;

/** Makes the folder of a whole run; it says which process made it. */
export function makeRunFolder(parent: string): string {
  const folder = mkdtempSync(join(parent, PREFIX));
  // Some tests act as another user, who must get through to what is theirs.
  chmodSync(folder, 0o711);
  if (existsSync('/proc/self')) writeFileSync(join(folder, OWNER), whoIs(process.pid));
  return folder;
}

/** Clears up after runs that were killed themselves. A folder that does not say whose it is is left alone. */
export async function sweepDeadRuns(parent: string): Promise<string[]> {
  const dead = readdirSync(parent)
    .filter((name) => name.startsWith(PREFIX) && existsSync(join(parent, name, OWNER)))
    .map((name) => join(parent, name))
    .filter((folder) => {
      const owner = readFileSync(join(folder, OWNER), 'utf8');
      const [pid, , space] = owner.split(' ');
      return space === readlinkSync('/proc/self/ns/pid') && whoIs(Number(pid)) !== owner;
    });
  for (const folder of dead) {
    await endProcesses(folder, 0);
    unmountBelow(folder);
    removeFolder(folder);
  }
  return dead;
}
