import { useCallback } from 'react';
import { keymapOf } from '../../src/cockpit/selectors/keymap.ts';
import type { Dialog } from '../../src/cockpit/store/dialogs.ts';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { dialogView } from '../../src/cockpit/views/dialogs/view.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { useCaret, useOverlay } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** The dialog that has the keys, over everything else. */
export function TopDialog() {
  const kind = useDerived(topKind);
  return kind && <DialogBox />;
}

const top = (state: Cockpit): Dialog | undefined => state.ui.dialogs.at(-1);
const topKind = (state: Cockpit) => top(state)?.kind ?? null;
const nowhere = { x: 0, y: 0, width: 0, height: 0 };

function DialogBox() {
  const bridge = useBridge();
  const derive = useCallback(
    (state: Cockpit) => {
      const dialog = top(state);
      // Between the closing of the last one and the render that takes this component away.
      if (!dialog) return { rect: nowhere, rows: [], cursor: null };
      const { rect, rows, cursor } = dialogView(dialog, state, keymapOf(state), Date.now());
      return {
        rect,
        rows: rows.map(bridge.painter().row),
        cursor: cursor && { x: rect.x + cursor.x, y: rect.y + cursor.y },
      };
    },
    [bridge],
  );
  const { rect, rows, cursor } = useDerived(derive);
  useOverlay('dialog', rect);
  useCaret('dialog', cursor);
  return <Rows rect={rect} rows={rows} />;
}
