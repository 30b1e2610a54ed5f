import { useCallback } from 'react';
import { keymapOf } from '../../src/cockpit/selectors/keymap.ts';
import { contextOf } from '../../src/cockpit/selectors/screen.ts';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { hintsView } from '../../src/cockpit/views/hints.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { useCaret } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** The bottom line. */
export function Hints({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { row, cursor } = hintsView(state, contextOf(state), keymapOf(state), width);
      return { rows: [bridge.painter().row(row)], cursor };
    },
    [bridge, width],
  );
  const { rows, cursor } = useDerived(derive);
  useCaret('hints', cursor === null ? null : { x: cursor, y: rect.y });
  return <Rows rect={rect} rows={rows} />;
}
