import type { StoreApi } from 'zustand/vanilla';
import type { Cockpit } from './model.ts';

/** Least time between two frames in milliseconds: a burst of events is one render (10 ms of Ink), not one each. */
const FRAME_MS = 33;
/** A key that comes within this time (ms) after another one would wait for a render that is under way. */
const TYPING_MS = 60;
/** However fast somebody types, what agents do is shown after this time, in milliseconds. */
const LATEST_MS = 250;

export interface Frames {
  /** The state as of the last frame. */
  readonly state: Cockpit;
  subscribe(listener: () => void): () => void;
  /** A key went to an agent: what only agents have changed waits until the key is answered. */
  typed(): void;
  /** The screen that gets the keys was painted: until the next key there is time for a frame. */
  echoed(): void;
  close(): void;
}

/** The store seen once per frame: at once after a pause, so that a key is answered without delay, and between two keys of a typist. */
export function createFrames(store: StoreApi<Cockpit>, clock: () => number = () => performance.now()): Frames {
  const listeners = new Set<() => void>();
  let state = store.getState();
  let last = Number.NEGATIVE_INFINITY;
  let typedAt = Number.NEGATIVE_INFINITY;
  /** Since when something waits to be shown. */
  let wantedAt: number | null = null;
  let due: { cancel(): void } | null = null;
  const flush = () => {
    due = null;
    wantedAt = null;
    last = clock();
    state = store.getState();
    for (const listener of [...listeners]) listener();
  };
  const later = (wait: number) => {
    due?.cancel();
    if (wait <= 0) {
      const immediate = setImmediate(flush);
      due = { cancel: () => clearImmediate(immediate) };
    } else {
      const timer = setTimeout(flush, wait);
      due = { cancel: () => clearTimeout(timer) };
    }
  };
  /** What somebody did in the cockpit itself is never held back. */
  const isHeld = () => store.getState().ui === state.ui && clock() < typedAt + TYPING_MS;
  const plan = () => {
    if (wantedAt === null) return;
    const free = last + FRAME_MS;
    later((isHeld() ? Math.max(free, Math.min(typedAt + TYPING_MS, wantedAt + LATEST_MS)) : free) - clock());
  };
  const undo = store.subscribe((next, before) => {
    const first = wantedAt === null;
    wantedAt ??= clock();
    if (first || next.ui !== before.ui) plan();
  });
  return {
    get state() {
      return state;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    typed() {
      typedAt = clock();
      plan();
    },
    echoed() {
      if (wantedAt !== null && clock() >= last + FRAME_MS) later(0);
    },
    close() {
      undo();
      due?.cancel();
      listeners.clear();
    },
  };
}
