import { plural } from '../cockpit/views/numbers.ts';
import { clean } from '../cockpit/views/span.ts';
import type { Agent } from '../schema/agent.ts';
import type { SavedWork, WorkAtRisk } from '../schema/daemon.ts';
import type { Context } from './context.ts';
import { shellLine } from './self.ts';

/** How many changed files a question names. */
const NAMED_FILES = 5;

/** What would be lost without being saved first, in words; empty when nothing is at risk. */
export function riskWords({ uncommitted, unpushed, unmerged }: WorkAtRisk): string {
  return [
    uncommitted.length > 0 ? `${plural(uncommitted.length, 'uncommitted file')} (${named(uncommitted)})` : '',
    unmerged > 0 ? `${plural(unmerged, 'commit')} not merged` : '',
    unpushed > 0 ? `${plural(unpushed, 'commit')} not pushed` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

/** What is not saved, in a sentence with a blank before it; empty when there is nothing. */
export const ignoredWords = ({ ignored }: WorkAtRisk): string =>
  ignored.length > 0 ? ` What git ignores is not saved: ${named(ignored)}.` : '';

const named = (files: string[]) =>
  `${files.slice(0, NAMED_FILES).map(clean).join(', ')}${files.length > NAMED_FILES ? ', …' : ''}`;

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
        ? `${agent.name} is ${done}. Its work is saved as ${saved.ref}; ${shellLine(['boocode', 'restore', agent.name])} brings it back.`
        : `${agent.name} is ${done}. Nothing of it was unsaved.`,
      ...notes.map((note) => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`),
    ].join('\n'),
  );
}
