import { spawn } from 'node:child_process';
import { BooError, messageOf } from '../util/errors.ts';
import { lineSplitter } from './lines.ts';
import { endGroup } from './process.ts';

/** How many of the last lines of a failed command stand in its error. */
const LAST_LINES = 5;
/** After a command has ended, how long something it left in the background may hold its output open: milliseconds. */
const DRAIN_MS = 1000;

interface SetupOptions {
  worktree: string;
  /** Shell commands, run one after the other in the worktree. */
  commands: readonly string[];
  /** The agent's environment. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onLine?: ((line: string) => void) | undefined;
}

/** Runs one command in a process group of its own and leaves nothing of the group behind. */
function runOne(command: string, { worktree, env, signal, onLine }: SetupOptions): Promise<void> {
  const cancelled = () => new BooError('interrupted', `the setup command \`${command}\` was cancelled`);
  if (signal?.aborted) return Promise.reject(cancelled());
  return new Promise((resolve, reject) => {
    const last: string[] = [];
    const child = spawn(command, {
      cwd: worktree,
      env,
      shell: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
    });
    const splitters = [child.stdout, child.stderr].map((stream) => {
      const lines = lineSplitter((line) => {
        last.push(line);
        if (last.length > LAST_LINES) last.shift();
        onLine?.(line);
      });
      stream.setEncoding('utf8').on('data', (text: string) => lines.write(text));
      return lines;
    });
    const undo: (() => void)[] = [];
    const end = () => undo.push(endGroup(child));
    signal?.addEventListener('abort', end);
    const finish = (error?: BooError) => {
      signal?.removeEventListener('abort', end);
      for (const step of undo) step();
      if (error) reject(error);
      else resolve();
    };
    child.on('error', (error) => {
      const hint = 'Correct worktrees.setup in the config.';
      finish(new BooError('failed', `the setup command \`${command}\` did not start: ${messageOf(error)}`, hint));
    });
    child.on('exit', () => {
      end();
      const timer = setTimeout(() => [child.stdout, child.stderr].forEach((stream) => void stream.destroy()), DRAIN_MS);
      undo.push(() => clearTimeout(timer));
    });
    child.on('close', (code, name) => {
      for (const lines of splitters) lines.end();
      if (signal?.aborted) return finish(cancelled());
      if (code === 0) return finish();
      const how = code === null ? `was ended by ${name}` : `ended with exit code ${code}`;
      const said = last.length > 0 ? `: ${last.join(' | ')}` : '';
      const hint = `Correct worktrees.setup in the config, or run it in ${worktree} to see why.`;
      finish(new BooError('failed', `the setup command \`${command}\` ${how}${said}`, hint));
    });
  });
}

/**
 * Runs the configured setup commands in a new worktree. The first that fails ends it: BooError `failed` with the command,
 * its exit code and its last lines; `interrupted` when `signal` was raised. Nothing of them runs on afterwards.
 */
export async function runSetup(options: SetupOptions): Promise<void> {
  for (const command of options.commands) await runOne(command, options);
}
