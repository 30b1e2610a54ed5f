import type { Rect } from '../../../core/layout/rect.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { runsOf } from '../../selectors/workflows/runs.ts';
import type { Cockpit } from '../../store/model.ts';
import { frame } from '../frame.ts';
import { borderTone, tabSpans } from '../output.ts';
import { clean, line, type Row } from '../span.ts';
import { listRows } from './list.ts';
import { runRows } from './run.ts';
import type { StepsPart } from './steps.ts';

/** Workflows and their runs, or one run. Of each row of the view `hits` has the place of what stands in it. */
export function workflowsView(
  state: Cockpit,
  { width, height }: Pick<Rect, 'width' | 'height'>,
  now: number,
): StepsPart {
  const area = { width: Math.max(1, width - 2), height: Math.max(1, height - 2) };
  const { run } = state.ui.workflows;
  const agent = run === null ? null : (state.data.project?.agents[run] ?? null);
  const part = agent ? runRows(state, agent, area, now) : run === null ? listRows(state, area, now) : gone();
  const tabs = layoutOf(state).tabs.length > 0;
  const title: Row = line(agent ? `Run ${clean(agent.name)}` : 'Workflows', 'strong');
  const runs = runsOf(state).length;
  const rows = frame({
    width,
    height,
    title: tabs ? tabSpans(state) : title,
    right:
      agent && tabs
        ? line(clean(agent.name), 'strong')
        : runs > 0 && !agent
          ? line(`${runs} run${runs === 1 ? '' : 's'}`, 'dim')
          : [],
    tone: borderTone(state.ui.focus === 'output', false),
    rows: part.rows,
  });
  return {
    rows,
    moving: part.moving.map((one) => ({ ...one, x: one.x + 1, y: one.y + 1 })),
    hits: [null, ...part.hits],
  };
}

const gone = (): StepsPart => ({
  ...{ rows: [[], line('  This run has been removed; Esc shows the others.', 'dim')], moving: [], hits: [] },
});
