import { type Side, type Sides, SUBMODULE } from '../core/apply.ts';
import { BooError } from '../util/errors.ts';
import type { RawChange } from './changes.ts';
import { blobsAt, conversionsOf } from './convert.ts';
import { Ground } from './ground.ts';

const isNone = (oid: string) => /^0+$/.test(oid);

/** The contents of changes in an agent's worktree, before and after. Errors: `conflict` for one too big to be read. */
export async function sidesOf(worktree: string, changes: readonly RawChange[]): Promise<Map<RawChange, Sides>> {
  const wanted = changes.flatMap(({ oldMode, oldBlob, newMode, newBlob }) => [
    ...(oldMode === SUBMODULE || isNone(oldBlob) ? [] : [oldBlob]),
    ...(newMode === SUBMODULE || isNone(newBlob) ? [] : [newBlob]),
  ]);
  const blobs = await blobsAt(worktree, wanted);
  const side = (mode: string, oid: string): Side | null => {
    if (isNone(mode)) return null;
    return { mode, bytes: blobs.get(oid) ?? Buffer.alloc(0) };
  };
  const found = new Map<RawChange, Sides>();
  for (const change of changes) {
    const { oldMode, oldBlob, newMode, newBlob } = change;
    const isUnread = isNone(newBlob) && !isNone(newMode) && newMode !== SUBMODULE;
    const fresh = isUnread ? await readHuge(worktree, change) : side(newMode, newBlob);
    found.set(change, { old: side(oldMode, oldBlob), new: fresh });
  }
  return found;
}

/** A file that was too big to be stored with every look. */
async function readHuge(worktree: string, { name, file, newMode }: RawChange): Promise<Side> {
  const ground = await Ground.open(worktree);
  try {
    const found = await ground.read(name);
    if (found?.kind !== 'file') throw new BooError('conflict', `${file} is not there any more`, 'Look at it again.');
    const conversion = (await conversionsOf(worktree, [name])).get(name.toString('latin1'))!;
    return { mode: newMode, bytes: await conversion.clean(found.bytes) };
  } finally {
    await ground.close();
  }
}
