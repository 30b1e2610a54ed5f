import { inboxEntries } from '../../selectors/inbox/entries.ts';
import { selectedAgent } from '../../selectors/sessions.ts';
import type { Bridge } from '../bridge.ts';
import { changeInbox, choose } from './move.ts';

/** Shows the inbox: at the selected agent's request, else at the one that has waited longest, unless one stands in it already. */
export function openInbox({ store }: Pick<Bridge, 'store'>, id?: string) {
  const { ui } = store.getState();
  const from = ui.view === 'inbox' ? ui.inbox.from : { mode: ui.mode, focus: ui.focus, view: ui.view };
  const own = selectedAgent(store.getState())?.id;
  const mode = ui.mode === 'tiles' ? 'normal' : ui.mode;
  const entries = inboxEntries(store.getState());
  const wanted = entries.find((one) => one.id === id) ?? entries.find(({ agent }) => agent.id === own) ?? entries[0];
  if (ui.view !== 'inbox' && wanted) choose(store, wanted.id, false, true);
  store.setUi({ view: 'inbox', mode, focus: ui.single ?? 'output', reading: null, typing: false, toast: null });
  changeInbox(store, { from });
}

/** Back to what was shown before; a pane alone is left. */
export function leaveInbox(bridge: Bridge) {
  const { store } = bridge;
  const { single, view, inbox } = store.getState().ui;
  if (single) return bridge.exit('left');
  if (view !== 'inbox') return store.setUi({ focus: 'sessions' });
  const { from } = inbox;
  const focus = from?.focus === 'inbox' ? 'sessions' : (from?.focus ?? 'sessions');
  store.setUi({ view: from?.view ?? 'output', mode: from?.mode ?? 'normal', focus });
}
