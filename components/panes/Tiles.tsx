import { useCallback } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { type TilePane, tilePanes } from '../../src/cockpit/views/panes.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { inside } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { Rows } from '../parts/Rows.tsx';
import { TerminalView } from '../parts/TerminalView.tsx';

/** Live agents side by side; those that do not fit come into sight when they are selected. */
export function Tiles({ rects }: { rects: readonly Rect[] }) {
  const bridge = useBridge();
  const derive = useCallback(
    (state: Cockpit) =>
      tilePanes(state, rects, Date.now()).map(({ rows, ...tile }) => ({
        ...tile,
        rows: rows.map(bridge.painter().row),
      })),
    [bridge, rects],
  );
  return useDerived(derive).map(({ agent, ...tile }) => <Tile key={agent} agent={agent} {...tile} />);
}

function Tile({ rows, rect, agent, laid, typing }: Omit<TilePane, 'rows'> & { rows: string[] }) {
  return (
    <>
      <Rows rect={rect} rows={rows} />
      {laid && <TerminalView name={`tile ${agent}`} agent={agent} rect={inside(rect)} focused={typing} />}
    </>
  );
}
