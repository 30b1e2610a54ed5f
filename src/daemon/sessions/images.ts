import { readFileSync, statSync } from 'node:fs';
import { extname } from 'node:path';
import type { Picture } from '../../runtimes/driver.ts';
import { BooError } from '../../util/errors.ts';

/** Bytes of one image. */
const MAX_BYTES = 20 * 1024 * 1024;
const TYPES: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
};

/** Throws `usage` for what no agent could be shown. */
export function checkImage(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new BooError('usage', `there is no file ${path}`, 'Give the full path of an image.');
  if (!TYPES[extname(path).toLowerCase()]) {
    throw new BooError('usage', `${path} is no image that agents take`, 'Give a png, jpg, gif or webp.');
  }
  if (stat.size > MAX_BYTES) {
    throw new BooError('usage', `${path} is larger than 20 MB`, 'Give a smaller picture of it.');
  }
}

/** The images of a prompt with their bytes; one that cannot be read now is left out: the agent is told its path. */
export function readImages(paths: readonly string[]): Picture[] {
  return paths.flatMap((path) => {
    try {
      checkImage(path);
      const mediaType = TYPES[extname(path).toLowerCase()]!;
      return [{ path, mediaType, base64: readFileSync(path).toString('base64') }];
    } catch {
      return [];
    }
  });
}
