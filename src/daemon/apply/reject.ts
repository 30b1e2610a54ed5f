import { wishToReject } from '../../core/apply.ts';
import type { RawPiece } from '../../core/patch/pieces.ts';
import { pieceIds } from '../../core/review.ts';
import { rejectText } from '../../core/told.ts';
import { isBetweenTurns } from '../../core/turn.ts';
import { findPlace } from '../../git/place.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Operation, Part } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import { type Context, exclusively } from '../context.ts';
import { wishesOf } from './apply.ts';
import { carryOut } from './carry.ts';
import { type Chosen, chosenOf, decidedAs } from './chosen.ts';
import { operationOf } from './operations.ts';
import { deafness, type Told, tell } from './tell.ts';

export interface RejectAsk {
  parts: Part[];
  reason: string | null;
  now: boolean;
  seen: string | null;
}

export interface Rejected {
  /** Null while it waits for the end of a turn. */
  operation: Operation | null;
  told: Told | null;
  untold: string | null;
}

/** Takes parts out of an agent's worktree between two turns, or at once, and tells the agent. */
export async function rejectParts(ctx: Context, { id }: Agent, ask: RejectAsk): Promise<Rejected> {
  const { checkout, changes } = await ctx.changes.of(id, true);
  const agent = ctx.store.agent(id);
  const chosen = chosenOf(agent, changes, {
    parts: ask.parts,
    seen: ask.seen,
    not: ask.seen === null ? ['applied'] : ['applied', 'rejected'],
  });
  if (ask.now || isBetweenTurns(agent.status))
    return carryOutReject(ctx, agent, { checkout, chosen, reason: ask.reason });
  ctx.rejects.wait(
    chosen.map(({ change, ids }) => ({
      agentId: id,
      file: change.file,
      pieces: ids,
      reason: ask.reason,
      at: Date.now(),
    })),
  );
  for (const [file, pieces] of decidedAs(agent, chosen, 'rejected')) {
    ctx.store.record(id, {
      type: 'decided',
      file,
      pieces: Object.fromEntries(Object.keys(pieces).map((piece) => [piece, 'rejected' as const])),
    });
  }
  return { operation: null, told: null, untold: `${agent.name} is in the middle of a turn (${agent.status.state})` };
}

/** Takes chosen parts out now. What is kept of them can be undone; what did not go stays as it was, with the reason. */
export async function carryOutReject(
  ctx: Context,
  { id, name }: Agent,
  { checkout, chosen, reason }: { checkout: string; chosen: readonly Chosen[]; reason: string | null },
): Promise<Rejected> {
  const operation = await exclusively(ctx, id, 'changed', async () => {
    const agent = ctx.store.agent(id);
    await checkPlace(ctx, agent);
    const journal = await carryOut(ctx, {
      ...{ kind: 'reject', agent: { id, name }, target: { kind: 'checkout', path: checkout, name: checkout } },
      wishes: await wishesOf(checkout, chosen, wishToReject),
      pieces: decidedAs(agent, chosen, 'removed'),
      ...{ stage: false, message: '' },
    });
    ctx.rejects.drop(id, chosen);
    return operationOf(journal);
  });
  const gone = new Set(
    operation.files.filter(({ outcome }) => outcome !== 'conflict' && outcome !== 'refused').map(({ file }) => file),
  );
  const parts = chosen.filter(({ change }) => gone.has(change.file)).flatMap(partsOf);
  const why = parts.length === 0 ? 'nothing was taken out' : deafness(ctx.store.agent(id));
  if (why !== null) return { operation, told: null, untold: why };
  return { operation, told: await tell(ctx, id, rejectText(parts, reason)), untold: null };
}

/** A worktree must be the one that was made, at its place: a link put there would have us write anywhere. */
async function checkPlace({ root }: Context, { name, worktree, branch }: Agent): Promise<void> {
  if (worktree === null) return;
  const { kind } = await findPlace(root, worktree, branch);
  if (kind === 'intact') return;
  const hint = 'It was moved, removed or replaced by hand; nothing was written.';
  throw new BooError('conflict', `the worktree of ${name} is not where it was made: ${worktree}`, hint);
}

function partsOf({ change, ids }: Chosen): { file: string; piece: RawPiece | null }[] {
  if (change.pieces.length === 0 || (ids.length === pieceIds(change).length && change.kind !== 'edited'))
    return [{ file: change.file, piece: null }];
  return change.pieces.filter(({ id }) => ids.includes(id)).map((piece) => ({ file: change.file, piece }));
}
