import type { Intent } from '../../core/commands/context.ts';
import { PANES } from '../../core/layout/layout.ts';
import { SORTS } from '../store/model.ts';
import { THEMES } from '../theme/tones.ts';
import type { Bridge } from './bridge.ts';

export type Looking = Extract<Intent, { type: 'focus' | 'mode' | 'filter' | 'clear' | 'sort' | 'theme' }>;

const after = <T>(list: readonly T[], one: T): T => list[(list.indexOf(one) + 1) % list.length]!;

/** What changes only where this user stands. */
export function look({ store }: Bridge, intent: Looking) {
  const { ui } = store.getState();
  switch (intent.type) {
    case 'focus': {
      const by = intent.pane === 'next' ? 1 : PANES.length - 1;
      const next = PANES[(PANES.indexOf(ui.focus) + by) % PANES.length]!;
      const pane = intent.pane === 'next' || intent.pane === 'previous' ? next : intent.pane;
      const view = intent.pane === 'output' ? 'output' : ui.view;
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
