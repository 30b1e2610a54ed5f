import type { Intent } from '../../core/commands/context.ts';
import { FOCUSED, type PaneId } from '../../core/layout/layout.ts';
import { layoutOf } from '../selectors/screen.ts';
import { type Cockpit, SORTS } from '../store/model.ts';
import { THEMES } from '../theme/tones.ts';
import type { Bridge } from './bridge.ts';
import { openInbox } from './inbox/open.ts';

export type Looking = Extract<Intent, { type: 'focus' | 'mode' | 'filter' | 'clear' | 'sort' | 'theme' }>;

const after = <T>(list: readonly T[], one: T): T => list[(list.indexOf(one) + 1) % list.length]!;

/** What changes only where this user stands. */
export function look(bridge: Bridge, intent: Looking) {
  const { store } = bridge;
  const { ui } = store.getState();
  switch (intent.type) {
    case 'focus': {
      const { pane, view } = goal(store.getState(), intent.pane);
      // Where panes share one place the inbox is a view of it.
      if (pane === 'inbox' && layoutOf(store.getState()).kind !== 'columns') return openInbox(bridge);
      return store.setUi({ focus: pane, view, mode: ui.mode === 'tiles' ? 'normal' : ui.mode });
    }
    case 'mode': {
      const view = intent.mode === 'tiles' ? 'output' : ui.view;
      return store.setUi({ mode: ui.mode === intent.mode ? 'normal' : intent.mode, view });
    }
    case 'filter':
      return store.setUi({ filtering: true, mode: 'normal', focus: ui.single ?? 'sessions', toast: null });
    case 'clear':
      return store.setUi(ui.filter ? { filter: '' } : { mode: 'normal' });
    case 'sort': {
      const sort = after(SORTS, ui.sort);
      store.setUi({ sort });
      return store.say('info', `Sorted by ${sort}.`);
    }
    case 'theme': {
      const theme = after(THEMES, ui.theme);
      store.setUi({ theme });
      return store.say('info', `Theme: ${theme}. To keep it, set ui.theme in config.json.`);
    }
  }
}

/** The pane that is meant, and what the output pane shows then. */
function goal(state: Cockpit, pane: PaneId | 'next' | 'previous'): { pane: PaneId; view: Cockpit['ui']['view'] } {
  const { focus, view } = state.ui;
  if (pane !== 'next' && pane !== 'previous') return { pane, view: pane === 'output' ? 'output' : view };
  const { kind, panes } = layoutOf(state);
  const beside = kind === 'columns';
  const order = beside ? FOCUSED.filter((one) => panes.some(({ id }) => id === one)) : FOCUSED;
  const here = !beside && focus === 'output' && view === 'inbox' ? 'inbox' : focus;
  const by = pane === 'next' ? 1 : order.length - 1;
  const next = order[(order.indexOf(here) + by) % order.length]!;
  return { pane: next, view: here === 'inbox' && !beside ? 'output' : view };
}
