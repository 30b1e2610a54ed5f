import type { Rect } from '../../../core/layout/rect.ts';
import { chosenTurnIndex } from '../../selectors/traces/chosen.ts';
import { timelineView } from '../../views/traces/timeline.ts';
import { tracesView } from '../../views/traces/view.ts';
import type { Bridge } from '../bridge.ts';
import { toTrace, traces } from './keys.ts';
import { timeline, toTurnAt } from './timeline.ts';

/** A click chooses a call or a turn; one more opens the call, or goes to the turn. */
export function clickTraces(bridge: Bridge, view: 'traces' | 'timeline', rect: Rect, y: number) {
  const state = bridge.store.getState();
  const draw = view === 'traces' ? tracesView : timelineView;
  const hit = draw(state, rect, Date.now()).hits[y - rect.y];
  if (hit === undefined || hit === null) return;
  const isHere = hit === (view === 'traces' ? state.ui.traces.index : chosenTurnIndex(state));
  if (view === 'traces') return isHere ? traces(bridge, 'open') : toTrace(bridge, hit);
  return isHere ? timeline(bridge, 'jump') : toTurnAt(bridge, hit);
}
