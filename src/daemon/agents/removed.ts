import { foldName } from '../../core/lifecycle.ts';
import { emptyState, reduce } from '../../core/reduce.ts';
import { SAVED_REFS } from '../../git/saved.ts';
import type { Agent } from '../../schema/agent.ts';
import type { RemovedAgent } from '../../schema/daemon.ts';
import { readRecord } from '../../storage/record.ts';
import { listRecords } from '../../storage/record-files.ts';
import type { Context } from '../context.ts';

/** So many are listed: each is a record to be read. An older one is still found by its name. */
const LISTED = 50;

interface Removed {
  /** As it was before it was removed, with the ref of what was saved. */
  agent: Agent;
  /** When it was removed, in milliseconds since the epoch. */
  at: number;
}

/** Agents that were removed, from their records, the newest agent first. Those that never ran are no loss and left out. */
function* removedAgents({ root, store }: Context): Generator<Removed> {
  const present = store.get().agents;
  for (const { id } of listRecords(root).reverse()) {
    if (present[id]) continue;
    let state = emptyState({ root, name: '', git: true, createdAt: 0 });
    let savedRef: string | null = null;
    let started = false;
    let at = 0;
    let last: Agent | undefined;
    for (const { event } of readRecord({ root, id, after: 0 })) {
      if (event.type === 'removed') savedRef = event.savedRef;
      if (event.type === 'started') started = true;
      at = event.at;
      state = reduce(state, id, event);
      last = state.agents[id] ?? last;
    }
    if (last && started) yield { agent: { ...last, savedRef: savedRef ?? last.savedRef }, at };
  }
}

/** The newest removed agent that a name, an id or a saved ref means. */
export function findRemoved(ctx: Context, query: string): Agent | undefined {
  const ref = query.startsWith('refs/') ? query : `${SAVED_REFS}/${query}`;
  for (const { agent } of removedAgents(ctx)) {
    if (foldName(agent.name) === foldName(query) || agent.id === query || agent.savedRef === ref) return agent;
  }
  return undefined;
}

/** What can be brought back although it is no longer listed. */
export function listRemoved(ctx: Context): RemovedAgent[] {
  const listed: RemovedAgent[] = [];
  for (const { agent, at } of removedAgents(ctx)) {
    const { id, name, branch, savedRef } = agent;
    listed.push({ id, name, branch, savedRef, removedAt: at });
    if (listed.length === LISTED) break;
  }
  return listed;
}
