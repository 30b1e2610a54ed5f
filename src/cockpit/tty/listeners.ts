import type { Undo } from '../types.ts';

/** Who wants to hear of something. Each addition returns its undo. */
export function createListeners<T = void>() {
  const all = new Set<(value: T) => void>();
  return {
    add(listener: (value: T) => void): Undo {
      const own = (value: T) => listener(value);
      all.add(own);
      return () => void all.delete(own);
    },
    tell(value: T) {
      for (const listener of [...all]) if (all.has(listener)) listener(value);
    },
  };
}
