import { lstatSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import type { FileAsked } from '../../core/approvals/paths.ts';
import { errnoOf } from '../../util/errors.ts';

/** A path with all its links followed as far as it exists; null where that cannot be said (a link to nothing, no right to look). */
function realOf(path: string): string | null {
  try {
    return realpathSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT' || isLink(path) || dirname(path) === path) return null;
    const folder = realOf(dirname(path));
    return folder === null ? null : join(folder, basename(path));
  }
}

const isLink = (path: string): boolean => {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
};

/** From `folder`, with `/`; null: outside of it. */
function inside(folder: string, path: string): string | null {
  const way = relative(folder, path);
  if (way === '' || way === '..' || way.startsWith(`..${sep}`) || resolve(folder, way) !== path) return null;
  return way.split(sep).join('/');
}

/** What a request's paths are on the disk, as its agent in `cwd` would reach them. */
export function filesAsked(cwd: string, paths: readonly string[]): FileAsked[] {
  const folder = realOf(cwd);
  return paths.map((path) => {
    const absolute = resolve(cwd, path.replace(/^~(?=\/|$)/, homedir()));
    const real = path.includes('\0') ? null : realOf(absolute);
    return {
      named: inside(cwd, absolute),
      real: real === null || folder === null ? null : inside(folder, real),
      absolute: real ?? absolute,
    };
  });
}
