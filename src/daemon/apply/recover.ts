import { checkoutState } from '../../git/checkout-state.ts';
import { Ground } from '../../git/ground.ts';
import { nameBytes } from '../../git/names.ts';
import { commitOf } from '../../git/repository.ts';
import type { Journal, JournalFile, Kept } from '../../schema/operation.ts';
import { listOperations, pruneOperations, readKept, updateOperation } from '../../storage/operations.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { decide, tempName, writeOne } from './carry.ts';

const CUT = 'the daemon was ended before this was written';

/** Finds out what was written of operations whose daemon was ended in the middle, and puts that on record. */
export async function recoverOperations(ctx: Context): Promise<void> {
  const { root, log } = ctx;
  for (const journal of await listOperations(root)) {
    if (journal.finished) continue;
    try {
      await (journal.checkout === null ? recoverBranch(ctx, journal) : recoverCheckout(ctx, journal, journal.checkout));
      journal.finished = true;
      updateOperation(root, journal);
      decide(ctx, journal);
      log.warn(
        `operation ${journal.id} was cut off: ${journal.files.map(({ file, outcome }) => `${file} ${outcome}`).join(', ')}`,
      );
    } catch (error) {
      log.error(`what came of operation ${journal.id} cannot be told: ${messageOf(error)}`);
    }
  }
  await pruneOperations(root, Date.now()).catch((error: unknown) =>
    log.warn(`old operations stay: ${messageOf(error)}`),
  );
}

const refuse = (file: JournalFile, reason: string) => {
  file.outcome = 'refused';
  file.reason = reason;
  file.writes = [];
};

async function recoverBranch({ root }: Context, { branch, files }: Journal): Promise<void> {
  const now = branch && (await commitOf(root, branch.ref));
  if (now === branch?.after) return;
  for (const file of files) if (file.writes.length > 0) refuse(file, CUT);
}

async function recoverCheckout(ctx: Context, journal: Journal, path: string): Promise<void> {
  const ground = await Ground.open(path);
  try {
    let nth = 0;
    for (const file of journal.files) {
      if (file.writes.length > 0) await recoverFile(ctx, ground, journal, file, nth);
      nth += file.writes.length;
    }
  } finally {
    await ground.close();
  }
}

/** As before or as asked: one that was cut between two paths of a rename goes back. */
async function recoverFile(
  { root }: Context,
  ground: Ground,
  { id }: Journal,
  file: JournalFile,
  first: number,
): Promise<void> {
  const content = async (kept: Kept | null) =>
    kept && { mode: kept.mode, bits: kept.bits, bytes: await readKept(root, id, kept) };
  const all = [];
  for (const [index, { name, before, after }] of file.writes.entries()) {
    const write = { name: nameBytes(name), before: await content(before), after: await content(after) };
    await ground.sweep(write.name, tempName(id, first + index));
    all.push({ ...write, ...(await checkoutState(ground, write)) });
  }
  if (all.every(({ state }) => state === 'after')) return;
  const isClear = all.every(({ state }) => state !== 'other');
  for (const { name, before, stamp, state } of isClear ? all.reverse() : []) {
    if (state === 'after') await writeOne(ground, { name, before: null, after: before, stamp }, tempName(id, first));
    if (!before) await ground.prune(name);
  }
  refuse(file, isClear ? CUT : 'the daemon was ended in the middle, and it has been changed since');
}
