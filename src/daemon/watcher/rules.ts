import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Bytes of one ignore file that are read. */
const MAX_FILE = 1024 * 1024;

/** The ignore rules of one folder, on top of those above it. */
export interface Rules {
  own: Ignore | null;
  /** Rules of the folder above, and this folder's name in it; null at the top. */
  above: { rules: Rules; name: string } | null;
}

function read(file: string): Ignore | null {
  let text: string;
  try {
    text = readFileSync(file, 'latin1').slice(0, MAX_FILE);
  } catch {
    // None there, or unreadable: git ignores nothing by it either.
    return null;
  }
  return ignore({ allowRelativePaths: true }).add(Buffer.from(text, 'latin1').toString());
}

/** Rules at the top of a worktree: its own file, over what its clone and its user exclude (`excludes`: paths of such files). */
export function topRules(root: string, excludes: readonly string[]): Rules {
  const below = excludes.map(read).filter((one) => one !== null);
  const base = below.reduce<Rules | null>((rules, own) => ({ own, above: rules && { rules, name: '' } }), null);
  return { own: read(join(root, '.gitignore')), above: base && { rules: base, name: '' } };
}

export const rulesBelow = (rules: Rules, folder: string, name: string): Rules => ({
  own: read(join(folder, '.gitignore')),
  above: { rules, name },
});

/** Whether git would ignore this entry of the folder: the nearest file that says anything about it decides. */
export function isIgnored(rules: Rules, name: Buffer, folder: boolean): boolean {
  if (!isUtf8(name)) return false;
  let path = `${name}${folder ? '/' : ''}`;
  for (let at: Rules | null = rules; at; at = at.above?.rules ?? null) {
    const said = at.own?.test(path);
    if (said?.ignored) return true;
    if (said?.unignored) return false;
    if (at.above?.name) path = `${at.above.name}/${path}`;
  }
  return false;
}
