import { lineOf } from '../../../core/diff/rows.ts';
import type { FileChange, Piece } from '../../../schema/change.ts';
import { chosenPieces, hunkAt, standing } from '../../selectors/review/diff.ts';
import { chosenItem, shownFile } from '../../selectors/review/files.ts';
import { field } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Chosen } from '../../store/review-dialogs.ts';
import { plural } from '../../views/numbers.ts';
import { piecesOf } from '../../views/review/marks.ts';
import { clean } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';
import { byHunk, changeReview, step } from './move.ts';

/** What a decision is about, with the pieces it concerns. */
interface Meant extends Chosen {
  pieces: readonly Piece[];
}

/** What one stands in: a hunk or the selected pieces, the file, or all of the agent. Null: nothing that can be decided. */
export function meant(state: Cockpit, whole: boolean): Meant | null {
  const here = standing(state);
  if (state.ui.review.part === 'diff' && here && !whole) {
    const pieces = chosenPieces(state, here);
    if (pieces.length === 0) return null;
    const { agent, file, change } = here.diff;
    const row = here.rows.find((one) => one.hunk === here.rows[here.at]!.hunk && lineOf(one)?.piece != null);
    const line = (row && (lineOf(row)?.new ?? lineOf(row)?.old)) ?? 1;
    const isHunk = pieces.length === hunkAt(here).pieces.length && state.ui.review.anchor === null;
    const words = `${isHunk ? `the hunk at line ${line}` : plural(pieces.length, 'piece')} of ${clean(file)}`;
    return { agent, parts: [{ file, pieces: pieces.map(({ id }) => id) }], seen: change.newBlob, words, pieces };
  }
  const item = chosenItem(state);
  if (!item || item.kind === 'path') return null;
  if (item.kind === 'agent' && !whole) {
    const { agent, files } = item;
    const words = `${files.length === 1 ? 'the one file' : `all ${files.length} files`} of ${clean(agent.name)}`;
    return { agent: agent.id, parts: files.map(partOf), seen: null, words, pieces: files.flatMap(piecesOf) };
  }
  const shown = shownFile(state);
  if (!shown) return null;
  const { agent, change } = shown;
  const parts = [partOf(change)];
  return { agent: agent.id, parts, seen: change.newBlob, words: clean(change.file), pieces: piecesOf(change) };
}

/** What the target has already is not asked for once more. */
function partOf(change: FileChange): Chosen['parts'][number] {
  const open = change.hunks.flatMap(({ pieces }) => pieces).filter(({ decision }) => decision !== 'applied');
  const some =
    open.length > 0 && change.hunks.some(({ pieces }) => pieces.some(({ decision }) => decision === 'applied'));
  return { file: change.file, pieces: some ? open.map(({ id }) => id) : null };
}

const NOTHING = 'Choose a hunk, a file or an agent first: a heading of several agents is not decided at once.';

/** Approves it, or takes the approval back when all of it is approved; goes on to what follows. */
export async function approve(bridge: Bridge, whole: boolean): Promise<void> {
  const chosen = meant(bridge.store.getState(), whole);
  if (!chosen) return bridge.store.say('warning', NOTHING);
  const isApproved = chosen.pieces.every(({ decision }) => decision === 'approved');
  await decide(bridge, chosen, isApproved ? 'pending' : 'approved');
}

/** The decision is taken back. What was taken out of the worktree comes back by undoing the reject. */
export async function undecide(bridge: Bridge): Promise<void> {
  const chosen = meant(bridge.store.getState(), false);
  if (!chosen) return bridge.store.say('warning', NOTHING);
  const decided = chosen.pieces.some(({ decision }) => decision === 'approved' || decision === 'rejected');
  if (!decided) return bridge.store.say('info', `Nothing is decided about ${chosen.words}.`);
  await decide(bridge, chosen, 'pending');
}

async function decide(bridge: Bridge, { agent, parts, seen, words }: Meant, decision: 'pending' | 'approved') {
  const { store, review } = bridge;
  const before = store.getState().ui.review;
  try {
    await bridge.call('changes.decide', { agent, parts, decision, seen });
  } catch (error) {
    review.changed([agent]);
    return store.say('error', sentence(error, store.getState()));
  }
  if (decision === 'pending') return store.say('info', `Undecided again: ${words}.`);
  goOn(bridge, before.row);
}

/** To what follows, unless somebody has moved on meanwhile. */
function goOn({ store }: Bridge, row: number) {
  const { review } = store.getState().ui;
  if (review.row !== row) return;
  if (review.part === 'files') return step(store, 1);
  changeReview(store, { anchor: null });
  const here = standing(store.getState());
  const last = here && !here.rows.some((one, index) => one.kind === 'head' && index > here.at);
  if (!last) byHunk(store, 1);
}

/** Asks for a reason, then rejects. */
export function askReject({ store }: Bridge, whole: boolean) {
  const chosen = meant(store.getState(), whole);
  if (!chosen) return store.say('warning', NOTHING);
  const { pieces: _, ...rest } = chosen;
  store.openDialog({
    kind: 'reject',
    chosen: rest,
    reason: { text: '', cursor: 0 },
    now: false,
    busy: false,
    error: null,
  });
}

/** Marks what one stands in as seen: what comes later counts as new. */
export async function toggleReviewed(bridge: Bridge): Promise<void> {
  const { store } = bridge;
  const state = store.getState();
  const item = chosenItem(state);
  const shown = shownFile(state);
  if (!shown || !item) return;
  const all = item.kind === 'agent' && state.ui.review.part === 'files';
  const files = item.kind === 'agent' ? item.files : [shown.change];
  const reviewed = !(all ? files.every((one) => one.reviewed) : shown.change.reviewed);
  try {
    await bridge.call('changes.reviewed', { agent: shown.agent.id, file: all ? null : shown.change.file, reviewed });
  } catch (error) {
    bridge.review.changed([shown.agent.id]);
    return store.say('error', sentence(error, store.getState()));
  }
  const what = all ? `All files of ${shown.agent.name} are` : `${clean(shown.change.file)} is`;
  store.say(
    'info',
    reviewed
      ? `${what} marked as reviewed; what changes from now on is shown as new.`
      : `${what} no longer marked as reviewed.`,
  );
}

/** Shows what would be applied, and asks. */
export function askApply({ store }: Bridge) {
  const state = store.getState();
  const agent = shownFile(state)?.agent;
  if (!agent) return;
  const approved = (state.data.review.lists[agent.id] ?? []).filter((change) =>
    piecesOf(change).some(({ decision }) => decision === 'approved'),
  );
  const files = approved.map((change) => {
    const pieces = piecesOf(change);
    const count = pieces.filter(({ decision }) => decision === 'approved').length;
    return `${clean(change.file)}${count < pieces.length ? ` (${count} of ${plural(pieces.length, 'piece')})` : ''}`;
  });
  store.openDialog({
    ...{ kind: 'apply', agent: agent.id, files },
    ...{ at: 'stage', target: field(), stage: null, busy: false, error: null },
  });
}
