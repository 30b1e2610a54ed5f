import { BooError, messageOf } from '../util/errors.ts';
import { runCommand } from './command.ts';

/** How many of the last lines of a failed command stand in its error. */
const LAST_LINES = 5;

interface SetupOptions {
  worktree: string;
  /** Shell commands, run one after the other in the worktree. */
  commands: readonly string[];
  /** The agent's environment. */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  onLine?: ((line: string) => void) | undefined;
  /** Told the process group of each. */
  onStart?: ((pid: number) => void) | undefined;
}

async function runOne(command: string, { worktree, env, signal, onLine, onStart }: SetupOptions): Promise<void> {
  const last: string[] = [];
  const keep = (line: string) => {
    last.push(line);
    if (last.length > LAST_LINES) last.shift();
    onLine?.(line);
  };
  const ended = runCommand({ command, cwd: worktree, env, signal, onStart, onLine: keep });
  const { code, signal: name } = await ended.catch((error: unknown) => {
    const hint = 'Correct worktrees.setup in the config.';
    throw new BooError('failed', `the setup command ${messageOf(error)}`, hint, { cause: error });
  });
  if (signal?.aborted) throw new BooError('interrupted', `the setup command \`${command}\` was cancelled`);
  if (code === 0) return;
  const how = code === null ? `was ended by ${name}` : `ended with exit code ${code}`;
  const said = last.length > 0 ? `: ${last.join(' | ')}` : '';
  // Not where it ran: that worktree is taken away again.
  const hint = 'Correct worktrees.setup in the config, or try it in a worktree of your own (git worktree add).';
  throw new BooError('failed', `the setup command \`${command}\` ${how}${said}`, hint);
}

/**
 * Runs the configured setup commands in a new worktree. The first that fails ends it: BooError `failed` with the command,
 * its exit code and its last lines; `interrupted` when `signal` was raised. Nothing of them runs on afterwards.
 */
export async function runSetup(options: SetupOptions): Promise<void> {
  for (const command of options.commands) await runOne(command, options);
}
