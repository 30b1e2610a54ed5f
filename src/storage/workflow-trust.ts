import { readFileSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeDataFolder } from '../util/paths.ts';
import { replaceFile } from './atomic.ts';
import { trustFile } from './trust.ts';

type Env = Record<string, string | undefined>;

/** Contents of one project that stay trusted; the oldest go first. */
const KEPT = 1000;

/** SHA-256 of every content of this project's workflows that its user has trusted. Any changed byte is another content. */
export function trustedWorkflows(root: string, env: Env = process.env): ReadonlySet<string> {
  try {
    const entry: unknown = JSON.parse(readFileSync(trustFile(root, env, 'workflows'), 'utf8'));
    const { root: trusted, hashes } = (entry ?? {}) as { root?: unknown; hashes?: unknown };
    if (trusted !== realpathSync(root) || !Array.isArray(hashes)) return new Set();
    return new Set(hashes.filter((hash) => typeof hash === 'string'));
  } catch {
    return new Set();
  }
}

/** Trusts a workflow of this project with exactly this content. Kept in the user's data folder, by project path. */
export function trustWorkflow(root: string, hash: string, env: Env = process.env): void {
  const file = trustFile(root, env, 'workflows');
  const others = [...trustedWorkflows(root, env)].filter((one) => one !== hash);
  makeDataFolder(dirname(file));
  const entry = { root: realpathSync(root), hashes: [...others, hash].slice(-KEPT) };
  replaceFile(file, `${JSON.stringify(entry)}\n`);
}
