import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { collisionsStrip } from '../../src/cockpit/views/collisions/strip.ts';
import { collisionsView } from '../../src/cockpit/views/collisions/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** Where agents are in each other's way, and what merging them would give. */
export function Collisions({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving } = collisionsView(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving };
    },
    [bridge, width, height],
  );
  const { rows, moving } = useDerived(derive);
  usePatches('collisions', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}

/** The worst of them, below the other panes. */
export function CollisionsStrip({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving } = collisionsStrip(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving };
    },
    [bridge, width, height],
  );
  const { rows, moving } = useDerived(derive);
  usePatches('collisions strip', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}
