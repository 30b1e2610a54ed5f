import type { Rect } from '../../../core/layout/rect.ts';
import type { Agent } from '../../../schema/agent.ts';
import { shownRun } from '../../selectors/workflows/steps.ts';
import type { Cockpit } from '../../store/model.ts';
import { initialWorkflows } from '../../store/workflows.ts';
import type { Row } from '../span.ts';
import type { Moving } from '../view.ts';
import { detailBox } from './detail.ts';
import { logRows } from './result.ts';
import { runRows } from './run.ts';

type Area = Pick<Rect, 'width' | 'height'>;

/** From this many rows on the newest lines of the log stand below the steps; so many rows of them. */
const LOG_FROM = 16;
const LOG = 4;

/** A run in the place where the screen of an agent stands, with nothing chosen in it: its steps and newest lines while it goes on, then its result. */
export function runPane(state: Cockpit, run: Agent, area: Area, now: number): { rows: Row[]; moving: Moving[] } {
  const looked: Cockpit = { ...state, ui: { ...state.ui, workflows: { ...initialWorkflows(), run: run.id } } };
  const { result = null, log = [] } = shownRun(looked)?.run ?? {};
  if (result !== null) looked.ui.workflows = { ...looked.ui.workflows, part: 'result' };
  const lines =
    result === null && log.length > 0 && area.height >= LOG_FROM
      ? [
          ...detailBox('Log', 'dim', [], area.width),
          ...logRows({ log }, { width: area.width, height: LOG, back: 0 }, now),
        ]
      : [];
  const height = area.height - lines.length;
  const { rows, moving } = runRows(looked, run, { width: area.width, height }, now);
  const blank = Array.from({ length: lines.length > 0 ? Math.max(0, height - rows.length) : 0 }, (): Row => []);
  return {
    rows: [...rows, ...blank, ...lines],
    moving: moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
  };
}
