import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { searchView } from '../../src/cockpit/views/search/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { useCaret, usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** What all agents printed, searched. */
export function Search({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving, cursor } = searchView(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving, cursor };
    },
    [bridge, width, height],
  );
  const { rows, moving, cursor } = useDerived(derive);
  usePatches('search', rect, moving);
  useCaret('search', cursor && { x: rect.x + cursor.x, y: rect.y + cursor.y });
  return <Rows rect={rect} rows={rows} />;
}
