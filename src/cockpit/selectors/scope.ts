import type { Command } from '../../core/commands/context.ts';
import type { Cockpit } from '../store/model.ts';

/** Whose keys count besides those for moving about: a history's, the search view's, or nobody's. */
export function keyScope({ ui }: Pick<Cockpit, 'ui'>): Extract<Command['when'], 'history' | 'search'> | null {
  if (ui.typing) return null;
  const here = ui.mode === 'tiles' || ui.focus === 'output';
  if (!here) return null;
  if (ui.reading) return 'history';
  return ui.view === 'search' ? 'search' : null;
}
