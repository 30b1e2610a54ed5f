import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../util/errors.ts';
import { commonFolder } from './repository.ts';
import { git, gitLine } from './run.ts';

const TIMEOUT_MS = 10 * 60_000;

export interface Submodule {
  name: string;
  /** Relative to the worktree. */
  path: string;
}

/** The submodules that a checkout's .gitmodules names and its index has; names that could lead elsewhere are left out. */
export async function listSubmodules(worktree: string): Promise<Submodule[]> {
  if (!existsSync(join(worktree, '.gitmodules'))) return [];
  const { stdout } = await git(['config', '-z', '--file', '.gitmodules', '--get-regexp', '^submodule\\..*\\.path$'], {
    cwd: worktree,
    allow: [1],
  });
  const named = stdout.split('\0').flatMap((entry) => {
    const [key = '', path = ''] = entry.split('\n');
    const name = key.slice('submodule.'.length, -'.path'.length);
    const safe = name && path && !name.includes('=') && !name.split(/[\\/]/).includes('..') && !path.startsWith('-');
    return safe ? [{ name, path }] : [];
  });
  const present = await Promise.all(
    named.map(async (one) => {
      const { stdout: entry } = await git(['--literal-pathspecs', 'ls-files', '-s', '-z', '--', one.path], {
        cwd: worktree,
        allow: [128],
      });
      return entry.startsWith('160000 ');
    }),
  );
  return named.filter((_, index) => present[index]);
}

/** Is the submodule checked out here? */
export const isFilled = (worktree: string, { path }: Submodule) => existsSync(join(worktree, path, '.git'));

/** Checks one submodule out from the copy that the project's own checkout has of it. */
async function fill(worktree: string, one: Submodule, store: string, signal?: AbortSignal): Promise<void> {
  const upstream = await gitLine(['config', '--get', 'remote.origin.url'], store);
  // The address is given for this one command: the repository's shared config is left alone. The file protocol is
  // allowed because the path is one we chose ourselves.
  const config = ['-c', `submodule.${one.name}.url=${store}`, '-c', 'protocol.file.allow=always'];
  await git([...config, 'submodule', '--quiet', 'update', '--init', '--', one.path], {
    cwd: worktree,
    timeoutMs: TIMEOUT_MS,
    signal,
  });
  if (upstream) await git(['remote', 'set-url', 'origin', upstream], { cwd: join(worktree, one.path) });
}

/**
 * Checks out the submodules of a new worktree, and theirs, from the objects that this machine has, never from the
 * network. One that is not here gives a warning. Submodules that the project's own checkout does not use stay empty.
 */
export async function fillSubmodules({
  root,
  worktree,
  store,
  signal,
}: {
  root: string;
  worktree: string;
  /** Folder that has the repositories in `modules/`; default: the project's own. */
  store?: string;
  signal?: AbortSignal | undefined;
}): Promise<string[]> {
  const all = await listSubmodules(worktree);
  if (all.length === 0) return [];
  const modules = join(store ?? (await commonFolder(root)), 'modules');
  const warnings: string[] = [];
  for (const one of all) {
    const own = join(modules, one.name);
    if (!existsSync(join(own, 'HEAD'))) continue;
    try {
      await fill(worktree, one, own, signal);
      warnings.push(...(await fillSubmodules({ root, worktree: join(worktree, one.path), store: own, signal })));
    } catch (error) {
      signal?.throwIfAborted();
      warnings.push(`submodule ${one.path} was not checked out: ${messageOf(error)}`);
    }
  }
  return warnings;
}
