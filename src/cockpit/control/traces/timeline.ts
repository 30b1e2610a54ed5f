import type { TimelineMove } from '../../../core/commands/traces.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { chosenTurnIndex, shownTurns } from '../../selectors/traces/chosen.ts';
import type { TimelineUi } from '../../store/traces.ts';
import { allTotals } from '../../views/traces/totals.ts';
import type { Bridge } from '../bridge.ts';
import { clamp } from '../dialogs/step.ts';
import { leaveView } from '../review/keys.ts';
import { toTurn } from './jump.ts';
import { openTraces, pageOf } from './keys.ts';

const change = ({ store }: Pick<Bridge, 'store'>, next: Partial<TimelineUi>) =>
  store.setUi({ timeline: { ...store.getState().ui.timeline, ...next } });

/** Carries out a command of the timeline and the totals. */
export function timeline(bridge: Bridge, move: TimelineMove) {
  const { store } = bridge;
  const state = store.getState();
  const now = state.ui.timeline;
  const page = pageOf(bridge);
  const steps: Partial<Record<TimelineMove, number>> = {
    ...{ down: 1, up: -1, pageDown: page, pageUp: -page },
    ...{ first: Number.NEGATIVE_INFINITY, last: Number.POSITIVE_INFINITY },
  };
  if (steps[move] !== undefined) return step(bridge, steps[move]);
  const turn = shownTurns(state)[chosenTurnIndex(state)];
  switch (move) {
    case 'leave':
      return leaveView(bridge, now.from);
    case 'jump':
      return turn && toTurn(bridge, turn);
    case 'traces':
      if (turn && state.data.project?.agents[turn.agent]) store.setUi({ selected: turn.agent });
      return openTraces(bridge, 'traces');
    case 'part':
      return change(bridge, { part: now.part === 'turns' ? 'totals' : 'turns', top: 0 });
    case 'whose':
      return change(bridge, { whose: now.whose === 'agent' ? 'all' : 'agent' });
    case 'exact':
      return change(bridge, { exact: !now.exact });
  }
}

function step(bridge: Bridge, by: number) {
  const state = bridge.store.getState();
  if (state.ui.timeline.part === 'totals') return scroll(bridge, by);
  toTurnAt(bridge, chosenTurnIndex(state) + by);
}

/** Chooses the turn at this place; the newest stays the newest while others come. */
export function toTurnAt(bridge: Pick<Bridge, 'store'>, index: number) {
  const turns = shownTurns(bridge.store.getState());
  const at = clamp(index, 0, turns.length - 1);
  const turn = turns[at];
  if (turn) change(bridge, { at: at === turns.length - 1 ? null : { agent: turn.agent, turn: turn.turn } });
}

function scroll(bridge: Bridge, by: number) {
  const state = bridge.store.getState();
  const rect = layoutOf(state).panes.find(({ id }) => id === 'output')?.rect ?? { width: 80, height: 24 };
  const most = allTotals(state, rect.width - 2).length - (rect.height - 2);
  change(bridge, { top: clamp(state.ui.timeline.top + by, 0, most) });
}
