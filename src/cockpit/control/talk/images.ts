import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { imageTypeOf } from '../../../util/image-type.ts';

/** Bytes of one image that providers take. */
export const IMAGE_LIMIT = 20 * 1024 * 1024;
/** A path to an image: in quotes, with escaped blanks (as terminals write what is dropped on them), or as a word. */
const PATHS =
  /"([^"\n]+\.(?:png|jpe?g|gif|webp))"|'([^'\n]+\.(?:png|jpe?g|gif|webp))'|@?((?:\\.|[^\s\\"'])+\.(?:png|jpe?g|gif|webp))(?=$|[\s,.;:)])/gi;

export interface Images {
  /** Absolute, each once. */
  paths: string[];
  /** Those that are too large, as written. */
  tooLarge: string[];
}

/** Images that a prompt names and that are there; relative paths are to `cwd`. */
export function imagesIn(text: string, cwd: string): Images {
  const found: Images = { paths: [], tooLarge: [] };
  for (const [, double, single, word] of text.matchAll(PATHS)) {
    const written = double ?? single ?? word!.replaceAll(/\\(.)/g, '$1');
    const path = absolute(written, cwd);
    const size = path === null ? null : sizeOf(path);
    if (path === null || size === null) continue;
    if (size > IMAGE_LIMIT) found.tooLarge.push(written);
    else if (!found.paths.includes(path)) found.paths.push(path);
  }
  return found;
}

function absolute(written: string, cwd: string): string | null {
  if (written.startsWith('file://')) {
    try {
      return fileURLToPath(written);
    } catch {
      return null;
    }
  }
  if (/^[a-z]+:\/\//i.test(written)) return null;
  if (written.startsWith('~/')) return resolve(homedir(), written.slice(2));
  return isAbsolute(written) ? written : resolve(cwd, written);
}

/** Null: there is no such image. */
function sizeOf(path: string): number | null {
  try {
    const stat = statSync(path);
    return stat.isFile() && imageTypeOf(path) !== null ? stat.size : null;
  } catch {
    return null;
  }
}
