import { createHash } from 'node:crypto';
import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { MAX_PAST, MAX_PATTERN } from '../schema/search-limits.ts';
import { makeFolders } from '../util/folders.ts';
import { dataFolder } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

type Env = Record<string, string | undefined>;

/** What is looked for may be a secret: it is the user's own, outside the project, 0600. */
const folderOf = (env: Env) => join(dataFolder(env), 'searches');
const fileOf = (root: string, env: Env) =>
  join(folderOf(env), `${createHash('sha256').update(realpathSync(root)).digest('hex').slice(0, 32)}.json`);

/** Patterns that this user has looked for in this project, newest first; none when they cannot be read. */
export function pastSearches(root: string, env: Env = process.env): string[] {
  try {
    return z
      .array(z.string())
      .parse(JSON.parse(readFileSync(fileOf(root, env), 'utf8')))
      .slice(0, MAX_PAST);
  } catch {
    return [];
  }
}

/** Each pattern is kept once, the newest `MAX_PAST` of them. Throws the system's error, e.g. when the disk is full. */
export function rememberSearch(root: string, text: string, env: Env = process.env): void {
  if (text === '' || [...text].length > MAX_PATTERN) return;
  const known = pastSearches(root, env);
  if (known[0] === text) return;
  makeFolders(folderOf(env), 0o700);
  const past = [text, ...known.filter((one) => one !== text)].slice(0, MAX_PAST);
  replaceFile(fileOf(root, env), `${JSON.stringify(past)}\n`);
}
