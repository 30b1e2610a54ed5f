import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolder, makeDataFolder, projectPaths } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';

type Env = Record<string, string | undefined>;

const sha256 = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

/** One file per project, so that two programs that trust two projects at once do not undo each other. */
export const trustFile = (root: string, env: Env, of: 'config' | 'workflows' = 'config') =>
  join(dataFolder(env), 'trust', `${sha256(realpathSync(root)).slice(0, 32)}${of === 'config' ? '' : `.${of}`}.json`);

const readOrEmpty = (path: string): Buffer => {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
};

/** Was exactly this content of the project's config trusted by its user? Any changed byte asks anew. */
export function isTrustedContent(root: string, content: Buffer, env: Env): boolean {
  try {
    const entry: unknown = JSON.parse(readFileSync(trustFile(root, env), 'utf8'));
    if (typeof entry !== 'object' || entry === null) return false;
    const { root: trusted, config } = entry as { root?: unknown; config?: unknown };
    return trusted === realpathSync(root) && config === sha256(content);
  } catch {
    return false;
  }
}

/** Is the project's config, as it is now, trusted by its user? Without a config there is nothing to trust: false. */
export const isTrusted = (root: string, env: Env = process.env): boolean =>
  isTrustedContent(root, readOrEmpty(projectPaths(root).config), env);

/** Trusts this content of the project's config, and no other. Kept in the user's data folder, by project path and hash. */
export function trust(root: string, content: Buffer, env: Env = process.env): void {
  const file = trustFile(root, env);
  makeDataFolder(join(dataFolder(env), 'trust'));
  const entry = { root: realpathSync(root), config: sha256(content) };
  replaceFile(file, `${JSON.stringify(entry)}\n`);
}

/** Takes the trust back. */
export const distrust = (root: string, env: Env = process.env): void => rmSync(trustFile(root, env), { force: true });
