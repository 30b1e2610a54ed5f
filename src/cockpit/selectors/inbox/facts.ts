import type { InboxContext } from '../../../core/commands/inbox-context.ts';
import type { Cockpit } from '../../store/model.ts';
import { chosenEntry, inboxEntries, requestOf } from './entries.ts';
import { verdictsOf } from './rule.ts';

/** What commands of the inbox decide from. */
export function inboxFacts(state: Cockpit): InboxContext {
  const count = inboxEntries(state).length;
  const chosen = chosenEntry(state);
  if (!chosen) return { count, chosen: null };
  const { agent, approval, id } = chosen.entry;
  const { busy, question } = state.ui.inbox;
  return {
    count,
    chosen: {
      name: agent.name,
      kind: approval?.kind ?? 'look',
      verdicts: approval ? verdictsOf(agent, requestOf(state, chosen.entry) ?? approval) : [],
      gone: chosen.gone,
      busy: busy === id,
      choices: approval?.questions?.[question]?.choices.length ?? 0,
    },
  };
}
