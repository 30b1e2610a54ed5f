import type { DaemonClient } from '../client/daemon.ts';
import type { ConfigProblem } from '../schema/config.ts';
import type { Context } from './context.ts';

/** `FILE:3:12: worktrees.base: expected a string. Write it …` */
export function problemLine({ file, line, column, path, message, hint }: ConfigProblem): string {
  const place = [file, line, column].filter((part) => part !== null).join(':');
  return `${place}: ${path ? `${path}: ` : ''}${message}${/[.!?]$/.test(message) ? '' : '.'}${hint ? ` ${hint}` : ''}`;
}

/** Says on standard error which parts of the config do not count for what is about to be started. */
export async function warnOfConfig(context: Context, daemon: DaemonClient): Promise<void> {
  const { problems, trusted } = await daemon.call('config.get', {});
  for (const problem of problems) context.note(`boocode: ${problemLine(problem)} Until then this file is not used.`);
  if (!trusted) {
    context.note(
      "boocode: Parts of this project's config that run commands are left out. Read it, then boocode config trust.",
    );
  }
}
