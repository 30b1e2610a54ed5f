import { userInfo } from 'node:os';
import type { Runtime } from './types.ts';
import { which } from './which.ts';

/** The user's shell as tmux finds its default-shell: $SHELL, the password file's, /bin/sh. */
export function userShell(env: Record<string, string | undefined>): string {
  for (const shell of [env.SHELL, passwordShell()]) {
    if (shell?.startsWith('/') && which(shell, env, '/')) return shell;
  }
  return process.platform === 'win32' ? (env.ComSpec ?? 'cmd.exe') : '/bin/sh';
}

function passwordShell(): string | undefined {
  try {
    return userInfo().shell ?? undefined;
  } catch {
    return undefined; // a user id without an entry, as in many containers
  }
}

export const shell: Runtime = {
  id: 'shell',
  title: 'Shell',
  binary: null,
  argv: ({ program, args, env }) => [program ?? userShell(env), ...args],
  prompting: 'typed',
  listens: false,
  version: null,
  install: null,
  titles: [],
  verified: 'driven in the tests',
};
