import { useEffect } from 'react';
import { listen } from '../../src/cockpit/control/input.ts';
import { useBridge } from './useBridge.ts';

/** The one place where keys, pastes and the mouse come in. */
export function useKeys(): void {
  const bridge = useBridge();
  useEffect(() => listen(bridge), [bridge]);
}
