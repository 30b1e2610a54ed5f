import type { TraceContext } from '../../../core/commands/traces.ts';
import type { Trace, TraceOrder, Turn } from '../../../schema/trace.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Whose } from '../../store/traces.ts';
import { selectedAgent } from '../sessions.ts';

/** Id of the agent whose traces or turns are shown; null: all agents', also where none is selected. */
export const shownAgent = (state: Cockpit, whose: Whose): string | null =>
  whose === 'all' ? null : (selectedAgent(state)?.id ?? null);

export interface TraceQuery {
  agent: string | null;
  filter: string;
  order: TraceOrder;
}

/** What the list of traces answers. */
export function traceQuery(state: Cockpit): TraceQuery {
  const { whose, group, errorsFirst, filter } = state.ui.traces;
  return { agent: shownAgent(state, whose), filter: filter.text.trim(), order: { group, errorsFirst } };
}
export const queryOf = (query: TraceQuery): string => JSON.stringify(query);

/** The chosen trace, as far as it has come. */
export function chosenTrace({ ui, data }: Cockpit): Trace | null {
  const { window } = data.traces;
  return window?.traces[ui.traces.index - window.at] ?? null;
}

/** The turns that are shown; none while those of another agent are there. */
export function shownTurns(state: Cockpit): readonly Turn[] {
  const { of, turns } = state.data.timeline;
  return turns && of === shownAgent(state, state.ui.timeline.whose) ? turns : [];
}

/** Index of the chosen turn; the newest when none is, or it is gone. */
export function chosenTurnIndex(state: Cockpit): number {
  const { at } = state.ui.timeline;
  const turns = shownTurns(state);
  const found = at ? turns.findIndex((one) => one.agent === at.agent && one.turn === at.turn) : -1;
  return found < 0 ? turns.length - 1 : found;
}

/** What commands decide from. */
export const traceFacts = (state: Cockpit): TraceContext => ({
  calls: state.data.traces.window?.total ?? 0,
  turns: state.ui.view === 'timeline' ? shownTurns(state).length : 0,
  part: state.ui.timeline.part,
});
