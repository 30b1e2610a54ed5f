import { isAbsolute, relative } from 'node:path';
import { type Json, objectOf, objectsOf, textOf } from '../json.ts';

/** One file of a fileChange item. */
export interface FileChange {
  path: string;
  kind: 'add' | 'delete' | 'update';
  movedTo: string | null;
  /** The whole content of a file that is added or deleted; else hunks. */
  diff: string;
}

export const changesOf = (item: Json): FileChange[] =>
  objectsOf(item.changes).map(({ path, kind, diff }) => {
    const { type, move_path } = objectOf(kind);
    return {
      path: textOf(path),
      kind: type === 'add' || type === 'delete' ? type : 'update',
      movedTo: textOf(move_path) || null,
      diff: textOf(diff),
    };
  });

/** A path below `cwd` from there; another one as it is. */
export function shortPath(path: string, cwd: string): string {
  const below = isAbsolute(path) ? relative(cwd, path) : path;
  return below.startsWith('..') || below === '' ? path : below;
}

/** Unified, one text for all files; null: no file changes. */
export const diffOf = (changes: readonly FileChange[], cwd: string): string | null =>
  changes.length === 0 ? null : changes.map((change) => fileDiff(change, cwd)).join('');

function fileDiff({ path, kind, movedTo, diff }: FileChange, cwd: string): string {
  const name = shortPath(path, cwd);
  if (kind === 'add') return `--- /dev/null\n+++ b/${name}\n${whole(diff, '+')}`;
  if (kind === 'delete') return `--- a/${name}\n+++ /dev/null\n${whole(diff, '-')}`;
  // Codex says below the hunks where the file goes.
  const hunks = diff.replace(/\n+Moved to: [^\n]*\n?$/, '\n');
  return `--- a/${name}\n+++ b/${movedTo ? shortPath(movedTo, cwd) : name}\n${hunks}${/\n$|^$/.test(hunks) ? '' : '\n'}`;
}

function whole(content: string, sign: '+' | '-'): string {
  const lines = content.split('\n');
  const ended = lines.at(-1) === '';
  if (ended) lines.pop();
  if (lines.length === 0) return '';
  const count = `1,${lines.length}`;
  const header = sign === '+' ? `@@ -0,0 +${count} @@` : `@@ -${count} +0,0 @@`;
  const end = ended ? '' : '\\ No newline at end of file\n';
  return `${header}\n${lines.map((line) => `${sign}${line}\n`).join('')}${end}`;
}
