import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface Found {
  pid: number;
  command: string;
}

/** Words of `/proc/PID/NAME`, or nothing when the process has gone or is another user's. */
function told(pid: string, name: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    return '';
  }
}

function folderOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function pids(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  } catch {
    // Not Linux: nothing can be found out.
    return [];
  }
}

const find = (isMeant: (pid: string, command: string) => boolean): Found[] =>
  pids().flatMap((pid) => {
    const command = told(pid, 'cmdline').replaceAll('\0', ' ').trim();
    return command && isMeant(pid, command) ? [{ pid: Number(pid), command }] : [];
  });

/** All processes whose environment has this text (Linux): what a test left running carries its own temp folder there. */
export const processesWith = (text: string): Found[] => find((pid) => told(pid, 'environ').includes(text));

/** All that have anything to do with a folder: it stands in their environment or their words, or they are in it. */
export const processesOf = (folder: string): Found[] =>
  find((pid, command) => `${told(pid, 'environ')} ${command} ${folderOf(pid)}/`.includes(`${folder}`));

/** SIGKILL; whether there was still somebody to get it. */
export function killIfThere(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
