import { closeSync, constants, mkdirSync, openSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { RequestError } from '@agentclientprotocol/sdk';
import { unsafeName } from '../../core/safe-name.ts';
import { errnoOf, messageOf } from '../../util/errors.ts';

/*
 * We do not offer our file system to agents, but some ask for it all the same. What they get is their working folder, and no more: not
 * by `..`, not by links, and not git's own folder or BooCode's state.
 */

/** Its text, from line `line` (counted from 1) on and at most `limit` lines, where those are given. */
export function readText(path: string, cwd: string, line?: number | null, limit?: number | null): string {
  const place = inside(path, cwd);
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw RequestError.resourceNotFound(path);
    throw refused(path, messageOf(error));
  }
  if (!line && !limit) return text;
  const from = Math.max(0, (line ?? 1) - 1);
  return text
    .split('\n')
    .slice(from, limit ? from + limit : undefined)
    .join('\n');
}

export function writeText(path: string, content: string, cwd: string): void {
  const place = inside(path, cwd);
  try {
    mkdirSync(dirname(place), { recursive: true });
    const file = openSync(place, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW);
    try {
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw refused(path, messageOf(error));
  }
}

/** Where a path really leads; throws when that is not below the working folder. */
function inside(path: string, cwd: string): string {
  const root = realpathSync(cwd);
  const place = real(resolve(root, path));
  const reason = unsafeName(Buffer.from(relative(root, place)));
  if (reason !== null) throw refused(path, reason);
  return place;
}

/** Links followed as far as the path exists. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}

const refused = (path: string, why: string) => RequestError.invalidParams(undefined, `${path}: ${why}`);
