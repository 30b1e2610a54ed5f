import { runCommand } from '../../git/command.ts';
import { copyFiles, runSetup } from '../../git/prepare.ts';
import { withTempWorktree } from '../../git/temp-worktree.ts';
import { scrubEnv } from '../../runtimes/env.ts';
import type { MergeOutcome } from '../../schema/collision.ts';
import type { ResolvedConfig } from '../../schema/config.ts';
import { BooError } from '../../util/errors.ts';
import { worktreesFolder } from '../../util/paths.ts';
import type { Context } from '../context.ts';

/** What is kept of a failed command's output, the end of it: characters. */
const MAX_OUTPUT = 8000;

/** Why nothing is merged in silence as if there were no checks, and what to do. */
const UNCHECKED = {
  untrusted: [
    "the project's config names checks for merges and is not trusted, so nothing was merged",
    'Read it, then boocode config trust; or merge without checks.',
  ],
  broken: [
    "the project's config has a mistake, so its checks for merges are not known, and nothing was merged",
    'boocode config check shows it; or merge without checks.',
  ],
} as const;

/** Where the temporary worktrees of checks are. */
export const checksFolder = (root: string, config: ResolvedConfig) => config.worktrees.dir ?? worktreesFolder(root);

/**
 * Runs the project's check commands one after the other on a merged tree, in a worktree of its own that is prepared as an agent's. Null: all of
 * them passed; else the first that did not. BooError `interrupted` when it was cancelled, `untrusted` when
 * the checks there may be are not known.
 */
export async function runChecks(
  { root, config, publish }: Context,
  { commit, about, signal }: { commit: string; about: string; signal?: AbortSignal | undefined },
): Promise<MergeOutcome['check']> {
  const { config: settings, unchecked } = config.get();
  if (unchecked) throw new BooError('untrusted', UNCHECKED[unchecked][0], UNCHECKED[unchecked][1]);
  const { checks, timeout } = settings.merge;
  if (checks.length === 0) return null;
  return withTempWorktree({ root, folder: checksFolder(root, settings), commit, signal }, async ({ path, runs }) => {
    const env = scrubEnv(process.env, {}, { headless: true });
    await copyFiles({ root, worktree: path, patterns: settings.worktrees.copy });
    await runSetup({ worktree: path, commands: settings.worktrees.setup, env, signal, onStart: runs });
    for (const command of checks) {
      publish('message', { level: 'info', text: `${about}: running ${command}` });
      const failed = await check({ command, path, env, timeout, runs, signal });
      if (failed) return failed;
    }
    return null;
  });
}

async function check({
  command,
  path,
  env,
  timeout,
  runs,
  signal,
}: {
  command: string;
  path: string;
  env: NodeJS.ProcessEnv;
  timeout: number;
  runs(pid: number): void;
  signal?: AbortSignal | undefined;
}): Promise<MergeOutcome['check']> {
  let output = '';
  const onLine = (line: string) => {
    output += `${line}\n`;
    if (output.length > 2 * MAX_OUTPUT) output = output.slice(-MAX_OUTPUT);
  };
  const end = await runCommand({ command, cwd: path, env, timeoutMs: timeout, signal, onStart: runs, onLine });
  if (end.why === 'cancelled') throw new BooError('interrupted', 'the merge was cancelled while its checks ran');
  if (end.code === 0 && end.why === null) return null;
  if (end.why === 'timeout') onLine(`It took longer than ${timeout / 1000} s (merge.timeout) and was ended.`);
  else if (end.signal) onLine(`It was ended by ${end.signal}.`);
  return { command, code: end.why === 'timeout' ? null : end.code, output: output.slice(-MAX_OUTPUT) };
}
