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

/** Merges per process: starting one costs more than ten small merges, and two can work at once. */
const BATCH = 32;

/**
 * Merges pairs of commits (ours, theirs) in the object store: no checkout, index or ref is touched. Both need a common ancestor, else
 * the empty tree is taken for it. `lines` false: it is not looked up where in the files conflicts are. Answers stand in the order of
 * the pairs; a pair with an object that is not there is a GitError for all.
 */
export async function mergeTrees(
  root: string,
  pairs: readonly (readonly [ours: string, theirs: string])[],
  { lines = true } = {},
): Promise<Merged[]> {
  const parts = Array.from({ length: Math.ceil(pairs.length / BATCH) }, (_, n) =>
    pairs.slice(n * BATCH, (n + 1) * BATCH),
  );
  return (await Promise.all(parts.map((part) => mergePart(root, part, lines)))).flat();
}

/** One of `mergeTrees`. */
export async function mergeTree(root: string, ours: string, theirs: string, options?: { lines?: boolean }) {
  const [merged] = await mergeTrees(root, [[ours, theirs]], options);
  return merged!;
}

async function mergePart(
  root: string,
  pairs: readonly (readonly [ours: string, theirs: string])[],
  lines: boolean,
): Promise<Merged[]> {
  const args = ['merge-tree', '--write-tree', '-z', '--messages', '--allow-unrelated-histories', '--stdin'];
  const input = pairs.map(([ours, theirs]) => `${ours} ${theirs}\n`).join('');
  const { stdout } = await gitBytes([...QUIET, ...args], { cwd: root, input });
  const fields = stdout.toString('latin1').split('\0')[Symbol.iterator]();
  const outcomes = pairs.map(() => outcomeOf(() => fields.next().value ?? ''));
  const marked = lines ? await markersOf(root, outcomes) : new Map<string, LineRange[]>();
  return outcomes.map(({ tree, reasons }) => ({
    tree,
    conflicts: [...reasons].map(([name, reason]) => ({
      file: nameText(Buffer.from(name, 'latin1')),
      reason,
      lines: marked.get(`${tree}:${name}`) ?? [],
    })),
  }));
}

/** As git gives it: names in latin1, byte for byte, sorted. */
interface Outcome {
  tree: string;
  reasons: Map<string, string>;
}

/**
 * One merge as `--stdin` gives it: whether it is clean, the tree, the stages of files that conflict, an empty field, messages (number of
 * paths, the paths, the kind, the text), an empty field. Of messages only conflicts count.
 */
function outcomeOf(next: () => string): Outcome {
  const isClean = next() === '1';
  const tree = next();
  const reasons = new Map<string, string>();
  for (let stage = next(); stage !== ''; stage = next()) reasons.set(stage.slice(stage.indexOf('\t') + 1), 'contents');
  const said = new Set<string>();
  for (let count = next(); count !== ''; count = next()) {
    const [name] = Array.from({ length: Number(count) }, next);
    const reason = /^CONFLICT \(([^)]*)\)/.exec(next())?.[1];
    next();
    if (!reason || name === undefined || said.has(name)) continue;
    said.add(name);
    reasons.set(name, reason);
  }
  const sorted = [...reasons].sort(([a], [b]) => (a < b ? -1 : 1));
  return { tree, reasons: new Map(isClean ? [] : sorted) };
}

/** Where conflict markers stand in files of these trees, in lines from 1: `tree:name` ▶ lines. */
async function markersOf(root: string, outcomes: readonly Outcome[]): Promise<Map<string, LineRange[]>> {
  const found = new Map<string, LineRange[]>();
  const wanted = outcomes.flatMap(({ tree, reasons }) =>
    [...reasons.keys()].filter((name) => !name.includes('\n')).map((name) => `${tree}:${name}`),
  );
  if (wanted.length === 0) return found;
  const input = Buffer.from(wanted.map((one) => `${one}\n`).join(''), 'latin1');
  const { stdout } = await gitBytes(['cat-file', '--batch'], { cwd: root, input });
  let at = 0;
  for (const one of wanted) {
    const end = stdout.indexOf(10, at);
    const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(stdout.toString('latin1', at, end)) ?? [];
    at = end + 1;
    if (size === undefined) continue;
    const content = stdout.toString('latin1', at, at + Number(size));
    at += Number(size) + 1;
    if (type === 'blob') found.set(one, markers(content));
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
