import { createContext, useContext } from 'react';
import type { Bridge } from '../../src/cockpit/control/bridge.ts';

const Context = createContext<Bridge | null>(null);
export const BridgeProvider = Context.Provider;

/** What components draw with; a component outside of `mount` is a defect. */
export function useBridge(): Bridge {
  const bridge = useContext(Context);
  if (!bridge) throw new Error('no bridge around this component: it is drawn outside of mountCockpit');
  return bridge;
}
