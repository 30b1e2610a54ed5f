import type { Rect } from '../../../core/layout/rect.ts';
import { listItems } from '../../selectors/workflows/runs.ts';
import { stepRows } from '../../selectors/workflows/steps.ts';
import { workflowsView } from '../../views/workflows/view.ts';
import type { Bridge } from '../bridge.ts';
import { toItem, toRow, workflow } from './keys.ts';

/** A click chooses a run, a workflow, a step; one more on it does what Enter does. */
export function clickWorkflows(bridge: Bridge, rect: Rect, y: number) {
  const state = bridge.store.getState();
  const hit = workflowsView(state, rect, Date.now()).hits[y - rect.y];
  if (hit === undefined || hit === null) return;
  const { run, item, row } = state.ui.workflows;
  const inList = run === null;
  // What is chosen by itself may have come there under the hand.
  const isHere = inList ? listItems(state)[hit]?.key === item : stepRows(state).rows[hit]?.key === row;
  if (isHere) return workflow(bridge, 'enter');
  return inList ? toItem(bridge, hit) : toRow(bridge, hit);
}
