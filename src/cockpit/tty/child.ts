import { spawn } from 'node:child_process';

/** Runs a program on this very terminal until it ends. Resolves with why it could not be started, or null. */
export function runHere([program = '', ...args]: readonly string[], cwd: string): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: [0, 1, 2] });
    child.on('error', (error) =>
      resolve((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such program' : error.message),
    );
    child.on('exit', () => resolve(null));
  });
}
