import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SUBMODULE } from '../core/apply.ts';
import { isBelow } from '../core/units.ts';
import { BooError } from '../util/errors.ts';
import { blobAt, conversionsOf, storeBlob } from './convert.ts';
import { fieldsOf } from './lines.ts';
import { WHO } from './loose.ts';
import type { Present, Site, Write } from './plan.ts';
import { commonFolder } from './repository.ts';
import { git, gitBytes, gitLine } from './run.ts';

import { indexInfo } from './snapshot.ts';
import { viewOf } from './temp-index.ts';

/** The tree of a branch that is checked out nowhere, as a place to write to: contents are as git keeps them. */
export async function branchSite(root: string, commit: string, names: readonly Buffer[]): Promise<Site> {
  const { stdout } = await gitBytes(['ls-tree', '-r', '-z', '--full-tree', commit], { cwd: root });
  const wanted = new Set(names.map((name) => name.toString('latin1')));
  const entries = new Map<string, { mode: string; oid: string }>();
  const all: Buffer[] = [];
  for (const field of fieldsOf(stdout)) {
    const tab = field.indexOf(9);
    const name = field.subarray(tab + 1);
    all.push(name);
    if (!wanted.has(name.toString('latin1'))) continue;
    const [mode = '', , oid = ''] = field.toString('latin1', 0, tab).split(' ');
    entries.set(name.toString('latin1'), { mode, oid });
  }
  // Attributes of the project's checkout stand in for the branch's own: they only say which files go as a whole.
  const conversions = await conversionsOf(root, names).catch(() => new Map());
  return {
    isOpaque: (name) => conversions.get(name.toString('latin1'))?.kind === 'filter',
    async read(name): Promise<Present | null> {
      const entry = entries.get(name.toString('latin1'));
      if (!entry) {
        if (all.some((other) => isBelow(other, name) || isBelow(name, other)))
          throw new BooError('conflict', 'a folder is there, or a file where its folder would be');
        return null;
      }
      if (entry.mode === SUBMODULE) throw new BooError('conflict', 'a submodule is there');
      const side = { mode: entry.mode, bytes: await blobAt(root, entry.oid) };
      return { side, content: { ...side, bits: null }, stamp: entry.oid };
    },
    render: async (_name, _present, side) => ({ ...side, bits: null }),
  };
}

/** A commit with these writes upon `parent`, which nothing names yet. By the person, or by BooCode where git knows nobody. */
export async function commitWrites(
  root: string,
  parent: string,
  writes: readonly Write[],
  message: string,
): Promise<string> {
  const common = await commonFolder(root);
  const folder = await mkdtemp(join(common, 'boocode-index-'));
  try {
    const view = viewOf(root, { GIT_INDEX_FILE: join(folder, 'index') });
    await view.git(['read-tree', parent]);
    const entries = [];
    for (const { name, after } of writes) {
      // Of an entry that goes only the name counts.
      const oid = after ? await storeBlob(root, after.bytes) : parent;
      entries.push({ mode: after?.mode ?? '0', oid, name });
    }
    // What goes away goes first: a folder may take the place of a file.
    entries.sort((a, b) => Number(a.mode !== '0') - Number(b.mode !== '0'));
    await view.git(['update-index', '-z', '--index-info'], indexInfo(entries));
    const tree = (await view.git(['write-tree'])).trim();
    const known = await gitLine(['var', 'GIT_COMMITTER_IDENT'], root).catch(() => null);
    const who = known ? ['-c', 'commit.gpgSign=false'] : WHO;
    return (await view.git([...who, 'commit-tree', tree, '-p', parent], message)).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Moves a branch, if it still stands where it stood. Throws `conflict` when not. No hook runs. */
export async function moveBranch(root: string, ref: string, from: string, to: string): Promise<void> {
  const args = [
    '-c',
    'core.hooksPath=/dev/null',
    '-c',
    'core.fsync=all',
    'update-ref',
    '-m',
    'boocode: apply',
    ref,
    to,
    from,
  ];
  const { code, stderr } = await git(args, { cwd: root, allow: [1, 128] });
  if (code === 0) return;
  const why = /but expected/.test(stderr) ? 'it was moved in this very moment' : stderr.trim();
  throw new BooError('conflict', `${ref.replace('refs/heads/', '')} was not changed: ${why}`, 'Try again.');
}
