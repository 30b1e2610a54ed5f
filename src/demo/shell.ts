import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * Runs a command line and gives each line it prints. It stays in our process group, so that whoever ends us ends it too;
 * an abort or the time-out (milliseconds) ends it. Resolves with `exit code N`, `ended by SIGNAL` or why it did not start.
 */
export function runCommand(
  command: string,
  {
    cwd,
    signal,
    timeoutMs,
    onLine,
  }: { cwd: string; signal: AbortSignal; timeoutMs: number; onLine(line: string): void },
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve) => {
    const child = spawn('/bin/sh', ['-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on('line', onLine);
    const end = () => child.kill('SIGTERM');
    const timer = setTimeout(end, timeoutMs);
    signal.addEventListener('abort', end, { once: true });
    const done = (code: number | null, text: string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve({ code, text });
    };
    child.once('error', (error) => done(null, error.message));
    child.once('exit', () => setTimeout(() => [child.stdout, child.stderr].map((one) => one.destroy()), LINGER_MS));
    child.once('close', (code, name) => done(code, name ? `ended by ${name}` : `exit code ${code}`));
  });
}

/** How long output that a command left open (by something in the background) is still listened to. */
const LINGER_MS = 200;
