import type { LineRange } from '../schema/collision.ts';
import { nameText } from './names.ts';
import { gitBytes } from './run.ts';

export interface MergeConflict {
  /** As in git/names. */
  file: string;
  /** What git says of it, e.g. `contents`, `modify/delete`, `add/add`, `binary`. */
  reason: string;
  /** Where its markers stand in the merged file; empty: the whole file. */
  lines: LineRange[];
}

/** What a merge of two commits gives: a tree, with markers in files that conflict. */
export interface Merged {
  tree: string;
  conflicts: MergeConflict[];
}

const QUIET = ['-c', 'core.hooksPath=/dev/null', '-c', 'merge.conflictStyle=merge', '-c', 'merge.renames=true'];

/**
 * Merges two commits in the object store: no checkout, index or ref is touched. Both need a common ancestor, else the empty tree is
 * taken for it. `lines` false: it is not looked up where in the files conflicts are.
 */
export async function mergeTree(root: string, ours: string, theirs: string, { lines = true } = {}): Promise<Merged> {
  const args = ['merge-tree', '--write-tree', '-z', '--messages', '--allow-unrelated-histories', ours, theirs];
  const { stdout, code } = await gitBytes([...QUIET, ...args], { cwd: root, allow: [1] });
  const [tree = '', ...fields] = stdout.toString('latin1').split('\0');
  if (code === 0) return { tree, conflicts: [] };
  const listed = new Map<string, { oids: Map<string, string> }>();
  let at = 0;
  for (; fields[at]; at++) {
    const tab = fields[at]!.indexOf('\t');
    const [, oid = '', stage = ''] = fields[at]!.slice(0, tab).split(' ');
    const name = fields[at]!.slice(tab + 1);
    if (!listed.has(name)) listed.set(name, { oids: new Map() });
    listed.get(name)!.oids.set(stage, oid);
  }
  const reasons = reasonsOf(fields.slice(at + 1));
  const names = [...new Set([...listed.keys(), ...reasons.keys()])].sort();
  const marked = lines ? await markersOf(root, tree, names) : new Map<string, LineRange[]>();
  return {
    tree,
    conflicts: names.map((name) => ({
      file: nameText(Buffer.from(name, 'latin1')),
      reason: reasons.get(name) ?? 'contents',
      lines: marked.get(name) ?? [],
    })),
  };
}

/** Messages as `-z` gives them: number of paths, the paths, the kind, the text. Only conflicts count. */
function reasonsOf(fields: string[]): Map<string, string> {
  const reasons = new Map<string, string>();
  for (let at = 0; at < fields.length && fields[at] !== ''; ) {
    const count = Number(fields[at]);
    const paths = fields.slice(at + 1, at + 1 + count);
    const reason = /^CONFLICT \(([^)]*)\)/.exec(fields[at + 1 + count] ?? '')?.[1];
    if (reason) for (const path of paths.slice(0, 1)) if (!reasons.has(path)) reasons.set(path, reason);
    at += 3 + count;
  }
  return reasons;
}

/** Where conflict markers stand in files of a tree, in lines from 1. */
async function markersOf(root: string, tree: string, names: string[]): Promise<Map<string, LineRange[]>> {
  const found = new Map<string, LineRange[]>();
  const plain = names.filter((name) => !name.includes('\n'));
  if (plain.length === 0) return found;
  const input = Buffer.from(plain.map((name) => `${tree}:${name}\n`).join(''), 'latin1');
  const { stdout } = await gitBytes(['cat-file', '--batch'], { cwd: root, input });
  let at = 0;
  for (const name of plain) {
    const end = stdout.indexOf(10, at);
    const [, type, size] = stdout.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === undefined || size === undefined) continue;
    const content = stdout.toString('latin1', at, at + Number(size));
    at += Number(size) + 1;
    if (type === 'blob') found.set(name, markers(content));
  }
  return found;
}

function markers(content: string): LineRange[] {
  const ranges: LineRange[] = [];
  let start: number | null = null;
  for (const [index, line] of content.split('\n').entries()) {
    if (line.startsWith('<<<<<<< ')) start ??= index + 1;
    if (!line.startsWith('>>>>>>> ') || start === null) continue;
    ranges.push({ start, end: index + 1 });
    start = null;
  }
  return ranges;
}
