import { spawn } from 'node:child_process';
import { BooError, messageOf } from '../util/errors.ts';
import { lineSplitter } from './lines.ts';
import { endGroup } from './process.ts';

/** After a command has ended, how long something it left in the background may hold its output open: milliseconds. */
const DRAIN_MS = 1000;

export interface CommandOptions {
  /** For the shell. */
  command: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Milliseconds; none: as long as it takes. */
  timeoutMs?: number | undefined;
  /** Milliseconds between SIGTERM and SIGKILL. */
  graceMs?: number | undefined;
  signal?: AbortSignal | undefined;
  onStart?: ((pid: number) => void) | undefined;
  onLine?: ((line: string) => void) | undefined;
}

/** `code` null: it was ended by `signal`. `why`: it did not end by itself. */
export interface CommandEnd {
  code: number | null;
  signal: string | null;
  why: 'cancelled' | 'timeout' | null;
}

/**
 * Runs one shell command in a process group of its own, without input, and leaves nothing of the group behind, however it ends.
 * BooError `failed` when it could not be started at all.
 */
export function runCommand(options: CommandOptions): Promise<CommandEnd> {
  const { command, cwd, env, signal, timeoutMs, graceMs, onStart, onLine } = options;
  if (signal?.aborted) return Promise.resolve({ code: null, signal: null, why: 'cancelled' });
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      cwd,
      env,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    if (child.pid !== undefined) onStart?.(child.pid);
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const lines = lineSplitter((line) => onLine?.(line));
      stream.setEncoding('utf8').on('data', (text: string) => lines.write(text));
      return lines;
    });
    const undo: (() => void)[] = [];
    let why: CommandEnd['why'] = null;
    const end = () => undo.push(endGroup(child, graceMs));
    const stop = (reason: NonNullable<CommandEnd['why']>) => {
      why ??= reason;
      end();
    };
    const cancel = () => stop('cancelled');
    signal?.addEventListener('abort', cancel);
    const timer = timeoutMs === undefined ? undefined : setTimeout(() => stop('timeout'), timeoutMs);
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
      for (const step of undo) step();
    };
    child.on('error', (error) => {
      finish();
      reject(new BooError('failed', `\`${command}\` did not start: ${messageOf(error)}`, undefined, { cause: error }));
    });
    child.on('exit', () => {
      clearTimeout(timer);
      end();
      const drain = setTimeout(() => [child.stdout, child.stderr].forEach((stream) => void stream.destroy()), DRAIN_MS);
      undo.push(() => clearTimeout(drain));
    });
    child.on('close', (code, name) => {
      for (const lines of splitters) lines.end();
      finish();
      resolve({ code, signal: name, why });
    });
  });
}
