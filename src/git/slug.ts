import { join } from 'node:path';

/** Longest name in bytes: branch names and folders become paths, and 255 is the limit of most file systems. */
const MAX_BYTES = 100;

/**
 * A name as one component of a branch and of a path: letters of any script stay, spaces and what git or a file system
 * refuses become "-". `Fix the "login"` ▶ `Fix-the-login`; nothing usable ▶ `agent`.
 */
export function slug(name: string): string {
  let text = name
    .normalize('NFC')
    .replace(/[\p{C}\p{Z}\s~^:?*[\]\\/<>"|'`$&;(){}!#%@]+/gu, '-')
    .replace(/\.{2,}/g, '.')
    .replace(/-{2,}/g, '-')
    .replace(/^[-.]+/, '');
  while (Buffer.byteLength(text) > MAX_BYTES) text = [...text].slice(0, -1).join('');
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/[-.]+$/, '').replace(/\.lock$/i, '');
  }
  return text || 'agent';
}

/** The branch of an agent: the configured prefix (`boo/`) and the slug of its name. */
export const branchFor = (prefix: string, name: string) => `${prefix}${slug(name)}`;

/** The worktree of an agent in the folder that holds a project's worktrees. */
export const worktreeFor = (folder: string, name: string) => join(folder, slug(name));
