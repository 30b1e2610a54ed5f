import type { FileChange } from '../codex/diff.ts';

/** Lines of `apply_patch` that begin a file, a move, or a part of one. */
const FILE = /^\*\*\* (Add|Update|Delete) File: (.+)$/;
const MOVE = /^\*\*\* Move to: (.+)$/;

/** What Codex's `apply_patch` would do. It tells no line numbers: those of the parts of a file are counted from 1. */
export function patchOf(text: string): FileChange[] {
  const changes: (FileChange & { lines: string[] })[] = [];
  for (const line of text.split('\n')) {
    const [, kind, path] = FILE.exec(line) ?? [];
    const last = changes.at(-1);
    if (kind !== undefined && path !== undefined) {
      const of = kind === 'Add' ? 'add' : kind === 'Delete' ? 'delete' : 'update';
      changes.push({ path, kind: of, movedTo: null, diff: '', lines: [] });
    } else if (last && MOVE.test(line)) last.movedTo = MOVE.exec(line)![1]!;
    else if (last && !line.startsWith('***')) last.lines.push(line);
  }
  return changes.map(({ lines, ...change }) => ({ ...change, diff: diffOf(change.kind, lines) }));
}

function diffOf(kind: FileChange['kind'], lines: string[]): string {
  if (kind === 'delete') return '';
  if (kind === 'add') return lines.flatMap((line) => (line.startsWith('+') ? `${line.slice(1)}\n` : [])).join('');
  const parts: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('@@')) parts.push([]);
    else if (/^[ +-]/.test(line)) (parts.at(-1) ?? parts[parts.push([]) - 1]!).push(line);
  }
  const count = (part: string[], not: string) => part.filter((line) => !line.startsWith(not)).length;
  return parts
    .map((part) => `@@ -1,${count(part, '+')} +1,${count(part, '-')} @@\n${part.map((line) => `${line}\n`).join('')}`)
    .join('');
}
