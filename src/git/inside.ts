import { isUtf8 } from 'node:buffer';
import { existsSync } from 'node:fs';
import { below, fieldsOf } from './lines.ts';
import { listSubmodules } from './submodules.ts';
import { within } from './within.ts';

type Git = (args: readonly string[]) => Promise<Buffer>;

/**
 * Which repositories at or below these paths hold edits that are not committed in them: their names (latin1, byte for byte). git tells of
 * one only which commit it stands on.
 */
export async function editedInside(git: Git, worktree: string, paths: readonly Buffer[]): Promise<string[]> {
  const isBelow = within(paths);
  const known = (await listSubmodules(worktree)).map(({ path }) => path).filter((path) => isBelow(latin1(path)));
  const here = paths.filter((path) => isUtf8(path) && existsSync(below(worktree, Buffer.concat([path, DOT_GIT]))));
  const all = [...new Set([...known, ...here.map((path) => String(path).replace(/\/$/, ''))])];
  if (all.length === 0) return [];
  const how = ['--porcelain=v2', '-z', '--untracked-files=all', '--no-renames', '--ignore-submodules=none'];
  // `1 .M S.MU <3 modes> <2 names> <path>`: M edits of tracked files, U untracked ones.
  return fieldsOf(await git(['--literal-pathspecs', 'status', ...how, '--', ...all])).flatMap((field) => {
    const [, inside, name] = /^1 .. (\S{4}) (?:\S+ ){5}(.+)$/s.exec(field.toString('latin1')) ?? [];
    return name !== undefined && /^S.(M.|.U)/.test(inside!) ? [name] : [];
  });
}

const DOT_GIT = Buffer.from('/.git');
const latin1 = (path: string) => Buffer.from(path).toString('latin1');
