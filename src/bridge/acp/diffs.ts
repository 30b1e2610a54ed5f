import { readFileSync, statSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { unifiedOf } from '../../core/patch/unified.ts';
import type { AcpTool } from '../../schema/acp.ts';

/** One file's old and new text as an agent tells it: whole, or only the part that changes. */
export interface FileEdit {
  path: string;
  /** null: the file is new. */
  before: string | null;
  after: string;
}

/** A bigger file is not read to find out where a part of it stands. Bytes. */
const MAX_FILE = 4 * 1024 * 1024;

export const editsOf = (content: AcpTool['content']): FileEdit[] =>
  (content ?? []).flatMap((one) =>
    one?.type === 'diff' && one.path !== undefined && one.path !== null
      ? [{ path: one.path, before: one.oldText || null, after: one.newText ?? '' }]
      : [],
  );

/**
 * Edits as one unified diff with paths as seen from `cwd`; null: none. Of a mere part the rest of the file is put around it, as far as the
 * file on the disk shows where it stands (before or after the edit): so the lines' numbers are right.
 */
export function diffOf(edits: readonly FileEdit[], cwd: string): string | null {
  const texts = edits.map((edit) => {
    const { before, after } = whole(edit, cwd);
    return unifiedOf({ path: shown(edit.path, cwd), before, after });
  });
  return texts.join('') || null;
}

/** As short as it stands in the working folder. */
export function shown(path: string, cwd: string): string {
  const near = relative(cwd, resolve(cwd, path));
  return near === '' || near.startsWith('..') ? path : near;
}

function whole({ path, before, after }: FileEdit, cwd: string): { before: string | null; after: string } {
  if (before === null) return { before, after };
  const now = read(resolve(cwd, path));
  if (now === null || now === before || now === after) return { before, after };
  if (once(now, before)) return { before: now, after: now.replace(before, () => after) };
  if (once(now, after)) return { before: now.replace(after, () => before), after: now };
  return { before, after };
}

const once = (text: string, part: string) => {
  const at = text.indexOf(part);
  return part !== '' && at >= 0 && text.indexOf(part, at + 1) < 0;
};

function read(path: string): string | null {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MAX_FILE ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}
