import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { workflowsView } from '../../src/cockpit/views/workflows/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** Workflows, their runs, and one run with its steps. */
export function Workflows({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving } = workflowsView(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving };
    },
    [bridge, width, height],
  );
  const { rows, moving } = useDerived(derive);
  usePatches('workflows', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}
