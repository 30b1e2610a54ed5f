import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { reviewView } from '../../src/cockpit/views/review/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { Rows } from '../parts/Rows.tsx';

/** What agents have changed, and what is decided about it. */
export function Changes({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => reviewView(state, { width, height }).rows.map(bridge.painter().row),
    [bridge, width, height],
  );
  return <Rows rect={rect} rows={useDerived(derive)} />;
}
