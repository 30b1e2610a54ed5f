import { useCallback } from 'react';
import { headerView } from '../../src/cockpit/views/header.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

export function Header({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const derive = useCallback(
    (state: Parameters<typeof headerView>[0]) => {
      const { rows, moving } = headerView(state, rect.width, Date.now());
      return { rows: rows.map(bridge.painter().row), moving };
    },
    [bridge, rect.width],
  );
  const { rows, moving } = useDerived(derive);
  usePatches('header', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}
