import { asksToLook, isLive } from '../../../core/lifecycle.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Cockpit } from '../../store/model.ts';

const known = new WeakMap<Record<string, Agent>, InboxEntry[]>();

/** Everything that waits for a person, over all agents, oldest first. */
export function inboxEntries({ data }: Pick<Cockpit, 'data'>): InboxEntry[] {
  const agents = data.project?.agents;
  if (!agents) return [];
  let entries = known.get(agents);
  if (!entries) {
    entries = Object.values(agents).flatMap(entriesOf).sort(byAge);
    known.set(agents, entries);
  }
  return entries;
}

const byAge = (a: InboxEntry, b: InboxEntry) => a.at - b.at || (a.id < b.id ? -1 : 1);

function entriesOf(agent: Agent): InboxEntry[] {
  if (agent.archived || !isLive(agent)) return [];
  if (agent.approvals?.length) {
    return agent.approvals.map((approval) => ({ id: approval.id, agent, at: approval.at, approval }));
  }
  const { since } = agent.status;
  return asksToLook(agent) ? [{ id: `look ${agent.id} ${since}`, agent, at: since, approval: null }] : [];
}

/** What is listed: all that waits, and the chosen one in its old place when it waits no more. */
export function listedEntries(state: Pick<Cockpit, 'data' | 'ui'>): readonly InboxEntry[] {
  const entries = inboxEntries(state);
  const { held } = state.ui.inbox;
  if (!held || entries.some(({ id }) => id === held.id)) return entries;
  return [...entries, held].sort(byAge);
}

export interface Chosen {
  entry: InboxEntry;
  /** Why it waits no more, as a clause; null: it does. */
  gone: string | null;
}

/** The entry that is chosen; null: nothing waits. One that waits no more stays until somebody goes on. */
export function chosenEntry(state: Pick<Cockpit, 'data' | 'ui'>): Chosen | null {
  const { at, held, ended } = state.ui.inbox;
  const entries = inboxEntries(state);
  const entry = entries.find(({ id }) => id === at);
  if (entry) return { entry, gone: null };
  if (at === null || held?.id !== at) return entries[0] ? { entry: entries[0], gone: null } : null;
  return { entry: held, gone: goneWords(state, held, ended?.id === at ? ended.by : null) };
}

function goneWords({ data }: Pick<Cockpit, 'data'>, { agent, approval }: InboxEntry, by: Ended): string {
  const now = data.project?.agents[agent.id];
  if (!now || now.archived) return `${agent.name} is not there any more`;
  if (!isLive(now)) return `${agent.name} has ended`;
  if (!approval) return `${agent.name} goes on`;
  switch (by?.who) {
    case 'person':
      return by.detail ? `it was answered already (${by.detail})` : 'it was answered already';
    case 'rule':
      return `a rule has answered it: ${by.detail}`;
    case 'elsewhere':
      return "it was answered on the agent's own screen";
    case 'withdrawn':
      return `the agent has withdrawn it${by.detail ? `: ${by.detail}` : ''}`;
    default:
      return 'it is open no more';
  }
}
type Ended = NonNullable<Cockpit['ui']['inbox']['ended']>['by'] | null;

/** The request as a whole where it has been fetched, else what is mirrored of it. */
export function requestOf({ ui }: Pick<Cockpit, 'ui'>, { id, approval }: InboxEntry): InboxEntry['approval'] {
  const { looked } = ui.inbox;
  return looked?.id === id && looked.whole ? looked.whole : approval;
}
