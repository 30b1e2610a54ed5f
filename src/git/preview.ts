import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { changesOf, type RawChange } from './changes.ts';
import { conversionsOf, QUIET, storeBlob } from './convert.ts';
import { copyIndex } from './copy-index.ts';
import { fieldsOf } from './lines.ts';
import { gitFolder } from './repository.ts';
import { gitBytes } from './run.ts';
import { SHADOW_INDEX, type Shadow } from './shadow.ts';
import { indexInfo } from './snapshot.ts';

/** A file as it is about to be written; without content it is about to be deleted. */
export interface Edit {
  name: Buffer;
  content: Buffer | null;
  /** Null: the mode it has, or that of a plain file. */
  mode: string | null;
}

/**
 * What a worktree would differ in, of these files, once the edits were made: from what lies there now, and from `base`. Nothing but
 * objects that nothing names is written.
 */
export async function previewOf(
  shadow: Shadow,
  base: string,
  edits: readonly Edit[],
): Promise<{ fromNow: RawChange[]; fromBase: RawChange[] }> {
  const cwd = shadow.worktree;
  const own = await gitFolder(cwd);
  const folder = await mkdtemp(join(own, 'boocode-index-'));
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    await copyIndex(join(own, SHADOW_INDEX), env.GIT_INDEX_FILE);
    const git = async (args: readonly string[], input?: string | Buffer) =>
      (await gitBytes([...QUIET, ...args], { cwd, env, input })).stdout;
    const now = (await git(['write-tree'])).toString().trim();
    await git(['update-index', '-z', '--index-info'], indexInfo(await entriesOf(cwd, git, edits, now)));
    const only = edits.map(({ name }) => name);
    const view: Shadow = { ...shadow, huge: new Map(), inside: new Set(), git };
    return { fromNow: await changesOf(view, now, { only }), fromBase: await changesOf(view, base, { only }) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function entriesOf(cwd: string, git: Shadow['git'], edits: readonly Edit[], anyOid: string) {
  const names = edits.map(({ name }) => name);
  const wanted = new Set(names.map((name) => name.toString('latin1')));
  const modes = new Map<string, string>();
  for (const field of fieldsOf(await git(['ls-files', '-s', '-z']))) {
    const name = field.toString('latin1', field.indexOf(9) + 1);
    if (wanted.has(name)) modes.set(name, field.toString('latin1', 0, 6));
  }
  const conversions = await conversionsOf(cwd, names);
  const entries = [];
  for (const { name, content, mode } of edits) {
    const key = name.toString('latin1');
    const clean = content && (await conversions.get(key)!.clean(content));
    // Of an entry that goes only the name counts.
    const oid = clean ? await storeBlob(cwd, clean) : anyOid;
    entries.push({ mode: clean ? (mode ?? modes.get(key) ?? '100644') : '0', oid, name });
  }
  return entries;
}
