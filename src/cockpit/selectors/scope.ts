import type { Command } from '../../core/commands/context.ts';
import type { Cockpit } from '../store/model.ts';
import { chosenEntry } from './inbox/entries.ts';
import { isTalk } from './talk.ts';

const SCOPES = {
  output: null,
  changes: 'review',
  collisions: 'collisions',
  search: 'search',
  inbox: 'inbox',
  traces: 'traces',
  timeline: 'timeline',
  workflows: 'workflows',
} as const;

/** Whose keys count besides those for moving about: a history's, a view's, or nobody's. */
export function keyScope(state: Pick<Cockpit, 'ui' | 'data'>): Exclude<Command['when'], 'moving' | 'typing'> | null {
  const { ui } = state;
  if (ui.typing) return null;
  if (ui.focus === 'inbox' && ui.mode !== 'tiles') return inboxScope(state);
  const here = ui.mode === 'tiles' || ui.focus === 'output';
  if (!here) return null;
  if (ui.reading) return 'history';
  // Tiles are moved about in as a list is.
  if (ui.view === 'output') return ui.mode !== 'tiles' && isTalk(state) ? 'talk' : null;
  const scope = SCOPES[ui.view];
  return scope === 'inbox' ? inboxScope(state) : scope;
}

/** A question takes numbers; all other keys of the inbox count there too. */
const inboxScope = (state: Pick<Cockpit, 'ui' | 'data'>): 'inbox' | 'question' => {
  const chosen = chosenEntry(state);
  return state.ui.view === 'inbox' && chosen?.gone === null && chosen.entry.approval?.kind === 'question'
    ? 'question'
    : 'inbox';
};
