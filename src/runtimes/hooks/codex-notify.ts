import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parse, stringify, type TomlTable } from 'smol-toml';
import type { HookAsk } from '../types.ts';
import { hookArgv } from './claude.ts';

/** Settings of the whole machine. */
const SYSTEM = '/etc/codex/config.toml';
/** Settings are no larger than this, in bytes. */
const MAX_BYTES = 1024 * 1024;

/**
 * The arguments with which a Codex whose hooks cannot be used runs our program at the end of each turn, for this process alone. The
 * person's own goes on to be run, by ours; with one among their arguments, or one that cannot be read, the arguments are left as they
 * are, and so where one comes with the machine or the project: Codex knows whether that is trusted. Profiles of Codex have none.
 */
export function withCodexNotify({ args, env, cwd }: HookAsk): string[] {
  const own = args.some((arg) => NOTIFIES.test(arg)) ? null : ownNotify(env, cwd);
  if (!own) return [...args];
  return ['-c', stringify({ notify: hookArgv('codex-notify', ...own) }).trim(), ...args];
}

/** `--profile-v2` is a file of settings of its own. */
const NOTIFIES = /^(--config=|-c)?\s*"?notify\b|^--profile-v2\b/;

/** The words of the person's own notify program, none where they have none; null: it is to be left alone. */
function ownNotify(env: HookAsk['env'], cwd: string): string[] | null {
  try {
    const home = resolve(cwd, env.CODEX_HOME || join(env.HOME || homedir(), '.codex'), 'config.toml');
    const others = [SYSTEM, ...above(cwd).map((folder) => join(folder, '.codex', 'config.toml'))].filter(existsSync);
    if (others.some((path) => !isSame(path, home) && settingsOf(path).notify !== undefined)) return null;
    const { notify = [] } = settingsOf(home);
    return Array.isArray(notify) && notify.every((word) => typeof word === 'string') ? notify : null;
  } catch {
    return null;
  }
}

const isSame = (path: string, other: string) => existsSync(other) && realpathSync(path) === realpathSync(other);

/** The folder and all above it: settings of a project stand in any of them. */
function above(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...above(parent)];
}

/** Throws where there are some that cannot be read. */
function settingsOf(path: string): TomlTable {
  if (!existsSync(path)) return {};
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > MAX_BYTES) throw new Error(`${path} is no file of settings`);
  return parse(readFileSync(path, 'utf8'));
}
