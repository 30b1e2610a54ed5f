import { sameLine } from '../../../core/diff/place.ts';
import { rowsOf, standing } from '../../selectors/review/diff.ts';
import { chosenIndex, fileItems, placeOf } from '../../selectors/review/files.ts';
import { findRow } from '../../selectors/review/find.ts';
import { reviewArea, reviewPlaces, TWO_SIDES_FROM } from '../../selectors/review/places.ts';
import { selectedAgent, sessionRows } from '../../selectors/sessions.ts';
import type { Cockpit } from '../../store/model.ts';
import type { ReviewUi } from '../../store/review.ts';
import type { CockpitStore } from '../../store/store.ts';
import { clamp } from '../dialogs/step.ts';

export const changeReview = (store: CockpitStore, next: Partial<ReviewUi>) =>
  store.setUi({ review: { ...store.getState().ui.review, ...next } });

/** The part that has the keys. Where both are seen and there is nothing to stand in, it is the list. */
const inDiff = (state: Cockpit) => state.ui.review.part === 'diff' && standing(state) !== null;

/** Rows of the part that has the keys. */
export function pageOf(state: Cockpit): number {
  const { list, diff } = reviewPlaces(state);
  const rect = inDiff(state) ? diff : list;
  return Math.max(1, (rect?.height ?? reviewArea(state).height) - 2);
}

/** Moves by rows within the part that has the keys; infinite: to an end. */
export function step(store: CockpitStore, by: number) {
  const state = store.getState();
  const here = standing(state);
  if (here && inDiff(state)) return changeReview(store, { row: clamp(here.at + by, 0, here.rows.length - 1) });
  toFile(store, clamp(chosenIndex(state) + by, 0, fileItems(state).length - 1));
}

/** Chooses an item of the list; its diff begins at its first hunk. */
export function toFile(store: CockpitStore, index: number) {
  const state = store.getState();
  const item = fileItems(state)[index];
  if (item && index !== chosenIndex(state)) {
    changeReview(store, { at: placeOf(item), index, row: 0, anchor: null, shift: 0 });
  } else if (item) changeReview(store, { at: placeOf(item), index });
}

/** To the next (or previous) file, past headings. False: there is none. */
export function byFile(store: CockpitStore, by: 1 | -1): boolean {
  const state = store.getState();
  const items = fileItems(state);
  for (let index = chosenIndex(state) + by; items[index]; index += by) {
    if (items[index]!.kind === 'agent' || items[index]!.kind === 'path') continue;
    toFile(store, index);
    return true;
  }
  return false;
}

/** To the next hunk, after the last one to the next file; back to the list before the first one. */
export function byHunk(store: CockpitStore, by: 1 | -1) {
  const state = store.getState();
  const here = standing(state);
  if (!inDiff(state) || !here) return by === 1 ? changeReview(store, { part: 'diff' }) : undefined;
  const heads = here.rows.flatMap((row, index) => (row.kind === 'head' ? [index] : []));
  const next = by === 1 ? heads.find((index) => index > here.at) : heads.findLast((index) => index < here.at);
  if (next !== undefined) changeReview(store, { row: next, anchor: null });
  else if (by === 1) byFile(store, 1);
  else changeReview(store, { part: 'files', anchor: null });
}

/** The next agent in the sessions' order that the list is of. */
export function byAgent(store: CockpitStore, by: 1 | -1) {
  const state = store.getState();
  const agents = sessionRows(state).map(({ agent }) => agent.id);
  const at = agents.indexOf(selectedAgent(state)?.id ?? '');
  const next = agents[(at + by + agents.length) % agents.length];
  if (next === undefined || state.ui.pinned !== null) return;
  store.setUi({ selected: next });
  changeReview(store, { by: 'agent', at: null, index: 0, row: 0, anchor: null, shift: 0 });
}

/** One side or two: one goes on standing in the same line. */
export function toggleSides(store: CockpitStore) {
  const before = store.getState();
  const here = standing(before);
  changeReview(store, { sides: !before.ui.review.sides, anchor: null });
  const after = store.getState();
  if (!here) return;
  const { sides } = reviewPlaces(after);
  changeReview(store, { row: sameLine(rowsOf(here.diff, sides), here.rows[here.at]) });
  if (after.ui.review.sides && !sides) {
    const { cols } = after.ui.size;
    const how = cols < TWO_SIDES_FROM ? `this screen has ${cols}` : 'z gives it the whole screen';
    store.say('info', `Two sides need ${TWO_SIDES_FROM} columns for the diff; ${how}.`);
  }
}

/** To the next row that has what is looked for; `from`: where to begin, the present row counts. */
export function toHit(store: CockpitStore, by: 1 | -1, includesHere = false) {
  const state = store.getState();
  const here = standing(state);
  if (!here) return;
  const row = findRow(state, here, includesHere ? here.at : here.at + by, by);
  if (row !== null) changeReview(store, { row, part: 'diff' });
  else if (state.ui.review.find.text === '') store.say('info', 'Nothing is looked for yet: / begins that.');
  else store.say('warning', `Nothing in this diff matches "${state.ui.review.find.text}".`);
}
