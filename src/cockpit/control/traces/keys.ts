import type { TraceMove } from '../../../core/commands/traces.ts';
import type { Turn } from '../../../schema/trace.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { chosenTrace } from '../../selectors/traces/chosen.ts';
import { field } from '../../store/dialogs.ts';
import type { Ui } from '../../store/model.ts';
import type { TracesUi } from '../../store/traces.ts';
import type { Bridge } from '../bridge.ts';
import { clamp, type Press } from '../dialogs/step.ts';
import { edit, insert } from '../edit.ts';
import { leaveView } from '../review/keys.ts';
import { sentence } from '../wording.ts';
import { toTurn } from './jump.ts';

type Store = Pick<Bridge, 'store'>;

const change = ({ store }: Store, next: Partial<TracesUi>) =>
  store.setUi({ traces: { ...store.getState().ui.traces, ...next } });

/** Rows of the view that one page is. */
export const pageOf = ({ store }: Store): number =>
  Math.max(1, (layoutOf(store.getState()).panes.find(({ id }) => id === 'output')?.rect.height ?? 12) - 4);

/** Shows tool calls or turns, as one has left them. */
export function openTraces({ store }: Store, view: 'traces' | 'timeline') {
  const { ui } = store.getState();
  const own = ui.view === 'traces' || ui.view === 'timeline' ? ui[ui.view].from : null;
  const from: Pick<Ui, 'mode' | 'focus'> = own ?? { mode: ui.mode, focus: ui.focus };
  const mode = ui.mode === 'tiles' ? 'normal' : ui.mode;
  const shown = { view, mode, focus: ui.single ?? 'output', reading: null, typing: false, toast: null } as const;
  store.setUi({ ...shown, [view]: { ...ui[view], from } });
}

/** Carries out a command of the view of tool calls. */
export function traces(bridge: Bridge, move: TraceMove) {
  const { store } = bridge;
  const now = store.getState().ui.traces;
  const page = pageOf(bridge);
  const steps: Partial<Record<TraceMove, number>> = {
    ...{ down: 1, up: -1, pageDown: page, pageUp: -page },
    ...{ first: Number.NEGATIVE_INFINITY, last: Number.POSITIVE_INFINITY },
  };
  if (steps[move] !== undefined) return toTrace(bridge, now.index + steps[move]);
  switch (move) {
    case 'leave':
      return now.filter.text ? change(bridge, { filter: field(), index: 0, id: null }) : leaveView(bridge, now.from);
    case 'nextGroup':
    case 'previousGroup':
      return toTrace(bridge, groupStart(bridge, move === 'nextGroup'));
    case 'open':
      return toggle(bridge);
    case 'whole':
      return showWhole(bridge);
    case 'jump':
      return void jump(bridge);
    case 'filter':
      return change(bridge, { writing: true });
    case 'group':
      return change(bridge, { group: now.group === 'turn' ? 'tool' : 'turn', ...anchored(bridge) });
    case 'errors':
      return change(bridge, { errorsFirst: !now.errorsFirst, index: 0, id: null });
    case 'whose':
      return change(bridge, { whose: now.whose === 'agent' ? 'all' : 'agent', ...anchored(bridge) });
    case 'exact':
      return change(bridge, { exact: !now.exact });
  }
}

/** In another order the same trace stays chosen. */
const anchored = ({ store }: Store): Partial<TracesUi> => ({ id: chosenTrace(store.getState())?.id ?? null });

/** Chooses the trace at this place among all. */
export function toTrace(bridge: Store, index: number) {
  const { window } = bridge.store.getState().data.traces;
  if (!window) return;
  const at = clamp(index, 0, window.total - 1);
  change(bridge, { index: at, id: at === 0 ? null : (window.traces[at - window.at]?.id ?? null) });
}

function groupStart({ store }: Store, onward: boolean): number {
  const { ui, data } = store.getState();
  const { index } = ui.traces;
  const here = data.traces.window?.groups.find(({ from, count }) => from <= index && index < from + count);
  if (!here) return index;
  if (onward) return here.from + here.count;
  if (index > here.from) return here.from;
  const before = data.traces.window?.groups.find(({ from, count }) => from + count === here.from);
  return before?.from ?? here.from - 1;
}

function toggle(bridge: Bridge) {
  const { ui } = bridge.store.getState();
  const trace = chosenTrace(bridge.store.getState());
  if (!trace) return;
  const others = ui.traces.open.filter((id) => id !== trace.id);
  const isOpen = others.length < ui.traces.open.length;
  change(bridge, { open: isOpen ? others : [...others, trace.id].slice(-8) });
  if (!isOpen) void bridge.traces.whole(trace.id);
}

function showWhole(bridge: Bridge) {
  const trace = chosenTrace(bridge.store.getState());
  if (!trace) return;
  bridge.store.openDialog({ kind: 'trace', id: trace.id, top: 0 });
  void bridge.traces.whole(trace.id);
}

/** To the turn of the chosen call. */
async function jump(bridge: Bridge): Promise<void> {
  const state = bridge.store.getState();
  const trace = chosenTrace(state);
  if (!trace) return;
  const isOf = (one: Turn | undefined) => one?.agent === trace.agent && one.turn === trace.turn;
  const known = state.data.traces.window?.groups.find(({ turn }) => isOf(turn))?.turn;
  try {
    const turn = known ?? (await bridge.call('timeline.get', { agent: trace.agent })).turns.find(isOf);
    if (turn) toTurn(bridge, turn);
  } catch (error) {
    bridge.store.say('warning', sentence(error, state));
  }
}

/** A key while the filter is written; the list goes along. */
export function traceFilterKey(bridge: Bridge, { key, text, pasted }: Press) {
  const { filter } = bridge.store.getState().ui.traces;
  if (!pasted && key === 'Enter') return change(bridge, { writing: false });
  if (!pasted && (key === 'Escape' || key === 'C-c' || key === 'C-g')) {
    return change(bridge, { writing: false, filter: field(), index: 0, id: null });
  }
  const next = text === null ? edit(filter, key) : insert(filter, text, false);
  if (next === filter) return;
  change(bridge, next.text === filter.text ? { filter: next } : { filter: next, index: 0, id: null });
}
