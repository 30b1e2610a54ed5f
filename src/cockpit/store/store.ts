import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Dialog } from './dialogs.ts';
import { type Cockpit, type Data, initialData, initialUi, MESSAGES_KEPT, type Message, type Ui } from './model.ts';

type Of<K extends Dialog['kind']> = Extract<Dialog, { kind: K }>;

export interface CockpitStore extends StoreApi<Cockpit> {
  setData(change: Partial<Data>): void;
  setUi(change: Partial<Ui>): void;
  openDialog(dialog: Dialog): void;
  /** Changes the top dialog if it still is of this kind, and the one that is meant; what came too late is dropped. */
  changeDialog<K extends Dialog['kind']>(kind: K, change: Partial<Of<K>>, meant?: (dialog: Of<K>) => boolean): void;
  /** Closes it likewise, and says whether it was still open. */
  closeDialog<K extends Dialog['kind']>(kind: K, meant?: (dialog: Of<K>) => boolean): boolean;
  say(level: Message['level'], text: string): void;
}

/** The cockpit's one store: the mirror of the daemon's state beside the state of this screen. */
export function createCockpitStore(start: Parameters<typeof initialUi>[0], now: () => number = Date.now): CockpitStore {
  const store = createStore<Cockpit>()(() => ({ data: initialData(), ui: initialUi(start) }));
  let nextId = 1;
  const setUi = (change: Partial<Ui>) => store.setState(({ ui }) => ({ ui: { ...ui, ...change } }));
  const dialogs = () => store.getState().ui.dialogs;
  return {
    ...store,
    setUi,
    setData: (change) => store.setState(({ data }) => ({ data: { ...data, ...change } })),
    openDialog: (dialog) => setUi({ dialogs: [...dialogs(), dialog], typing: false, filtering: false, toast: null }),
    changeDialog(kind, change, meant) {
      const top = topOf(dialogs(), kind, meant);
      if (top) setUi({ dialogs: [...dialogs().slice(0, -1), { ...top, ...change } as Dialog] });
    },
    closeDialog(kind, meant) {
      const isOpen = topOf(dialogs(), kind, meant) !== undefined;
      if (isOpen) setUi({ dialogs: dialogs().slice(0, -1) });
      return isOpen;
    },
    say(level, text) {
      const message = { id: nextId++, level, text, at: now() };
      setUi({ toast: message, messages: [...store.getState().ui.messages, message].slice(-MESSAGES_KEPT) });
    },
  };
}

/** The dialog on top, if it is of this kind and the one that is meant. */
function topOf<K extends Dialog['kind']>(
  dialogs: readonly Dialog[],
  kind: K,
  meant: (dialog: Of<K>) => boolean = () => true,
): Of<K> | undefined {
  const top = dialogs.at(-1);
  return top?.kind === kind && meant(top as Of<K>) ? (top as Of<K>) : undefined;
}
