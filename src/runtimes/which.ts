import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

type Env = Record<string, string | undefined>;

/** True for a file that this user may run. */
function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * The absolute path that a program's name stands for on the PATH of `env`, or null. A name with a slash is taken from
 * `cwd`. Empty and relative parts of the PATH, which would mean whatever folder we are in, are passed over.
 */
export function which(program: string, env: Env, cwd: string): string | null {
  const windows = process.platform === 'win32';
  const endings = windows ? ['', ...(env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';')] : [''];
  const runnable = (base: string) => endings.map((ending) => base + ending).find(isRunnable) ?? null;
  if (program === '') return null;
  if (program.includes('/') || (windows && program.includes('\\'))) return runnable(resolve(cwd, program));
  const path = Object.entries(env).find(([name]) => (windows ? name.toUpperCase() : name) === 'PATH')?.[1] ?? '';
  for (const folder of path.split(delimiter)) {
    const found = isAbsolute(folder) ? runnable(join(folder, program)) : null;
    if (found) return found;
  }
  return null;
}
