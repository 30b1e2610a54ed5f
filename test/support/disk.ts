import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';

/** Makes a folder a small disk of its own (`size` as mount takes it); whether that is allowed here (root on Linux). */
export function mountSmall(folder: string, size: string): boolean {
  mkdirSync(folder, { recursive: true });
  const argv = ['-t', 'tmpfs', '-o', `size=${size},mode=0700`, 'tmpfs', folder];
  return spawnSync('mount', argv, { stdio: 'ignore' }).status === 0;
}

/** Takes it away, also while a file of it is open. */
export const unmount = (folder: string) => void spawnSync('umount', ['-l', folder], { stdio: 'ignore' });
