import { wishToReject } from '../../core/apply.ts';
import type { RawPiece } from '../../core/patch/pieces.ts';
import { pieceIds } from '../../core/review.ts';
import { rejectText } from '../../core/told.ts';
import { isBetweenTurns } from '../../core/turn.ts';
import type { RawChange } from '../../git/changes.ts';
import { findPlace } from '../../git/place.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Operation, Part } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { alone } from './alone.ts';
import { carryOut } from './carry.ts';
import { type Chosen, chosenOf, decidedAs } from './chosen.ts';
import { operationOf } from './operations.ts';
import { deafness, type Told, tell } from './tell.ts';
import { readWishes } from './wishes.ts';

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
  const not = ask.seen === null || ask.now ? (['applied'] as const) : (['applied', 'rejected'] as const);
  const choose = (agent: Agent, changes: readonly RawChange[]) => chosenOf(agent, changes, { ...ask, not });
  const agent = ctx.store.agent(id);
  if (ask.now || isBetweenTurns(agent.status)) return carryOutReject(ctx, agent, { choose, reason: ask.reason });
  const { changes } = await ctx.changes.of(id, true);
  const chosen = choose(ctx.store.agent(id), changes);
  const about = { agentId: id, reason: ask.reason, at: Date.now() };
  ctx.rejects.wait(chosen.map(({ change, ids }) => ({ ...about, file: change.file, pieces: ids })));
  for (const { change, ids } of chosen) {
    const pieces = Object.fromEntries(ids.map((piece) => [piece, 'rejected' as const]));
    ctx.store.record(id, { type: 'decided', file: change.file, pieces });
  }
  return { operation: null, told: null, untold: `${agent.name} is in the middle of a turn (${agent.status.state})` };
}

/** Takes chosen parts out now. What is kept of them can be undone; what did not go stays as it was, with the reason. */
export async function carryOutReject(
  ctx: Context,
  { id, name }: Agent,
  { choose, reason }: { choose: Parameters<typeof readWishes>[2]; reason: string | null },
): Promise<Rejected> {
  const { operation, parts } = await alone(ctx, id, 'changed', async () => {
    const { agent, checkout, chosen, wishes } = await readWishes(ctx, id, choose, wishToReject);
    await checkPlace(ctx, agent);
    const journal = await carryOut(ctx, {
      ...{ kind: 'reject', agent: { id, name }, target: { kind: 'checkout', path: checkout, name: checkout }, wishes },
      pieces: decidedAs(agent, chosen, 'removed'),
      ...{ stage: false, message: '' },
    });
    ctx.rejects.drop(id, chosen);
    const bad = journal.files.filter(({ outcome }) => outcome === 'conflict' || outcome === 'refused');
    const stays = new Set(bad.map(({ file }) => file));
    const gone = chosen.filter(({ change }) => !stays.has(change.file));
    return { operation: operationOf(journal), parts: gone.flatMap(partsOf) };
  });
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
