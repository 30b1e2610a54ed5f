import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const program = join(import.meta.dirname, '..', '..', 'bin', 'boocode.js');

export interface Done {
  code: number | null;
  out: string;
  err: string;
}

/** Runs one command line of the built program in a folder, without a terminal. */
export function boocode(
  cwd: string,
  args: string[],
  { input = '', env = {} as NodeJS.ProcessEnv, timeout = 60_000 } = {},
): Done {
  const options = { cwd, input, env: { ...process.env, ...env }, encoding: 'utf8', timeout } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { code: status, out: stdout, err: stderr };
}

/** As `boocode`, and its JSON; what is no single value, or another exit code than 0, is an error. */
export function json<T = Record<string, unknown>>(cwd: string, ...args: string[]): T {
  const { code, out, err } = boocode(cwd, ['--json', ...args]);
  if (code !== 0) throw new Error(`boocode ${args.join(' ')} ended with ${code}: ${err}`);
  return JSON.parse(out) as T;
}
