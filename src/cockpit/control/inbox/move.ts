import { inboxEntries, listedEntries } from '../../selectors/inbox/entries.ts';
import { freshEntry, type InboxUi } from '../../store/inbox.ts';
import type { Cockpit } from '../../store/model.ts';
import type { CockpitStore } from '../../store/store.ts';
import { inboxScroll } from '../../views/inbox/view.ts';
import { clamp } from '../dialogs/step.ts';

export const changeInbox = (store: CockpitStore, next: Partial<InboxUi>) =>
  store.setUi({ inbox: { ...store.getState().ui.inbox, ...next } });

/** Somebody looks at the inbox. */
export const isInSight = ({ ui }: Cockpit): boolean => ui.view === 'inbox' || ui.focus === 'inbox';

/** Chooses an entry; where somebody goes to it or sees it, its agent is the selected one from then on. `byHand`: somebody went there; `asked`: or asked for the inbox. */
export function choose(store: CockpitStore, id: string | null, byHand: boolean, asked = byHand) {
  const state = store.getState();
  const entry = inboxEntries(state).find((one) => one.id === id) ?? null;
  const { inbox } = state.ui;
  if (entry && entry.id === inbox.at) return changeInbox(store, { byHand: inbox.byHand || byHand, held: entry });
  // Whoever types to an agent, or looks at one, stays with it when another request moves up in the inbox by itself.
  const selects = asked || isInSight(state) || state.ui.selected === null;
  store.setUi({
    ...(entry && selects && state.ui.pinned === null && { selected: entry.agent.id }),
    inbox: { ...inbox, ...freshEntry(), at: entry?.id ?? null, held: entry, byHand },
  });
}

/** Moves by entries; past what waits no more, which goes. Infinite: to an end. */
export function byEntry(store: CockpitStore, by: number) {
  const state = store.getState();
  const listed = listedEntries(state);
  const live = new Set(inboxEntries(state).map(({ id }) => id));
  const index = listed.findIndex(({ id }) => id === state.ui.inbox.at);
  const wanted = listed[clamp(index + by, 0, listed.length - 1)];
  if (wanted && live.has(wanted.id)) return choose(store, wanted.id, true);
  // Beyond it nobody waits: what is gone stays until there is something else to stand in.
  const other = by > 0 ? listed.findLast(({ id }) => live.has(id)) : listed.find(({ id }) => live.has(id));
  choose(store, other?.id ?? null, true);
}

/** The next one that waits after the chosen one, from the end to the beginning; none: nothing is chosen. */
export function toNext(store: CockpitStore, byHand: boolean) {
  const state = store.getState();
  const listed = listedEntries(state);
  const at = state.ui.inbox.at;
  const index = listed.findIndex(({ id }) => id === at);
  const live = new Set(inboxEntries(state).map(({ id }) => id));
  const order = [...listed.slice(index + 1), ...listed.slice(0, Math.max(0, index))];
  const next = order.find(({ id }) => live.has(id));
  if (next) return choose(store, next.id, byHand);
  if (at === null || !live.has(at)) choose(store, null, byHand);
}

/** Scrolls the request; infinite: to an end. */
export function scroll(store: CockpitStore, by: (page: number) => number) {
  const state = store.getState();
  const { page, lines } = inboxScroll(state);
  changeInbox(store, { top: clamp(state.ui.inbox.top + by(page), 0, lines - page) });
}
