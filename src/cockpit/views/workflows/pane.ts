import type { Rect } from '../../../core/layout/rect.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { Cockpit } from '../../store/model.ts';
import { initialWorkflows } from '../../store/workflows.ts';
import type { Row } from '../span.ts';
import type { Moving } from '../view.ts';
import { runRows } from './run.ts';

/** A run in the place where the screen of an agent stands: how it goes, with nothing chosen in it. */
export function runPane(
  state: Cockpit,
  run: Agent,
  area: Pick<Rect, 'width' | 'height'>,
  now: number,
): { rows: Row[]; moving: Moving[] } {
  const seen: Cockpit = { ...state, ui: { ...state.ui, workflows: { ...initialWorkflows(), run: run.id } } };
  const { rows, moving } = runRows(seen, run, area, now);
  return { rows, moving: moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })) };
}
