import type { SearchMove } from '../../../core/commands/moves.ts';
import { layoutOf } from '../../selectors/screen.ts';
import { agentList, selectedAgent } from '../../selectors/sessions.ts';
import { field as emptyField, type Field } from '../../store/dialogs.ts';
import type { Cockpit } from '../../store/model.ts';
import { MOST_CONTEXT, patternOf, type Scope, type SearchUi } from '../../store/search.ts';
import type { Bridge } from '../bridge.ts';
import { clamp, type Press } from '../dialogs/step.ts';
import { edit, insert } from '../edit.ts';
import { begin, past, remember } from './past.ts';
import { run } from './run.ts';
import { saveSearch } from './saved.ts';

const CASES = ['smart', 'exact', 'ignore'] as const;
/** Keys after which a selected pattern goes on being written, and those that take it away. */
const KEEPING = new Set(['Left', 'Right', 'Home', 'End', 'C-a', 'C-b', 'C-e', 'C-f']);
const CLEARING = new Set(['BSpace', 'C-h', 'DC', 'C-d', 'C-u', 'C-k', 'C-w', 'M-BSpace']);

const change = ({ store }: Bridge, next: Partial<SearchUi>) =>
  store.setUi({ search: { ...store.getState().ui.search, ...next } });

/** Shows the search view with its field ready; what was found last is there again. */
export function openSearch(bridge: Bridge) {
  const { store } = bridge;
  const { view, mode, focus, single, search } = store.getState().ui;
  const from = view === 'search' ? search.from : { mode, focus };
  const normal = mode === 'tiles' ? 'normal' : mode;
  store.setUi({ view: 'search', reading: null, typing: false, toast: null, mode: normal, focus: single ?? 'output' });
  change(bridge, { writing: true, selected: search.field.text !== '', from, pastAt: -1 });
  begin(bridge);
  if (search.field.text !== '') run(bridge);
}

/** A key while a pattern is written; false: it is no key for the field. */
export function searchKey(bridge: Bridge, press: Press): boolean {
  const { search } = bridge.store.getState().ui;
  const { key, text, pasted } = press;
  if (!pasted) {
    if (key === 'Enter') {
      remember(bridge);
      change(bridge, { writing: false, selected: false });
      return true;
    }
    if (key === 'Up' || key === 'Down') {
      const older = past(bridge, key === 'Up' ? 1 : -1);
      if (older) write(bridge, older.field, older.at);
      return true;
    }
    if (key === 'C-n' || key === 'C-p') {
      step(bridge, key === 'C-n' ? 1 : -1);
      return true;
    }
  }
  const replaces = search.selected && (text !== null || CLEARING.has(key));
  const old = replaces ? emptyField() : search.field;
  const field = text !== null ? insert(old, text, false) : replaces ? old : edit(old, key);
  if (field === search.field) {
    if (KEEPING.has(key)) change(bridge, { selected: false });
    return text !== null;
  }
  write(bridge, field, -1);
  return true;
}

function write(bridge: Bridge, field: Field, pastAt: number) {
  const { search } = bridge.store.getState().ui;
  change(bridge, { field, selected: false, pastAt });
  if (field.text !== search.field.text) run(bridge);
}

function step(bridge: Bridge, by: number) {
  const { result, index } = bridge.store.getState().ui.search;
  const count = result?.matches.length ?? 0;
  if (count > 0) change(bridge, { index: clamp(index + by, 0, count - 1) });
}

/** Carries out a command of the search view. */
export function search(bridge: Bridge, move: SearchMove) {
  const state = bridge.store.getState();
  const { search: now } = state.ui;
  const page = Math.max(1, (layoutOf(state).panes.find(({ id }) => id === 'output')?.rect.height ?? 12) - 6);
  const per = Math.max(1, Math.floor(page / (1 + 2 * now.context)));
  const steps: Partial<Record<SearchMove, number>> = {
    next: 1,
    previous: -1,
    pageDown: per,
    pageUp: -per,
    first: Number.NEGATIVE_INFINITY,
    last: Number.POSITIVE_INFINITY,
  };
  if (steps[move] !== undefined) return step(bridge, steps[move]);
  switch (move) {
    case 'leave':
      return leave(bridge);
    case 'jump':
      return jump(bridge);
    case 'edit':
      return change(bridge, { writing: true });
    case 'times':
      return change(bridge, { exact: !now.exact });
    case 'save':
      return void saveSearch(bridge);
    default:
      change(bridge, option(move, state));
      return run(bridge);
  }
}

function option(move: SearchMove, state: Cockpit): Partial<SearchUi> {
  const { search: now } = state.ui;
  switch (move) {
    case 'case':
      return { case: CASES[(CASES.indexOf(now.case) + 1) % CASES.length]! };
    case 'fixed':
      return { fixed: !now.fixed };
    case 'ended':
      return { ended: !now.ended };
    case 'scope':
      return { scope: nextScope(state) };
    default:
      return { context: clamp(now.context + (move === 'more' ? 1 : -1), 0, MOST_CONTEXT) };
  }
}

/** All, the selected agent, then each state that some agent is in. */
export function nextScope(state: Cockpit): Scope {
  const agent = selectedAgent(state);
  const states = [...new Set(agentList(state).map((one) => one.status.state))];
  const scopes: Scope[] = [
    { kind: 'all' },
    ...(agent ? [{ kind: 'agent', id: agent.id } as const] : []),
    ...states.map((one) => ({ kind: 'state', state: one }) as const),
  ];
  const { scope } = state.ui.search;
  const at = scopes.findIndex((one) => JSON.stringify(one) === JSON.stringify(scope));
  return scopes[(at + 1) % scopes.length]!;
}

/** Back to what was shown before; the pattern and its options are there the next time. */
function leave(bridge: Bridge) {
  const { store } = bridge;
  const { search: now, single } = store.getState().ui;
  // A pane that shows nothing else is left as a whole.
  if (single && now.from === null) return bridge.exit('left');
  remember(bridge);
  const { mode = 'normal', focus = 'sessions' } = now.from ?? {};
  store.setUi({ view: 'output', mode, focus: single ?? focus, search: { ...store.getState().ui.search, from: null } });
}

/** Reads the agent's history at this line; leaving it leads back here. */
function jump(bridge: Bridge) {
  const { store, reader } = bridge;
  const { data, ui } = store.getState();
  const { result, index, of } = ui.search;
  const match = result?.matches[index];
  if (!match || !result) return;
  remember(bridge);
  change(bridge, { writing: false });
  const present = data.project?.agents[match.id]?.epoch === match.epoch;
  const matches = result.matches.filter((one) => one.id === match.id && one.epoch === match.epoch);
  const counted = result.counts.find(({ id }) => id === match.id)?.total ?? matches.length;
  const total = Math.max(counted, matches.length);
  const pattern = of ?? patternOf(ui.search);
  const hits = { pattern, matches, total, at: matches.indexOf(match) };
  reader.start({ agent: match.id, name: match.agent, epoch: present ? null : match.epoch, back: 'search', hits });
}
