import type { WorkflowContext } from '../../../core/commands/workflows.ts';
import { isLive } from '../../../core/lifecycle.ts';
import { tokenSum } from '../../../core/traces/totals.ts';
import type { Agent } from '../../../schema/agent.ts';
import type { WorkflowInfo } from '../../../schema/workflow.ts';
import type { InboxEntry } from '../../store/inbox.ts';
import type { Cockpit } from '../../store/model.ts';
import { inboxEntries } from '../inbox/entries.ts';
import { selectedAgent } from '../sessions.ts';

/** It carries out a workflow; also before its process has told anything. */
export const isRun = ({ runtime, run }: Pick<Agent, 'runtime' | 'run'>): boolean =>
  runtime === 'workflow' || run !== undefined;

/** One row of the list. */
export type ListItem = { key: string } & ({ run: Agent } | { workflow: WorkflowInfo });

type Agents = Record<string, Agent>;
const runsIn = new WeakMap<Agents, readonly Agent[]>();
const childrenIn = new WeakMap<Agents, ReadonlyMap<string, readonly Agent[]>>();
const NOBODY: Agents = {};

/** Runs, those that live first, then the newest. */
export function runsOf({ data }: Pick<Cockpit, 'data'>): readonly Agent[] {
  const agents = data.project?.agents ?? NOBODY;
  let runs = runsIn.get(agents);
  if (!runs) {
    runs = Object.values(agents)
      .filter((agent) => isRun(agent) && !agent.archived)
      .sort((a, b) => Number(isLive(b)) - Number(isLive(a)) || b.createdAt - a.createdAt);
    runsIn.set(agents, runs);
  }
  return runs;
}

/** Everybody who was started by this agent or run. */
export function agentsOf({ data }: Pick<Cockpit, 'data'>, run: string): readonly Agent[] {
  const agents = data.project?.agents ?? NOBODY;
  let children = childrenIn.get(agents);
  if (!children) {
    children = Map.groupBy(Object.values(agents), ({ parentId }) => parentId ?? '');
    childrenIn.set(agents, children);
  }
  return children.get(run) ?? [];
}

/** Runs; below them the workflows that can be started. */
export const listItems = (state: Pick<Cockpit, 'data'>): ListItem[] => [
  ...runsOf(state).map((run) => ({ key: `run ${run.id}`, run })),
  ...(state.data.workflows.list ?? []).map((workflow) => ({ key: `workflow ${workflow.name}`, workflow })),
];

/** The chosen row of the list, the first where the chosen one is gone; -1: there is none. */
export function chosenItemIndex(state: Pick<Cockpit, 'data' | 'ui'>): number {
  const items = listItems(state);
  const at = items.findIndex(({ key }) => key === state.ui.workflows.item);
  return at < 0 ? Math.min(0, items.length - 1) : at;
}
export const chosenItem = (state: Pick<Cockpit, 'data' | 'ui'>): ListItem | null =>
  listItems(state)[chosenItemIndex(state)] ?? null;

/** The run that is looked at, else the one that is chosen in the list. */
export function runAgent(state: Pick<Cockpit, 'data' | 'ui'>): Agent | null {
  const { run } = state.ui.workflows;
  if (run !== null) return state.data.project?.agents[run] ?? null;
  const item = chosenItem(state);
  return item && 'run' in item ? item.run : null;
}

/** Agents that start agents that start agents: nobody goes deeper. */
const DEEPEST = 8;

/** The run (by id) of which everything is to be known: the one that is opened, or whose agent is selected. */
export function wantedRun(state: Cockpit): string | null {
  const { view, mode, workflows } = state.ui;
  if (view === 'workflows') return workflows.run;
  return view === 'output' && mode !== 'tiles' ? (runInOutput(state)?.id ?? null) : null;
}

/** The run that stands where an agent's screen would. */
export function runInOutput(state: Cockpit): Agent | null {
  const agent = selectedAgent(state);
  return agent && isRun(agent) ? agent : null;
}

/** What waits for a person in a run: its own questions, and those of everybody below it. Oldest first. */
export function waitingIn(state: Pick<Cockpit, 'data'>, run: string): InboxEntry[] {
  const agents = state.data.project?.agents ?? NOBODY;
  const isBelow = ({ id, parentId }: Agent, depth = 0): boolean => {
    const parent = parentId === null ? undefined : agents[parentId];
    return id === run || (parent !== undefined && depth < DEEPEST && isBelow(parent, depth + 1));
  };
  return inboxEntries(state).filter(({ agent }) => isBelow(agent));
}

/** The workflow that the chosen thing is of, as far as it is known. */
export function chosenWorkflow(state: Pick<Cockpit, 'data' | 'ui'>): WorkflowInfo | null {
  const item = chosenItem(state);
  if (state.ui.workflows.run === null && item && 'workflow' in item) return item.workflow;
  const name = runAgent(state)?.run?.workflow;
  return state.data.workflows.list?.find((one) => one.name === name) ?? null;
}

const NOT_HERE: WorkflowContext = { at: 'none', ended: false, done: false, waiting: 0 };

/** What commands decide from. */
export function workflowFacts(state: Cockpit): WorkflowContext {
  if (state.ui.view !== 'workflows') return NOT_HERE;
  const run = runAgent(state);
  if (!run) return { ...NOT_HERE, at: chosenItem(state) ? 'workflow' : 'none' };
  const done = run.status.state === 'completed';
  return { at: 'run', ended: !isLive(run), done, waiting: waitingIn(state, run.id).length };
}

/** What its agents have used so far, as far as they tell. */
export function spentBy(agents: readonly Agent[]): { tokens: number | null; usd: number | null; about: boolean } {
  const counted = agents.flatMap(({ tokens }) => (tokens ? [tokens] : []));
  const costs = agents.flatMap(({ cost }) => (cost ? [cost] : []));
  return {
    tokens: counted.length === 0 ? null : counted.reduce((sum, one) => sum + tokenSum(one), 0),
    usd: costs.length === 0 ? null : costs.reduce((sum, { usd }) => sum + usd, 0),
    about: costs.some(({ provenance }) => provenance === 'estimated'),
  };
}
