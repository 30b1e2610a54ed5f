import type { Answerer } from '../../../schema/approval.ts';
import { chosenEntry, inboxEntries } from '../../selectors/inbox/entries.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Bridge } from '../bridge.ts';
import { look } from './look.ts';
import { changeInbox, choose, isInSight } from './move.ts';

/** What came into sight by itself is not answered by a key that comes within this time (ms): it was meant for what stood there. */
const NOTICED_MS = 400;

/** Keeps one entry chosen while others come and go, and remembers what of it is on the screen. */
export class Inbox {
  readonly #bridge: Pick<Bridge, 'store' | 'call'>;
  readonly #undo: () => void;
  readonly #now: () => number;
  #seen: { id: string | null; since: number } = { id: null, since: 0 };

  constructor(bridge: Pick<Bridge, 'store' | 'call'>, now: () => number = () => performance.now()) {
    this.#bridge = bridge;
    this.#now = now;
    this.#undo = bridge.store.subscribe((state, before) => {
      if (state.data.project !== before.data.project || state.ui.inbox.at !== before.ui.inbox.at) this.#follow(state);
      if (state.ui.view !== before.ui.view && isInSight(state)) this.#follow(state);
    });
  }

  /** The request of this entry is what the screen shows from now on; null: none is seen. */
  shows(id: string | null): void {
    if (this.#seen.id !== id) this.#seen = { id, since: this.#now() };
  }

  /** Why a key that is pressed now must not answer this entry, as a sentence; null: it is what the person sees. */
  unseen(id: string): string | null {
    if (this.#seen.id !== id) return 'What stood here has changed: look at it first.';
    const { byHand } = this.#bridge.store.getState().ui.inbox;
    if (byHand || this.#now() - this.#seen.since >= NOTICED_MS) return null;
    return 'This request has only just come into sight: read it, then press the key again.';
  }

  get shown(): string | null {
    return this.#seen.id;
  }

  /** A request is open no more. */
  ended(id: string, by: Answerer): void {
    if (this.#bridge.store.getState().ui.inbox.at === id) changeInbox(this.#bridge.store, { ended: { id, by } });
  }

  close(): void {
    this.#undo();
  }

  #follow(state: Cockpit): void {
    const { store } = this.#bridge;
    const { at, held } = state.ui.inbox;
    const entry = at === null ? undefined : inboxEntries(state).find(({ id }) => id === at);
    if (entry) {
      if (entry !== held) changeInbox(store, { held: entry });
      if (isInSight(state)) look(this.#bridge, entry);
      return;
    }
    // What is gone stays only where somebody sees it.
    if (at !== null && held?.id === at && isInSight(state)) return;
    const first = chosenEntry({ ...state, ui: { ...state.ui, inbox: { ...state.ui.inbox, at: null, held: null } } });
    if (first || at !== null) choose(store, first?.entry.id ?? null, false);
  }
}
