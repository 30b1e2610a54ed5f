import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { scrubEnv } from './env.ts';

export type Env = Record<string, string | undefined>;

/** More than any version or help takes; whatever else a program prints is not kept. */
const MAX_OUTPUT = 65_536;

/** Standard output (and error) of a program, run at home and in a process group of its own, which ends with it. Empty when it cannot be started or hangs. */
export function outputOf(argv: string[], env: Env, timeoutMs: number): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd: homedir(),
      env: scrubEnv(env, {}, { headless: true }),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const keep = (bytes: Buffer) => {
      if (output.length < MAX_OUTPUT) output += bytes.toString('utf8').slice(0, MAX_OUTPUT - output.length);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    let exited = false;
    const end = (text: string) => {
      clearTimeout(timer);
      endGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve(text);
    };
    const timer = setTimeout(() => end(exited ? output : ''), timeoutMs);
    child.once('error', () => end(''));
    child.once('close', () => end(output));
    // What it left running would hold its output open for ever.
    child.once('exit', () => {
      exited = true;
      endGroup(child.pid);
    });
  });
}

/** Also what a program left running behind it. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The whole group has ended already.
  }
}
