import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Dialog } from './dialogs.ts';
import { type Cockpit, type Data, initialData, initialUi, MESSAGES_KEPT, type Message, type Ui } from './model.ts';

export interface CockpitStore extends StoreApi<Cockpit> {
  setData(change: Partial<Data>): void;
  setUi(change: Partial<Ui>): void;
  openDialog(dialog: Dialog): void;
  /** Changes the top dialog if it still is of this kind; what came too late is dropped. */
  changeDialog<K extends Dialog['kind']>(kind: K, change: Partial<Extract<Dialog, { kind: K }>>): void;
  closeDialog(kind?: Dialog['kind']): void;
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
    changeDialog(kind, change) {
      const all = dialogs();
      const top = all.at(-1);
      if (top?.kind === kind) setUi({ dialogs: [...all.slice(0, -1), { ...top, ...change } as Dialog] });
    },
    closeDialog(kind) {
      const all = dialogs();
      if (all.length > 0 && (!kind || all.at(-1)?.kind === kind)) setUi({ dialogs: all.slice(0, -1) });
    },
    say(level, text) {
      const message = { id: nextId++, level, text, at: now() };
      setUi({ toast: message, messages: [...store.getState().ui.messages, message].slice(-MESSAGES_KEPT) });
    },
  };
}
