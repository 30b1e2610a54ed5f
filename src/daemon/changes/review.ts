import type { ShownHunk } from '../../core/patch/pieces.ts';
import { fileChange, pieceIds } from '../../core/review.ts';
import type { RawChange } from '../../git/changes.ts';
import { contextOf } from '../../git/context.ts';
import type { Agent } from '../../schema/agent.ts';
import type { DiffLine, FileChange, Part } from '../../schema/change.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';

function listOf(
  { store, collisions }: Context,
  id: string,
  checkout: string,
  changes: readonly RawChange[],
): FileChange[] {
  const { review } = store.agent(id);
  const writers = collisions.writersIn(checkout);
  return changes.map((change) => ({
    ...fileChange(change, review?.[change.file]).change,
    ...(writers && { writers: writers.get(change.from ?? change.file) ?? [] }),
  }));
}

/** The changes of one agent, or of all that are listed. An agent whose checkout is gone has none. */
export async function listChanges(ctx: Context, agents: readonly Agent[], fresh: boolean) {
  const one = async (agent: Agent) => {
    const seen = await ctx.changes.of(agent.id, fresh).catch((error: unknown) => {
      if (agents.length === 1) throw error;
      return null;
    });
    return { agent: agent.name, id: agent.id, files: seen ? listOf(ctx, agent.id, seen.checkout, seen.changes) : [] };
  };
  return { changes: await Promise.all(agents.map(one)) };
}

/** The change of one file. Throws `not_found` with what there is instead. */
export function changeAt(agent: Agent, changes: readonly RawChange[], file: string): RawChange {
  const found = changes.find((change) => change.file === file);
  if (found) return found;
  const names = changes.slice(0, 8).map((change) => change.file);
  const more = changes.length > names.length ? `, and ${changes.length - names.length} more` : '';
  throw new BooError(
    'not_found',
    `${agent.name} has not changed ${file}`,
    names.length > 0 ? `It has changed ${names.join(', ')}${more}.` : 'It has changed nothing.',
  );
}

const eol = (bytes: string) => ({
  text: Buffer.from(bytes.replace(/\n$/, ''), 'latin1').toString(),
  ...(bytes.endsWith('\n') ? {} : { noEol: true }),
});

/** The lines of a hunk, for the eye. */
export const diffLines = ({ lines }: Pick<ShownHunk, 'lines'>): DiffLine[] =>
  lines.map(({ type, bytes }) => ({ type, ...eol(bytes) }));

export async function diffOf(
  ctx: Context,
  agent: Agent,
  { file, context, split }: { file: string; context: number; split: boolean },
) {
  const { changes, shadow, base } = await ctx.changes.of(agent.id);
  const found = changeAt(agent, changes, file);
  const wide = await contextOf(shadow, base, found, context);
  const { change, shown } = fileChange(wide, ctx.store.agent(agent.id).review?.[file], { split, context });
  return { change, hunks: change.hunks.map((hunk, index) => ({ hunk, lines: diffLines(shown[index]!) })) };
}

/** The pieces that a part names; throws `conflict` when one of them is not there any more, or the file is not what was looked at. */
export function piecesOfPart(agent: Agent, changes: readonly RawChange[], part: Part, seen: string | null): string[] {
  const change = changeAt(agent, changes, part.file);
  const there = pieceIds(change);
  const gone = part.pieces?.filter((id) => !there.includes(id)) ?? [];
  if (gone.length === 0 && (seen === null || seen === change.newBlob)) return part.pieces ?? there;
  throw new BooError(
    'conflict',
    `${part.file} of ${agent.name} has changed since you looked at it`,
    'Look at it again, then decide.',
  );
}

/** Writes a decision about parts, all of them or none. Gives the files as they stand then. */
export async function decide(
  ctx: Context,
  agent: Agent,
  { parts, decision, seen }: { parts: Part[]; decision: 'pending' | 'approved'; seen: string | null },
): Promise<{ files: FileChange[] }> {
  const { changes, checkout } = await ctx.changes.of(agent.id);
  const chosen = parts.map((part) => ({ file: part.file, ids: piecesOfPart(agent, changes, part, seen) }));
  for (const { file, ids } of chosen) {
    const kept = ctx.store.agent(agent.id).review?.[file]?.pieces ?? {};
    // What was taken out once stays known, so that it is shown as returned when it is undecided again.
    const undecided = (id: string) => (kept[id] === 'removed' ? ('removed' as const) : null);
    const pieces = Object.fromEntries(
      ids.map((id) => [id, decision === 'approved' ? ('approved' as const) : undecided(id)]),
    );
    ctx.store.record(agent.id, { type: 'decided', file, pieces });
  }
  const files = new Set(parts.map(({ file }) => file));
  return {
    files: listOf(
      ctx,
      agent.id,
      checkout,
      changes.filter(({ file }) => files.has(file)),
    ),
  };
}

/** Marks a file, or all of them, as reviewed as it is now, or takes the mark back. */
export async function markReviewed(
  ctx: Context,
  agent: Agent,
  file: string | null,
  reviewed: boolean,
): Promise<{ files: FileChange[] }> {
  const { changes, checkout } = await ctx.changes.of(agent.id);
  const chosen = file === null ? changes : [changeAt(agent, changes, file)];
  for (const change of chosen) {
    ctx.store.record(agent.id, { type: 'reviewed', file: change.file, pieces: reviewed ? pieceIds(change) : null });
  }
  return { files: listOf(ctx, agent.id, checkout, chosen) };
}
