import { readdirSync, readFileSync } from 'node:fs';
import { builtin } from './builtin.ts';
import { errnoOf } from './errors.ts';

/**
 * When a process was started, in words that only equal themselves (Linux: clock ticks since boot); null when no such
 * process lives. With the pid it names one process for ever, where a pid alone is used again.
 */
export function processStart(pid: number): string | null {
  if (process.platform === 'linux') return startOnLinux(pid);
  if (process.platform === 'win32') return isAlive(pid) ? 'alive' : null;
  const { stdout } = builtin('node:child_process').spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  return stdout.trim().replace(/\W+/g, '-') || null;
}

function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // proc(5): the second field, the program's name in brackets, may hold spaces; state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const isDead = (fields[0] === 'Z' || fields[0] === 'X') && isAlone(pid);
    return isDead ? null : fields[19]!;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ESRCH') return null;
    throw error;
  }
}

/** No other thread of it is left: one that was killed in a system call ends that (a rename, say), and its leader is dead before. */
const isAlone = (pid: number): boolean => readdirSync(`/proc/${pid}/task`).length === 1;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
