import type { Rect } from '../../../core/layout/rect.ts';
import type { MouseEvent } from '../../types.ts';
import { collisionsView } from '../../views/collisions/view.ts';
import { reviewView } from '../../views/review/view.ts';
import type { Bridge } from '../bridge.ts';
import { collide } from '../collisions/keys.ts';
import { traces } from '../traces/keys.ts';
import { clickTraces } from '../traces/mouse.ts';
import { timeline } from '../traces/timeline.ts';
import { workflow } from '../workflows/keys.ts';
import { clickWorkflows } from '../workflows/mouse.ts';
import { changeReview, step, toFile } from './move.ts';

type At = Pick<MouseEvent, 'x' | 'y'>;

/** Rows a notch of the wheel moves. */
const NOTCH = 3;

/** A click chooses a file, a row of the diff, a collision; in the collisions one more goes there. */
export function clickView(bridge: Bridge, rect: Rect, { x, y }: At) {
  const { store } = bridge;
  const state = store.getState();
  store.setUi({ focus: 'output' });
  if (state.ui.view === 'changes') {
    const hit = reviewView(state, rect).hit(x - rect.x, y - rect.y);
    if (!hit) return;
    if ('item' in hit) toFile(store, hit.item);
    return changeReview(store, 'item' in hit ? { part: 'files' } : { part: 'diff', row: hit.row });
  }
  if (state.ui.view === 'traces' || state.ui.view === 'timeline') return clickTraces(bridge, state.ui.view, rect, y);
  if (state.ui.view === 'workflows') return clickWorkflows(bridge, rect, y);
  const hit = collisionsView(state, rect, Date.now()).hits[y - rect.y];
  if (!hit) return;
  const { part, index, agent } = state.ui.collisions;
  const isHere = part === hit.part && (part === 'list' ? index : agent) === hit.index;
  const chosen = hit.part === 'list' ? { index: hit.index } : { agent: hit.index };
  store.setUi({ collisions: { ...state.ui.collisions, part: hit.part, ...chosen } });
  if (isHere) collide(bridge, 'enter');
}

/** The wheel moves in the part that it is over. */
export function wheelView(bridge: Bridge, rect: Rect, { x, y }: At, upward: boolean) {
  const { store } = bridge;
  const state = store.getState();
  if (state.ui.view === 'traces') return traces(bridge, upward ? 'up' : 'down');
  if (state.ui.view === 'timeline') return timeline(bridge, upward ? 'up' : 'down');
  if (state.ui.view === 'workflows') return workflow(bridge, upward ? 'up' : 'down');
  if (state.ui.view !== 'changes') return collide(bridge, upward ? 'up' : 'down');
  const hit = reviewView(state, rect).hit(x - rect.x, y - rect.y);
  if (hit) changeReview(store, { part: 'item' in hit ? 'files' : 'diff' });
  const rows = hit && 'row' in hit ? NOTCH : 1;
  step(store, upward ? -rows : rows);
}
