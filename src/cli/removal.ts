import { plural } from '../cockpit/views/numbers.ts';
import type { Agent } from '../schema/agent.ts';
import type { SavedWork, WorkAtRisk } from '../schema/daemon.ts';
import type { Context } from './context.ts';

/** How many changed files a question names. */
const NAMED_FILES = 5;

/** What would be lost without being saved first, in words; empty when nothing is at risk. */
export function riskWords({ uncommitted, unpushed, unmerged }: WorkAtRisk): string {
  const shown = uncommitted.slice(0, NAMED_FILES).join(', ');
  const more = uncommitted.length > NAMED_FILES ? ', …' : '';
  return [
    uncommitted.length > 0 ? `${plural(uncommitted.length, 'uncommitted file')} (${shown}${more})` : '',
    unmerged > 0 ? `${plural(unmerged, 'commit')} not merged` : '',
    unpushed > 0 ? `${plural(unpushed, 'commit')} not pushed` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** Says that an agent's worktree is gone, and how its work comes back. */
export function printRemoval(
  context: Context,
  done: string,
  { agent, saved, notes }: { agent: Agent; saved: SavedWork | null; notes: string[] },
): void {
  const when = saved && { ...saved, savedAt: new Date(saved.savedAt).toISOString() };
  const value = { agent: agent.name, saved: when, notes };
  context.print(value, () =>
    [
      saved
        ? `${agent.name} is ${done}. Its work is saved as ${saved.ref}; boocode restore ${agent.name} brings it back.`
        : `${agent.name} is ${done}. Nothing of it was unsaved.`,
      ...notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`),
    ].join('\n'),
  );
}
