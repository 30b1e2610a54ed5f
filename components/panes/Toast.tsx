import { useCallback } from 'react';
import { keymapOf } from '../../src/cockpit/selectors/keymap.ts';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { toastView } from '../../src/cockpit/views/toast.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { useOverlay } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

const nowhere = { x: 0, y: 0, width: 0, height: 0 };

/** A message that needs more than the bottom line, over the panes. */
export function Toast() {
  const bridge = useBridge();
  const derive = useCallback(
    (state: Cockpit) => {
      const view = toastView(state, keymapOf(state));
      return view ? { rect: view.rect, rows: view.rows.map(bridge.painter().row) } : { rect: nowhere, rows: [] };
    },
    [bridge],
  );
  const { rect, rows } = useDerived(derive);
  useOverlay('toast', rect);
  return rows.length > 0 && <Rows rect={rect} rows={rows} />;
}
