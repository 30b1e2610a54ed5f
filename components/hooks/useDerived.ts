import { useCallback, useRef, useSyncExternalStore } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { useBridge } from './useBridge.ts';

/**
 * What a function makes of the state, once per frame. The component renders again only when the outcome differs (compared
 * as JSON: rows are short strings), so an event that changes nothing in sight costs no render of Ink.
 */
export function useDerived<T>(derive: (state: Cockpit) => T): T {
  const { frames } = useBridge();
  const last = useRef<{ state: Cockpit; derive: unknown; json: string; value: T } | null>(null);
  const look = (): T => {
    const { state } = frames;
    const known = last.current;
    if (known && known.state === state && known.derive === derive) return known.value;
    const value = derive(state);
    const json = JSON.stringify(value);
    last.current = { state, derive, json, value: known?.json === json ? known.value : value };
    return last.current.value;
  };
  return useSyncExternalStore(
    useCallback((listener) => frames.subscribe(listener), [frames]),
    look,
  );
}
