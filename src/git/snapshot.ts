import type { Stats } from 'node:fs';
import { lstat, readlink } from 'node:fs/promises';
import type { Snapshot } from '../schema/saved.ts';
import { BooError, errnoOf } from '../util/errors.ts';
import { below, fieldsOf } from './lines.ts';
import { commitOf, gitFolder } from './repository.ts';
import { type ChangedFile, changedFiles, isConflict } from './status.ts';
import { type View, withTempIndex } from './temp-index.ts';
import { standOf } from './tips.ts';

export interface FullSnapshot extends Snapshot {
  /** `git ls-files --unmerged -z`: the stages of files in conflict. */
  conflicts: Buffer;
  /** Permission bits of saved files that git's two modes do not tell. Name (latin1, byte for byte) ▶ bits. */
  modes: Record<string, number>;
}

interface IndexEntry {
  mode: string;
  oid: string;
  name: Buffer;
}

/** A name as `hash-object --stdin-paths` reads it: in C quotes when it holds anything unusual. */
export function quoted(name: Buffer): Buffer {
  if (/^[\w./+@,=-]+$/.test(name.toString('latin1'))) return name;
  const octal = [...name].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
  return Buffer.from(`"${octal}"`);
}

/** Entries as `update-index -z --index-info` reads them; mode 0 removes. */
export const indexInfo = (entries: readonly IndexEntry[]): Buffer =>
  Buffer.concat(entries.flatMap(({ mode, oid, name }) => [Buffer.from(`${mode} ${oid}\t`), name, Buffer.of(0)]));

/** Writes files into the object store as they are: no line-end conversion, no clean filter. */
export async function hashFiles(view: View, names: readonly Buffer[]): Promise<string[]> {
  if (names.length === 0) return [];
  const input = Buffer.concat(names.flatMap((name) => [quoted(name), Buffer.from('\n')]));
  const printed = await view.git(['hash-object', '-w', '--no-filters', '--stdin-paths'], input);
  return printed.split('\n').filter(Boolean);
}

export const hashBytes = async (view: View, bytes: Buffer): Promise<string> =>
  (await view.git(['hash-object', '-w', '--stdin'], bytes)).trim();

/** In conflict: our side stands for the file in the saved index; the stages themselves are kept beside it. */
async function settleConflicts(view: View, conflicts: Buffer, nothing: string): Promise<void> {
  const stages = fieldsOf(conflicts).map((field) => {
    const tab = field.indexOf(9);
    const [mode = '', oid = '', stage = ''] = field.toString('latin1', 0, tab).split(' ');
    return { mode, oid, stage, name: field.subarray(tab + 1) };
  });
  const gone = stages.map(({ name }) => ({ mode: '0', oid: nothing, name }));
  const ours = stages.filter(({ stage }) => stage === '2');
  await view.git(['update-index', '-z', '--index-info'], indexInfo([...gone, ...ours]));
}

/** What lies at a name below the worktree; nothing when the way there leads through a link or a file. */
async function statInside(worktree: string, name: Buffer, real: Map<string, boolean>): Promise<Stats | undefined> {
  for (let at = name.indexOf(0x2f); at >= 0; at = name.indexOf(0x2f, at + 1)) {
    const key = name.toString('latin1', 0, at);
    let isReal = real.get(key);
    if (isReal === undefined) {
      const stat = await lstat(below(worktree, name.subarray(0, at))).catch(() => undefined);
      isReal = stat?.isDirectory() ?? false;
      real.set(key, isReal);
    }
    if (!isReal) return undefined;
  }
  return lstat(below(worktree, name)).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

/** The commit that a repository inside the worktree stands on: what its entry in the tree says. */
async function linkEntry(view: View, name: Buffer): Promise<IndexEntry | undefined> {
  const oid = await commitOf(`${view.worktree}/${name.toString()}`, 'HEAD');
  return oid ? { mode: '160000', oid, name } : undefined;
}

/** Puts every changed file of the worktree, as it lies there, into the view's index. */
async function takeFiles(view: View, changed: ChangedFile[], nothing: string): Promise<Record<string, number>> {
  const gone: IndexEntry[] = [];
  const links: IndexEntry[] = [];
  const plain: { name: Buffer; stat: Stats }[] = [];
  const real = new Map<string, boolean>();
  for (const { name } of changed) {
    const stat = await statInside(view.worktree, name, real);
    if (stat?.isFile()) plain.push({ name, stat });
    else if (stat?.isSymbolicLink()) {
      const target = await readlink(below(view.worktree, name), 'buffer');
      links.push({ mode: '120000', oid: await hashBytes(view, target), name });
    } else {
      const tracked = (
        await view.bytes(['--literal-pathspecs', 'ls-files', '-s', '-z', '--', name.toString()])
      ).toString();
      const link = stat?.isDirectory() && tracked.startsWith('160000') ? await linkEntry(view, name) : undefined;
      if (link) links.push(link);
      else gone.push({ mode: '0', oid: nothing, name });
    }
  }
  const oids = await hashFiles(
    view,
    plain.map(({ name }) => name),
  );
  const files = plain.map(({ name, stat }, index) => ({
    mode: stat.mode & 0o100 ? '100755' : '100644',
    oid: oids[index]!,
    name,
  }));
  await view.git(['update-index', '-z', '--index-info'], indexInfo([...gone, ...links, ...files]));
  const unusual = plain.filter(({ stat }) => ![0o644, 0o755].includes(stat.mode & 0o777));
  return Object.fromEntries(unusual.map(({ name, stat }) => [name.toString('latin1'), stat.mode & 0o777]));
}

/** Repositories that git does not look into: their content cannot be put into a tree. */
function refuseNested(worktree: string, changed: ChangedFile[]): void {
  const nested = changed.filter(({ name }) => name.at(-1) === 0x2f).map(({ name }) => name.toString());
  if (nested.length === 0) return;
  throw new BooError(
    'conflict',
    `${worktree} holds a git repository of its own (${nested.join(', ')}), which cannot be saved with the rest`,
    'Move it elsewhere, or remove it yourself, and try again.',
  );
}

/**
 * Writes a worktree's present state into the object store: what is staged, and every file as it lies there, untracked
 * ones included and ignored ones not. Index, stash, refs and files stay as they are. `otherwise` stands in for a HEAD
 * without a commit. `files` false: there is no worktree, only git's own folder of it, which is given instead.
 */
export function takeSnapshot(
  worktree: string,
  otherwise: (string | null)[],
  { files = true } = {},
): Promise<FullSnapshot> {
  return withTempIndex(worktree, async (view) => {
    const head = await standOf(worktree, await gitFolder(worktree), otherwise);
    const changed = files ? await changedFiles(view) : [];
    refuseNested(worktree, changed);
    const nothing = '0'.repeat(head.length);
    const conflicts = await view.bytes(['ls-files', '--unmerged', '-z']);
    if (conflicts.length > 0) await settleConflicts(view, conflicts, nothing);
    const index = (await view.git(['write-tree'])).trim();
    const touched = changed.filter((one) => one.file !== ' ' || isConflict(one));
    const modes = await takeFiles(view, touched, nothing);
    const tree = (await view.git(['write-tree'])).trim();
    return { head, index, tree, conflicts, modes };
  });
}
