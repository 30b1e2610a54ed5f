import type { Command } from '../../core/commands/context.ts';
import type { Cockpit } from '../store/model.ts';

const SCOPES = { output: null, changes: 'review', collisions: 'collisions', search: 'search' } as const;

/** Whose keys count besides those for moving about: a history's, a view's, or nobody's. */
export function keyScope({ ui }: Pick<Cockpit, 'ui'>): Exclude<Command['when'], 'moving' | 'typing'> | null {
  if (ui.typing) return null;
  const here = ui.mode === 'tiles' || ui.focus === 'output';
  if (!here) return null;
  if (ui.reading) return 'history';
  return SCOPES[ui.view];
}
