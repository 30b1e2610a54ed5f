import type { ReviewMove } from '../../../core/commands/moves.ts';
import { standing } from '../../selectors/review/diff.ts';
import { chosenItem, shownFile } from '../../selectors/review/files.ts';
import { field } from '../../store/dialogs.ts';
import type { Ui } from '../../store/model.ts';
import { CONTEXT } from '../../store/review.ts';
import type { Bridge } from '../bridge.ts';
import { clamp, type Press } from '../dialogs/step.ts';
import { edit, insert } from '../edit.ts';
import { look } from '../look.ts';
import { undoLast } from './carry.ts';
import { askComment, openComments } from './comment.ts';
import { approve, askApply, askReject, toggleReviewed, undecide } from './decide.ts';
import { openInEditor } from './editor.ts';
import { byAgent, byFile, byHunk, changeReview, pageOf, step, toggleSides, toHit } from './move.ts';

/** Cells by which a key moves long lines. */
const SHIFT = 8;

/** Shows the review or the collisions, as one has left them. */
export function openView({ store }: Pick<Bridge, 'store'>, view: 'changes' | 'collisions') {
  const { ui } = store.getState();
  const key = view === 'changes' ? 'review' : 'collisions';
  const own = ui.view === 'changes' ? ui.review.from : ui.view === 'collisions' ? ui.collisions.from : null;
  const from: Pick<Ui, 'mode' | 'focus'> = own ?? { mode: ui.mode, focus: ui.focus };
  const mode = ui.mode === 'tiles' ? 'normal' : ui.mode;
  const shown = { view, mode, focus: ui.single ?? 'output', reading: null, typing: false, toast: null } as const;
  store.setUi({ ...shown, [key]: { ...ui[key], from } });
}

/** Back to what was shown before; a pane alone is left. */
export function leaveView(bridge: Bridge, from: Pick<Ui, 'mode' | 'focus'> | null) {
  const { store } = bridge;
  if (store.getState().ui.single) return bridge.exit('left');
  store.setUi({ view: 'output', mode: from?.mode ?? 'normal', focus: from?.focus ?? 'sessions' });
}

/** Carries out a command of the review. */
export function review(bridge: Bridge, move: ReviewMove) {
  const { store } = bridge;
  const act: Record<ReviewMove, () => unknown> = {
    leave: () => leave(bridge),
    tab: () => tab(bridge, 1),
    tabBack: () => tab(bridge, -1),
    enter: () => changeReview(store, { part: 'diff' }),
    down: () => step(store, 1),
    up: () => step(store, -1),
    pageDown: () => step(store, pageOf(store.getState())),
    pageUp: () => step(store, -pageOf(store.getState())),
    halfDown: () => step(store, Math.ceil(pageOf(store.getState()) / 2)),
    halfUp: () => step(store, -Math.ceil(pageOf(store.getState()) / 2)),
    first: () => step(store, Number.NEGATIVE_INFINITY),
    last: () => step(store, Number.POSITIVE_INFINITY),
    nextHunk: () => byHunk(store, 1),
    previousHunk: () => byHunk(store, -1),
    nextFile: () => byFile(store, 1),
    previousFile: () => byFile(store, -1),
    nextAgent: () => byAgent(store, 1),
    previousAgent: () => byAgent(store, -1),
    approve: () => approve(bridge, false),
    approveFile: () => approve(bridge, true),
    reject: () => askReject(bridge, false),
    rejectFile: () => askReject(bridge, true),
    undo: () => undecide(bridge),
    undoLast: () => undoLast(bridge),
    apply: () => askApply(bridge),
    reviewed: () => toggleReviewed(bridge),
    comment: () => askComment(bridge),
    comments: () => openComments(bridge, shownFile(store.getState())?.agent.id ?? null),
    open: () => openInEditor(bridge),
    find: () => changeReview(store, { writing: true, find: field(), part: 'diff' }),
    nextHit: () => toHit(store, 1),
    previousHit: () => toHit(store, -1),
    sides: () => toggleSides(store),
    ...options(bridge),
  };
  return void act[move]();
}

/** What changes how the diff is shown. */
function options({ store }: Bridge) {
  const now = () => store.getState().ui.review;
  const context = (by: number) => () =>
    changeReview(store, { context: clamp(now().context + by, CONTEXT.least, CONTEXT.most) });
  const shift = (by: number) => () => changeReview(store, { shift: Math.max(0, now().shift + by) });
  return {
    more: context(1),
    less: context(-1),
    right: shift(SHIFT),
    left: shift(-SHIFT),
    split: () => {
      changeReview(store, { split: !now().split, anchor: null });
      store.say(
        'info',
        now().split ? 'Each piece is a hunk of its own; s joins them.' : 'Pieces that are close are one hunk again.',
      );
    },
    select: () => {
      const here = standing(store.getState());
      if (here) changeReview(store, { anchor: now().anchor === null ? here.at : null, row: here.at, part: 'diff' });
    },
    by: () => byOther({ store }),
  };
}

/** All agents by file, or the files of the agent whose file is chosen; the file stays chosen. */
function byOther({ store }: Pick<Bridge, 'store'>) {
  const state = store.getState();
  const item = chosenItem(state);
  const shown = shownFile(state);
  const by = state.ui.review.by === 'agent' ? 'file' : 'agent';
  if (by === 'agent' && shown && state.ui.pinned === null) store.setUi({ selected: shown.agent.id });
  const file = item?.kind === 'agent' ? null : (shown?.change.file ?? null);
  changeReview(store, { by, at: shown ? { agent: shown.agent.id, file: file ?? shown.change.file } : null });
}

function leave(bridge: Bridge) {
  const { store } = bridge;
  const { anchor, find, part, from } = store.getState().ui.review;
  if (anchor !== null) return changeReview(store, { anchor: null });
  if (find.text !== '') return changeReview(store, { find: field() });
  if (part === 'diff') return changeReview(store, { part: 'files' });
  leaveView(bridge, from);
}

/** Files, diff, and then the pane beside the review. */
function tab(bridge: Bridge, by: 1 | -1) {
  const { store } = bridge;
  const { review: now, single } = store.getState().ui;
  const inside = by === 1 ? now.part === 'files' : now.part === 'diff';
  changeReview(store, { part: now.part === 'files' ? 'diff' : 'files' });
  if (!inside && !single) look(bridge, { type: 'focus', pane: by === 1 ? 'next' : 'previous' });
}

/** A key while what is looked for is written; the diff goes along. */
export function findKey({ store }: Bridge, { key, text, pasted }: Press) {
  const { find } = store.getState().ui.review;
  if (!pasted && key === 'Enter') return changeReview(store, { writing: false });
  if (!pasted && (key === 'Escape' || key === 'C-c' || key === 'C-g')) {
    return changeReview(store, { writing: false, find: field() });
  }
  const next = text === null ? edit(find, key) : insert(find, text, false);
  if (next === find) return;
  changeReview(store, { find: next });
  if (next.text !== '' && next.text !== find.text) toHit(store, 1, true);
}
