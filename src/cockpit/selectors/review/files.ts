import type { Agent } from '../../../schema/agent.ts';
import type { FileChange } from '../../../schema/change.ts';
import type { Cockpit } from '../../store/model.ts';
import type { Place } from '../../store/review.ts';
import { selectedAgent, sessionRows } from '../sessions.ts';

/** A row of the list of files. */
export type FileItem =
  | { kind: 'agent'; agent: Agent; files: readonly FileChange[] }
  | { kind: 'file'; agent: Agent; change: FileChange }
  /** A file and how many agents have changed it; their own rows follow. */
  | { kind: 'path'; file: string; agents: number }
  | { kind: 'side'; agent: Agent; change: FileChange };

let last: { of: readonly unknown[]; items: FileItem[] } | undefined;

/** The selected agent's files below it, or every changed file with the agents that have changed it. The same array while nothing changes. */
export function fileItems(state: Cockpit): FileItem[] {
  const { lists } = state.data.review;
  const { by } = state.ui.review;
  const selected = selectedAgent(state);
  const agents = by === 'agent' ? (selected ? [selected] : []) : sessionRows(state).map(({ agent }) => agent);
  // Agents change their status all the time; what stands in the list are their names.
  const of = [by, lists, ...agents.map(({ id, name }) => `${id} ${name}`)];
  if (last && last.of.length === of.length && last.of.every((one, index) => one === of[index])) return last.items;
  const items = by === 'agent' ? ofAgent(selected, lists) : byFile(agents, lists);
  last = { of, items };
  return items;
}

type Lists = Readonly<Record<string, readonly FileChange[]>>;

function ofAgent(agent: Agent | null, lists: Lists): FileItem[] {
  const files = agent && lists[agent.id];
  if (!agent || !files || files.length === 0) return [];
  return [{ kind: 'agent', agent, files }, ...files.map((change): FileItem => ({ kind: 'file', agent, change }))];
}

function byFile(agents: readonly Agent[], lists: Lists): FileItem[] {
  const all = agents.flatMap((agent) => (lists[agent.id] ?? []).map((change) => ({ agent, change })));
  const files = [...Map.groupBy(all, ({ change }) => change.file)].sort(([a], [b]) => (a < b ? -1 : 1));
  return files.flatMap(([file, sides]): FileItem[] => [
    { kind: 'path', file, agents: sides.length },
    ...sides.map((side): FileItem => ({ kind: 'side', ...side })),
  ]);
}

export const placeOf = (item: FileItem): Place =>
  item.kind === 'path'
    ? { agent: null, file: item.file }
    : { agent: item.agent.id, file: item.kind === 'agent' ? null : item.change.file };

const isAt = (item: FileItem, { agent, file }: Place): boolean => {
  if (item.kind === 'path') return agent === null && item.file === file;
  return item.agent.id === agent && (item.kind === 'agent' ? null : item.change.file) === file;
};

/** Where one stands in the list: at the same file, or where it stood; at first at the first file. */
export function chosenIndex(state: Cockpit): number {
  const items = fileItems(state);
  const { at, index, by } = state.ui.review;
  if (at === null) return Math.min(1, Math.max(0, items.length - 1));
  // Mostly it stands where it stood, which is asked many times for each frame.
  if (items[index] && isAt(items[index], at)) return index;
  const found = items.findIndex((item) => isAt(item, at));
  if (found >= 0) return found;
  // Another agent was selected: its first file.
  const other = by === 'agent' && at.agent !== selectedAgent(state)?.id;
  return Math.max(0, Math.min(other ? 1 : index, items.length - 1));
}

export const chosenItem = (state: Cockpit): FileItem | null => fileItems(state)[chosenIndex(state)] ?? null;

/** The file whose diff is shown: the chosen one, or the first one of the agent or path that is chosen. */
export function shownFile(state: Cockpit): { agent: Agent; change: FileChange } | null {
  const items = fileItems(state);
  const index = chosenIndex(state);
  const item = items[index];
  const below = item?.kind === 'agent' || item?.kind === 'path' ? items[index + 1] : item;
  return below?.kind === 'file' || below?.kind === 'side' ? below : null;
}

/** Ids of the agents whose lists are looked at. */
export function listedAgents(state: Cockpit): string[] {
  if (state.ui.review.by === 'file') return sessionRows(state).map(({ agent }) => agent.id);
  const agent = selectedAgent(state);
  return agent ? [agent.id] : [];
}
