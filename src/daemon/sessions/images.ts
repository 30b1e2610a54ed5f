import { readFileSync, statSync } from 'node:fs';
import type { Picture } from '../../runtimes/driver.ts';
import { BooError } from '../../util/errors.ts';
import { imageTypeOf } from '../../util/image-type.ts';

/** Bytes of one image. */
const MAX_BYTES = 20 * 1024 * 1024;
/** Throws `usage` for what no agent could be shown. */
export function checkImage(path: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) throw new BooError('usage', `there is no file ${path}`, 'Give the full path of an image.');
  if (imageTypeOf(path) === null) {
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
      const mediaType = imageTypeOf(path)!;
      return [{ path, mediaType, base64: readFileSync(path).toString('base64') }];
    } catch {
      return [];
    }
  });
}
