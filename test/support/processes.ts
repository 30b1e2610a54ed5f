import { readdirSync, readFileSync } from 'node:fs';

/** Ids of all processes whose environment has this text (Linux): what a test left running carries its own temp folder there. */
export function processesWith(text: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(text)) return [];
        const command = readFileSync(`/proc/${name}/cmdline`, 'latin1').replaceAll('\0', ' ').trim();
        return command ? [{ pid: Number(name), command }] : [];
      } catch {
        return [];
      }
    });
}
