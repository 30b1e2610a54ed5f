import { useCallback, useLayoutEffect } from 'react';
import type { Cockpit } from '../../src/cockpit/store/model.ts';
import { inboxStrip, inboxView } from '../../src/cockpit/views/inbox/view.ts';
import type { Rect } from '../../src/core/layout/rect.ts';
import { useBridge } from '../hooks/useBridge.ts';
import { useDerived } from '../hooks/useDerived.ts';
import { usePatches } from '../hooks/useSurface.ts';
import { Rows } from '../parts/Rows.tsx';

/** What waits for a person, and all of the request that is chosen. Only what this has drawn can be answered. */
export function Inbox({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving, shown } = inboxView(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving, shown };
    },
    [bridge, width, height],
  );
  const { rows, moving, shown } = useDerived(derive);
  useLayoutEffect(() => bridge.inbox.shows(shown), [bridge, shown]);
  useLayoutEffect(() => () => bridge.inbox.shows(null), [bridge]);
  usePatches('inbox', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}

/** The list alone, below the other panes. */
export function InboxStrip({ rect }: { rect: Rect }) {
  const bridge = useBridge();
  const { width, height } = rect;
  const derive = useCallback(
    (state: Cockpit) => {
      const { rows, moving } = inboxStrip(state, { width, height }, Date.now());
      return { rows: rows.map(bridge.painter().row), moving };
    },
    [bridge, width, height],
  );
  const { rows, moving } = useDerived(derive);
  usePatches('inbox strip', rect, moving);
  return <Rows rect={rect} rows={rows} />;
}
