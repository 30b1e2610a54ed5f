import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { StatusState } from '../../schema/status.ts';
import type { Cockpit, Sort } from '../store/model.ts';
import { stateWords } from '../views/states.ts';
import { inboxEntries } from './inbox/entries.ts';

export interface SessionRow {
  agent: Agent;
  /** 0 for agents without a (listed) parent. */
  depth: number;
  /** How many ended agents of a run are not listed below it. */
  folded: number;
}

/** So many agents that a run is done with are listed below it while it goes on: with more of them who works would be out of sight. */
const FEW = 12;

/** Loudest first. */
const URGENCY: Record<StatusState, number> = {
  waiting: 0,
  stalled: 1,
  failed: 2,
  timed_out: 2,
  running: 3,
  preparing: 3,
  pending: 3,
  unknown: 4,
  paused: 5,
  idle: 5,
  completed: 6,
  cancelled: 7,
};

/** Who needs somebody stands first. */
export const byUrgency = (a: Agent, b: Agent): number => URGENCY[a.status.state] - URGENCY[b.status.state];

const ORDER: Record<Sort, (a: Agent, b: Agent) => number> = {
  age: (a, b) => a.createdAt - b.createdAt,
  name: (a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }),
  state: (a, b) => byUrgency(a, b) || a.createdAt - b.createdAt,
};

const memo = new WeakMap<Record<string, Agent>, Map<string, SessionRow[]>>();

/** The listed agents as a tree, flattened: children below their parents. Archived ones are left out. */
export function sessionRows({ data, ui }: Cockpit): SessionRow[] {
  const agents = data.project?.agents;
  if (!agents) return [];
  const above = aboveSelected(agents, ui.selected);
  const key = JSON.stringify([ui.sort, ui.filter, above]);
  const known = memo.get(agents) ?? new Map<string, SessionRow[]>();
  memo.set(agents, known);
  let rows = known.get(key);
  if (!rows) known.set(key, (rows = tree(Object.values(agents), ui, new Set(above))));
  return rows;
}

/** The selected agent where it belongs to another one, and who stands above it: they are to be seen. */
function aboveSelected(agents: Readonly<Record<string, Agent>>, selected: string | null): string[] {
  const above: string[] = [];
  let next = selected;
  while (next && !above.includes(next)) {
    above.push(next);
    next = agents[next]?.parentId ?? null;
  }
  return above.length > 1 ? above : [];
}

/** What is listed below an agent: of a run that has ended who lives, of one that goes on not the many that it is done with. */
function seenBelow(agent: Agent, children: readonly Agent[], seen: ReadonlySet<string>): readonly Agent[] {
  if (agent.run === undefined) return children;
  if (!isLive(agent)) return children.some(({ id }) => seen.has(id)) ? children : children.filter(isLive);
  const isDone = ({ status: { state } }: Agent) => state === 'completed' || state === 'cancelled';
  if (children.filter(isDone).length <= FEW) return children;
  return children.filter((one) => !isDone(one) || seen.has(one.id));
}

function tree(
  agents: Agent[],
  { sort, filter }: Pick<Cockpit['ui'], 'sort' | 'filter'>,
  above: ReadonlySet<string>,
): SessionRow[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const listed = agents.filter((agent) => !agent.archived && matches(agent, words)).sort(ORDER[sort]);
  const ids = new Set(listed.map((agent) => agent.id));
  const below = Map.groupBy(listed, ({ id, parentId }) =>
    parentId && parentId !== id && ids.has(parentId) ? parentId : '',
  );
  const rows: SessionRow[] = [];
  const walk = (list: readonly Agent[], depth: number) => {
    for (const agent of list) {
      const children = below.get(agent.id) ?? [];
      const seen = words.length > 0 ? children : seenBelow(agent, children, above);
      rows.push({ agent, depth, folded: children.length - seen.length });
      walk(seen, depth + 1);
    }
  };
  walk(below.get('') ?? [], 0);
  return rows;
}

/** Every word of the filter stands somewhere in its name, runtime, branch or state. */
function matches(agent: Agent, words: string[]): boolean {
  if (words.length === 0) return true;
  const text = [
    agent.name,
    agent.task,
    agent.runtime,
    agent.profile,
    agent.branch,
    agent.status.state,
    stateWords(agent),
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

export const agentList = ({ data }: Cockpit): Agent[] =>
  data.project ? Object.values(data.project.agents).filter((agent) => !agent.archived) : [];

/** The selected agent; when it is gone, or none was selected yet, the first in the list. */
export function selectedAgent(state: Cockpit): Agent | null {
  const { data, ui } = state;
  if (ui.pinned !== null) {
    const all = Object.values(data.project?.agents ?? {});
    return all.find(({ id, name }) => id === ui.pinned || name === ui.pinned) ?? null;
  }
  const rows = sessionRows(state);
  return rows.find(({ agent }) => agent.id === ui.selected)?.agent ?? rows[0]?.agent ?? null;
}

/** Agents that get a tile: the live ones, in the list's order. */
export const tiledAgents = (state: Cockpit): Agent[] =>
  sessionRows(state)
    .map(({ agent }) => agent)
    .filter(isLive);

/** Waiting agents, the one that has waited longest first. */
export const waitingAgents = (state: Cockpit): Agent[] => [...new Set(inboxEntries(state).map(({ agent }) => agent))];
