import { decisionOf, pieceIds } from '../../core/review.ts';
import type { RawChange } from '../../git/changes.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Part } from '../../schema/change.ts';
import type { JournalFile } from '../../schema/operation.ts';
import type { Decision } from '../../schema/review.ts';
import { BooError } from '../../util/errors.ts';
import { changeAt, piecesOfPart } from '../changes/review.ts';

/** A change and the pieces of it that are meant. */
export interface Chosen {
  change: RawChange;
  ids: string[];
}

type Kept = JournalFile['pieces'][string]['before'];

/** What is kept of a decision, as it is put back by an undo: a reject that waited does not wait again. */
const keptOf = (agent: Agent, file: string, id: string): Kept => {
  const kept = agent.review?.[file]?.pieces[id] ?? null;
  return kept === 'rejected' ? null : kept;
};

/** Everything that is approved. Throws `failed` when that is nothing. */
export function approvedOf(agent: Agent, changes: readonly RawChange[]): Chosen[] {
  const chosen = changes.flatMap((change) => {
    const ids = pieceIds(change).filter((id) => decisionOf(agent.review?.[change.file], id) === 'approved');
    return ids.length > 0 ? [{ change, ids }] : [];
  });
  if (chosen.length > 0) return chosen;
  throw new BooError(
    'failed',
    `nothing of ${agent.name} is approved`,
    changes.length > 0 ? 'Approve parts of it, or name the files to apply.' : 'It has changed nothing.',
  );
}

/** Parts as they were named. Throws `conflict` when one is not there any more, or was decided otherwise meanwhile. */
export function chosenOf(
  agent: Agent,
  changes: readonly RawChange[],
  { parts, seen, not }: { parts: readonly Part[]; seen: string | null; not: readonly Decision[] },
): Chosen[] {
  const byFile = new Map<string, Chosen>();
  for (const part of parts) {
    const ids = piecesOfPart(agent, changes, part, seen);
    for (const id of ids) refuse(agent, part.file, decisionOf(agent.review?.[part.file], id), not);
    const known = byFile.get(part.file);
    byFile.set(part.file, {
      change: changeAt(agent, changes, part.file),
      ids: [...new Set([...(known?.ids ?? []), ...ids])],
    });
  }
  return [...byFile.values()];
}

const WHY: Partial<Record<Decision, [string, string]>> = {
  applied: ['has been applied already', 'Undo that first.'],
  rejected: ['waits to be taken out at the end of the turn', 'Take that decision back first.'],
};

function refuse(agent: Agent, file: string, decision: Decision, not: readonly Decision[]): void {
  if (!not.includes(decision)) return;
  const [what, hint] = WHY[decision] ?? [`is ${decision}`, 'Look at it again, then decide.'];
  throw new BooError('conflict', `this part of ${file} of ${agent.name} ${what}`, hint);
}

/** File ▶ piece ▶ what stands now and what will stand. */
export const decidedAs = (
  agent: Agent,
  chosen: readonly Chosen[],
  after: NonNullable<Kept>,
): Map<string, JournalFile['pieces']> =>
  new Map(
    chosen.map(({ change: { file }, ids }) => [
      file,
      Object.fromEntries(ids.map((id) => [id, { before: keptOf(agent, file, id), after }])),
    ]),
  );
