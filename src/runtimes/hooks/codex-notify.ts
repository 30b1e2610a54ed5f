import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HookAsk } from '../types.ts';
import { hookArgv } from './claude.ts';

/** Settings of the whole machine. */
const SYSTEM = '/etc/codex/config.toml';
/** Settings are no larger than this, in bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * The arguments with which a Codex whose hooks cannot be used runs our program at the end of each turn, for this process alone. Where somebody
 * has a notify program of their own, or it cannot be told, the arguments are left as they are.
 */
export function withCodexNotify({ args, env, cwd }: HookAsk): string[] {
  if (args.some((arg) => /^(--config=|-c)?\s*"?notify\b|^--profile-v2\b/.test(arg))) return [...args];
  const home = env.CODEX_HOME || join(env.HOME || homedir(), '.codex');
  const files = [join(home, 'config.toml'), SYSTEM, ...above(cwd).map((folder) => join(folder, '.codex/config.toml'))];
  if (files.some(mayNotify)) return [...args];
  return ['-c', `notify=${JSON.stringify(hookArgv('codex-notify'))}`, ...args];
}

/** The folder and all above it: a trusted project may bring such a program along. */
function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}

/** Whether a file of settings names a notify program, perhaps. */
function mayNotify(path: string): boolean {
  try {
    const stat = statSync(path);
    if (!stat.isFile() || stat.size > MAX_BYTES) return true;
    return /^\s*["']?notify\b/m.test(readFileSync(path, 'utf8'));
  } catch (error) {
    return !['ENOENT', 'ENOTDIR'].includes(String((error as NodeJS.ErrnoException).code));
  }
}
