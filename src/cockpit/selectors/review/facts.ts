import type { CommandContext } from '../../../core/commands/context.ts';
import type { FileChange } from '../../../schema/change.ts';
import type { Cockpit } from '../../store/model.ts';
import { selectedAgent } from '../sessions.ts';
import { mergeRows } from './collisions.ts';
import { countComments } from './comments.ts';
import { fileItems, listedAgents, shownFile } from './files.ts';

const approved = new WeakMap<readonly FileChange[], number>();

/** Pieces that are approved and not applied yet; counted once for each list, which may be long. */
function approvedIn(files: readonly FileChange[]): number {
  let known = approved.get(files);
  if (known === undefined) {
    const pieces = files.flatMap(({ whole, hunks }) => (whole ? [whole] : hunks.flatMap((hunk) => hunk.pieces)));
    known = pieces.filter(({ decision }) => decision === 'approved').length;
    approved.set(files, known);
  }
  return known;
}

/** What commands of the review and of the collisions decide from. Nothing is counted while another view is shown. */
export function viewFacts(state: Cockpit): Pick<CommandContext, 'review' | 'collisions'> {
  const { ui, data } = state;
  const collisions = {
    part: ui.collisions.part,
    count: data.collisions.list.length,
    forecast: ui.view === 'collisions' ? mergeRows(state).length : 0,
  };
  const none = {
    name: null,
    reading: false,
    files: 0,
    hunks: 0,
    deleted: false,
    approved: 0,
    comments: ui.view === 'changes' ? countComments(state) : 0,
  };
  if (ui.view !== 'changes') return { review: none, collisions };
  const shown = shownFile(state);
  const agent = shown?.agent ?? selectedAgent(state);
  const files = (agent && data.review.lists[agent.id]) ?? [];
  const review = {
    ...none,
    name: ui.review.by === 'file' ? 'no agent' : (agent?.name ?? null),
    reading: listedAgents(state).some((id) => !(id in data.review.lists || id in data.review.errors)),
    files: fileItems(state).length,
    hunks: shown?.change.hunks.length ?? 0,
    deleted: shown?.change.kind === 'deleted',
    approved: approvedIn(files),
  };
  return { review, collisions };
}
