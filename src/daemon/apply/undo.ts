import type { Side, Wish } from '../../core/apply.ts';
import { createTurns } from '../../git/limit.ts';
import { nameBytes } from '../../git/names.ts';
import { commitOf } from '../../git/repository.ts';
import { writeStage } from '../../git/stage.ts';
import { findTarget, type Target } from '../../git/target.ts';
import type { Operation } from '../../schema/change.ts';
import type { Journal, JournalFile, Kept } from '../../schema/operation.ts';
import { readKept, readOperation, updateOperation } from '../../storage/operations.ts';
import { BooError, messageOf } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { carryOut, decide } from './carry.ts';
import { findOperation, operationOf } from './operations.ts';

/**
 * Puts back what an operation found: exactly where the files are as it left them, three-way where they changed since. All of it or, with
 * `conflict`, nothing. An undo is an operation of its own: undoing it brings the first one back.
 */
export const undoOperation = (ctx: Context, query: string | null): Promise<Operation> =>
  turns('undo', () => undo(ctx, query));

/** One undo after the other: of two that mean the newest, the second takes the one before it. */
const turns = createTurns();

async function undo(ctx: Context, query: string | null): Promise<Operation> {
  const done = await findOperation(ctx, query);
  if (done.undone)
    throw new BooError('conflict', `${done.id} has been undone already`, 'boocode undo undoes the one before it.');
  if (!done.finished) throw new BooError('conflict', `${done.id} is under way`, 'Wait until it is done.');
  const { target, back } = await targetOf(ctx, done);
  const journal = await carryOut(ctx, {
    ...{ kind: 'undo', agent: { id: done.agentId, name: done.agent }, target, undoes: done.id, back },
    ...{ raw: done.checkout !== null, whole: true, stage: false },
    wishes: await wishesOf(ctx, done),
    pieces: piecesOf(done),
    message: `Undo ${done.kind === 'undo' ? 'an undo' : 'changes'} of ${done.agent}\n\nUndoes operation ${done.id}.\n`,
  });
  await unstage(ctx, done, journal);
  // Files that had it all already were not written, only decided.
  const rest = done.files.filter(({ writes }) => writes.length === 0);
  const pieces = piecesOf({ files: rest });
  decide(ctx, { ...journal, files: rest.map((file) => ({ ...file, pieces: pieces.get(file.file)! })) });
  await settleUndone(ctx, journal);
  return operationOf(journal);
}

/** An undo that went as a whole is put on record with what it has undone; of one that did not, the rest can be tried again. */
export async function settleUndone({ root }: Context, { undoes, files }: Journal): Promise<void> {
  if (!undoes || files.some(({ outcome }) => outcome === 'conflict' || outcome === 'refused')) return;
  const done = await readOperation(root, undoes);
  const first = done?.undoes ? await readOperation(root, done.undoes) : null;
  if (done) updateOperation(root, { ...done, undone: true });
  if (first) updateOperation(root, { ...first, undone: false });
}

/** A branch that stands where it was left goes `back` to where it was, without another commit. */
async function targetOf(
  { root }: Context,
  { checkout, branch, target }: Journal,
): Promise<{ target: Target; back?: string }> {
  if (checkout !== null) return { target: { kind: 'checkout', path: checkout, name: checkout } };
  const found = await findTarget(root, target, new Map());
  const isThere = found.kind === 'branch' && branch !== null && found.commit === branch.after;
  return isThere && (await commitOf(root, branch.before)) ? { target: found, back: branch.before } : { target: found };
}

/** Index entries that are as they were left go back too. */
async function unstage({ root, log }: Context, { checkout, staged }: Journal, journal: Journal): Promise<void> {
  if (checkout === null || staged.length === 0) return;
  try {
    const entries = staged.map(({ name, before, after }) => ({ name: nameBytes(name), before, after }));
    await writeStage(checkout, entries, 'before');
    journal.staged = staged.map(({ name, before, after }) => ({ name, before: after, after: before }));
    if (journal.id !== '') updateOperation(root, journal);
  } catch (error) {
    log.warn(`what had been staged in ${checkout} stays staged: ${messageOf(error)}`);
  }
}

async function wishesOf({ root }: Context, { id, files }: Journal): Promise<Wish[]> {
  const side = async (kept: Kept | null): Promise<Side | null> =>
    kept && { mode: kept.mode, bytes: await readKept(root, id, kept) };
  const wishes: Wish[] = [];
  for (const { name, before, after } of files.flatMap(({ writes }) => writes)) {
    const sides = { base: await side(after), theirs: await side(before) };
    wishes.push({
      file: name,
      name: nameBytes(name),
      from: null,
      ...sides,
      partial: false,
      bits: before?.bits ?? null,
    });
  }
  return wishes;
}

const piecesOf = ({ files }: Pick<Journal, 'files'>): Map<string, JournalFile['pieces']> =>
  new Map(
    files.map(({ file, pieces }) => [
      file,
      Object.fromEntries(
        Object.entries(pieces).map(([id, { before, after }]) => [id, { before: after, after: before }]),
      ),
    ]),
  );
