import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Side, verdictOf } from '../core/apply.ts';
import type { IndexEntry } from '../schema/operation.ts';
import { BooError } from '../util/errors.ts';
import { blobAt, QUIET, storeBlob } from './convert.ts';
import { fieldsOf } from './lines.ts';
import { mergeBytes } from './merge-file.ts';
import type { Plan } from './plan.ts';
import { gitFolder } from './repository.ts';
import { git, gitBytes } from './run.ts';
import { indexInfo } from './snapshot.ts';

/** One path of an index, before and after. */
export interface Staged {
  name: Buffer;
  before: IndexEntry;
  after: IndexEntry;
}

/** Throws `conflict` while somebody holds the index's lock: said before anything is written. */
export async function checkIndexFree(worktree: string): Promise<void> {
  const lock = join(await gitFolder(worktree), 'index.lock');
  if (!existsSync(lock)) return;
  const hint = 'Wait for that git to end; if none runs, remove the lock file.';
  throw new BooError('conflict', `nothing can be staged: another git holds ${lock}`, hint);
}

/** Entries of the real index for some names (latin1). */
async function entriesOf(worktree: string, names: ReadonlySet<string>): Promise<Map<string, NonNullable<IndexEntry>>> {
  const { stdout } = await gitBytes([...QUIET, 'ls-files', '-s', '-z'], { cwd: worktree });
  const found = new Map<string, NonNullable<IndexEntry>>();
  for (const field of fieldsOf(stdout)) {
    const tab = field.indexOf(9);
    const name = field.toString('latin1', tab + 1);
    if (!names.has(name)) continue;
    const [mode = '', oid = ''] = field.toString('latin1', 0, tab).split(' ');
    found.set(name, { mode, oid });
  }
  return found;
}

const keyOf = (name: Buffer) => name.toString('latin1');

/**
 * What the index will have when the same is asked of it as of the files: what else is staged, or was left unstaged, stays so. Where it
 * does not fit what is staged, the reason.
 */
export async function planStage(
  worktree: string,
  plans: readonly Plan[],
): Promise<{ staged: Staged[]; notes: Map<string, string> }> {
  const names = plans.flatMap(({ wish: { name, from } }) => (from ? [name, from] : [name]));
  const index = await entriesOf(worktree, new Set(names.map(keyOf)));
  const staged: Staged[] = [];
  const notes = new Map<string, string>();
  for (const { file, wish } of plans) {
    const old = wish.from ? index.get(keyOf(wish.from)) : undefined;
    const there = index.get(keyOf(wish.name));
    const after = await stagedSide(worktree, wish, old ?? there ?? null);
    if (after === undefined) {
      notes.set(file, 'not staged: something else is staged there');
      continue;
    }
    if (old && wish.from) staged.push({ name: wish.from, before: old, after: null });
    staged.push({ name: wish.name, before: there ?? null, after });
  }
  return { staged, notes };
}

async function stagedSide(
  worktree: string,
  { base, theirs }: Plan['wish'],
  entry: IndexEntry,
): Promise<IndexEntry | undefined> {
  const ours: Side | null = entry && { mode: entry.mode, bytes: await blobAt(worktree, entry.oid) };
  const verdict = verdictOf({ base, ours, theirs, lines: true });
  if (verdict.kind === 'conflict') return undefined;
  if (verdict.kind === 'unchanged') return entry;
  if (verdict.kind === 'take') return verdict.side && store(worktree, verdict.side);
  const bytes = await mergeBytes({ base: base!.bytes, ours: ours!.bytes, theirs: theirs!.bytes });
  return bytes ? store(worktree, { mode: verdict.mode, bytes }) : undefined;
}

const store = async (worktree: string, { mode, bytes }: Side) => ({ mode, oid: await storeBlob(worktree, bytes) });

/** Writes entries to the index as `side` has them, where it still has what the other side says (or `force`). */
export async function writeStage(worktree: string, staged: readonly Staged[], side: 'before' | 'after'): Promise<void> {
  const other = side === 'before' ? 'after' : 'before';
  const now = await entriesOf(worktree, new Set(staged.map(({ name }) => keyOf(name))));
  const isAsWas = (one: Staged) => {
    const entry = now.get(keyOf(one.name)) ?? null;
    return entry?.oid === one[other]?.oid && entry?.mode === one[other]?.mode;
  };
  const entries = staged.filter(isAsWas).map((one) => ({
    mode: one[side]?.mode ?? '0',
    // Of an entry that goes only the name counts.
    oid: one[side]?.oid ?? one[other]!.oid,
    name: one.name,
  }));
  entries.sort((a, b) => Number(a.mode !== '0') - Number(b.mode !== '0'));
  if (entries.length > 0) {
    await git([...QUIET, 'update-index', '-z', '--index-info'], { cwd: worktree, input: indexInfo(entries) });
  }
  await git([...QUIET, 'update-index', '-q', '--refresh'], { cwd: worktree, allow: [1] });
}
