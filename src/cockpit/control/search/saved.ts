import { agentList } from '../../selectors/sessions.ts';
import { field } from '../../store/dialogs.ts';
import type { Scope } from '../../store/search.ts';
import { patternOf } from '../../store/search.ts';
import { clean } from '../../views/span.ts';
import type { Bridge } from '../bridge.ts';
import { sentence } from '../wording.ts';
import { openSearch } from './keys.ts';

/** Keeps the present search: agents whose new lines match are marked from now on. */
export async function saveSearch({ store, call }: Bridge): Promise<void> {
  const state = store.getState();
  const { search } = state.ui;
  if (search.field.text === '') return store.say('warning', 'There is no pattern to watch for yet.');
  const agents = search.scope.kind === 'agent' ? [search.scope.id] : [];
  try {
    await call('search.save', { pattern: patternOf(search), agents });
    const whom = search.scope.kind === 'agent' ? 'The agent is' : 'Agents are';
    store.say(
      'info',
      `${whom} marked from now on when a line matches "${clean(search.field.text)}"; S lists such searches.`,
    );
  } catch (error) {
    store.say('error', sentence(error, store.getState()));
  }
}

/** Shows what a saved search finds now. */
export function runSaved(bridge: Bridge, id: string) {
  const { store } = bridge;
  const { data, ui } = store.getState();
  const saved = data.project?.searches?.find((one) => one.id === id);
  if (!saved) return;
  const { text, fixed, case: how } = saved.pattern;
  const scope: Scope = saved.agents[0] === undefined ? { kind: 'all' } : { kind: 'agent', id: saved.agents[0] };
  store.setUi({ search: { ...ui.search, field: field(text), fixed, case: how, scope } });
  openSearch(bridge);
  store.setUi({ search: { ...store.getState().ui.search, writing: false } });
}

export async function forgetSearch({ store, call }: Bridge, id: string): Promise<void> {
  try {
    await call('search.forget', { id });
    store.changeDialog('searches', { busy: false, error: null });
  } catch (error) {
    store.changeDialog('searches', { busy: false, error: sentence(error, store.getState()) });
  }
}

/** To the newest line that any saved search has found. */
export function toAlert({ store, reader }: Bridge) {
  const state = store.getState();
  const found = agentList(state).flatMap((agent) => (agent.alerts ?? []).map((alert) => ({ agent, alert })));
  const newest = found.sort((a, b) => b.alert.at - a.alert.at)[0];
  if (!newest) return;
  const { agent, alert } = newest;
  const saved = state.data.project?.searches?.find((one) => one.id === alert.search);
  const pattern = saved?.pattern ?? { text: alert.text, fixed: true, case: 'exact' as const };
  const match = { line: alert.line, text: alert.text, spans: [[0, alert.text.length]] as const };
  const hits = { pattern, matches: [match], total: 1, at: 0 };
  store.setUi({ filter: '' });
  reader.start({ agent: agent.id, name: agent.name, epoch: null, back: 'live', hits });
}
