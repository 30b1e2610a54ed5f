import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { sessionsPane } from '../../src/cockpit/views/panes.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** The tree of agents. */
export function Sessions({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving } = sessionsPane(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving };
    },
    [bridge, width, height],
  );
  const { rows, moving } = useDerived(derive);
  usePatches('sessions', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}
