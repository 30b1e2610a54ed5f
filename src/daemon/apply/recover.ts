import { checkoutState } from '../../git/checkout-state.ts';
import { Ground } from '../../git/ground.ts';
import { nameBytes } from '../../git/names.ts';
import type { Write } from '../../git/plan.ts';
import { commitOf } from '../../git/repository.ts';
import { writeStage } from '../../git/stage.ts';
import type { Journal, JournalFile, Kept } from '../../schema/operation.ts';
import { listOperations, pruneOperations, readKept, removeUnbegun, updateOperation } from '../../storage/operations.ts';
import { messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { decide } from './carry.ts';
import { settleUndone } from './undo.ts';
import { tempName, writeOne } from './write.ts';

const CUT = 'the daemon was ended before this was written';

/** Finds out what was written of operations whose daemon was ended in the middle, and puts that on record. */
export async function recoverOperations(ctx: Context): Promise<void> {
  const { root, log } = ctx;
  const all = await listOperations(root);
  for (const journal of all) {
    if (journal.finished) continue;
    try {
      await (journal.checkout === null ? recoverBranch(ctx, journal) : recoverCheckout(ctx, journal, journal.checkout));
      journal.finished = true;
      updateOperation(root, journal);
      decide(ctx, journal);
      await settleUndone(ctx, journal);
      log.warn(
        `operation ${journal.id} was cut off: ${journal.files.map(({ file, outcome }) => `${file} ${outcome}`).join(', ')}`,
      );
    } catch (error) {
      log.error(`what came of operation ${journal.id} cannot be told: ${messageOf(error)}`);
    }
  }
  await removeUnbegun(root);
  await pruneOperations(root, Date.now(), all).catch((error: unknown) =>
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
  const ground = await Ground.open(path).catch(() => null);
  if (!ground) {
    journal.staged = [];
    for (const file of journal.files) if (file.writes.length > 0) refuse(file, 'its checkout is not there any more');
    return;
  }
  const lost = new Set<string>();
  try {
    let nth = 0;
    for (const file of journal.files) {
      const { writes } = file;
      if (writes.length > 0) await recoverFile(ctx, ground, journal, file, nth);
      nth += writes.length;
      if (file.outcome === 'refused') for (const { name } of writes) lost.add(name);
    }
  } finally {
    await ground.close();
  }
  journal.staged = journal.staged.filter(({ name }) => !lost.has(name));
  const staged = journal.staged.map(({ name, ...sides }) => ({ name: nameBytes(name), ...sides }));
  if (staged.length === 0) return;
  await writeStage(path, staged, 'after').catch((error: unknown) => {
    journal.staged = [];
    ctx.log.warn(`what was applied to ${path} is not staged: ${messageOf(error)}`);
  });
}

/** As asked or as before: one that was cut between two paths (a rename) is finished, or else goes back. */
async function recoverFile(
  { root }: Context,
  ground: Ground,
  { id }: Journal,
  file: JournalFile,
  first: number,
): Promise<void> {
  const content = async (kept: Kept | null) =>
    kept && { mode: kept.mode, bits: kept.bits, bytes: await readKept(root, id, kept) };
  const all: Found[] = [];
  for (const [index, { name, before, after }] of file.writes.entries()) {
    const write = { name: nameBytes(name), before: await content(before), after: await content(after) };
    const temp = tempName(id, first + index);
    await ground.sweep(write.name, temp);
    all.push({ ...write, temp, ...(await checkoutState(ground, write)) });
  }
  if (all.every(({ state }) => state === 'after')) return;
  if (all.some(({ state }) => state === 'other')) {
    return refuse(file, 'the daemon was ended in the middle, and it has been changed since');
  }
  const begun = all.some(({ state }) => state === 'after');
  if (begun && (await bring(ground, all, 'after'))) return;
  if (begun && !(await bring(ground, all, 'before'))) return refuse(file, `${CUT} whole, and it cannot be put back`);
  for (const { name, before } of all) if (!before) await ground.prune(name);
  refuse(file, CUT);
}

type Found = Pick<Write, 'name' | 'before' | 'after'> & { temp: Buffer } & Awaited<ReturnType<typeof checkoutState>>;

/** Brings what is on the other side to this one. False: it does not go. */
async function bring(ground: Ground, all: readonly Found[], side: 'before' | 'after'): Promise<boolean> {
  try {
    for (const { name, temp, ...one } of all) {
      const { state, stamp } = await checkoutState(ground, { name, ...one });
      if (state !== side) await writeOne(ground, { name, after: one[side], stamp }, temp);
    }
    return true;
  } catch {
    return false;
  }
}
