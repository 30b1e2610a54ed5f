import { useLayoutEffect } from 'react';
import { listen } from '../../src/cockpit/control/input.ts';
import { useBridge } from './useBridge.ts';

/** The one place where keys, pastes and the mouse come in. */
export function useKeys(): void {
  const bridge = useBridge();
  // As soon as something stands there: what was pressed early is answered before the daemon is reached.
  useLayoutEffect(() => listen(bridge), [bridge]);
}
