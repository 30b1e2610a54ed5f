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
export function printRemoval(context: Context, done: string, agent: Agent, saved: SavedWork | null): void {
  const value = { agent: agent.name, saved: saved && { ...saved, savedAt: new Date(saved.savedAt).toISOString() } };
  context.print(value, () =>
    saved
      ? `${agent.name} is ${done}. Its work is saved as ${saved.ref}; boocode restore ${agent.name} brings it back.`
      : `${agent.name} is ${done}. Nothing of it was unsaved.`,
  );
}
