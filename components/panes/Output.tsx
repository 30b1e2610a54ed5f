import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { outputPane } from '../../src/cockpit/views/panes.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { inside } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';
import { TerminalView } from '../parts/TerminalView.tsx';

/** The selected agent's live screen in its frame, or why there is none. */
export function Output({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, ...others } = outputPane(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), ...others };
    },
    [bridge, width, height],
  );
  const { rows, agent, typing, moving } = useDerived(derive);
  usePatches('output', rect, moving);
  return (
    <>
      <Rows rect={rect} rows={rows} />
      {agent && <TerminalView name="output" agent={agent} rect={inside(rect)} focused={typing} />}
    </>
  );
}
