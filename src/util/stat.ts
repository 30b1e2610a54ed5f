import { lstatSync, type PathLike, type Stats } from 'node:fs';
import { errnoOf } from './errors.ts';

/**
 * What lies at a path, itself when it is a link; undefined when nothing does. Node's `throwIfNoEntry` still throws when a
 * folder on the way has become a file.
 */
export function statOf(path: PathLike): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}
