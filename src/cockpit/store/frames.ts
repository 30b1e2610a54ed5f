import type { StoreApi } from 'zustand/vanilla';
import type { Cockpit } from './model.ts';

/** Least time between two frames in milliseconds: a burst of events is one render (10 ms of Ink), not one each. */
const FRAME_MS = 33;

export interface Frames {
  /** The state as of the last frame. */
  readonly state: Cockpit;
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** The store seen once per frame: at once after a pause, so that a key is answered without delay. */
export function createFrames(store: StoreApi<Cockpit>, clock: () => number = () => performance.now()): Frames {
  const listeners = new Set<() => void>();
  let state = store.getState();
  let last = Number.NEGATIVE_INFINITY;
  let due: { cancel(): void } | null = null;
  const flush = () => {
    due = null;
    last = clock();
    state = store.getState();
    for (const listener of [...listeners]) listener();
  };
  const undo = store.subscribe(() => {
    if (due) return;
    const wait = last + FRAME_MS - clock();
    if (wait <= 0) {
      const immediate = setImmediate(flush);
      due = { cancel: () => clearImmediate(immediate) };
    } else {
      const timer = setTimeout(flush, wait);
      due = { cancel: () => clearTimeout(timer) };
    }
  });
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      undo();
      due?.cancel();
      listeners.clear();
    },
  };
}
