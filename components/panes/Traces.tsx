import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { timelineView } from '../../src/cockpit/views/traces/timeline.ts';
import { tracesView } from '../../src/cockpit/views/traces/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

const pane = (id: string, view: typeof tracesView | typeof timelineView) =>
  function Pane({ rect }: { rect: Rect }) {
    const bridge = useBridge();
    const { width, height } = rect;
    const derive = useCallback(
      (state: Cockpit) => {
        const { rows, moving } = view(state, { width, height }, Date.now());
        return { rows: rows.map(bridge.painter().row), moving };
      },
      [bridge, width, height],
    );
    const { rows, moving } = useDerived(derive);
    usePatches(id, rect, moving);
    return <Rows rect={rect} rows={rows} />;
  };

/** Every tool call: what, how long, tokens and cost. */
export const Traces = pane('traces', tracesView);
/** Every turn, and what it all comes to. */
export const Timeline = pane('timeline', timelineView);
