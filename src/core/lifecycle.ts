import type { Agent } from '../schema/agent.ts';
import { TERMINAL_STATES } from '../schema/plain.ts';
import type { StatusState } from '../schema/status.ts';
import { isChecking } from './autofix/state.ts';

/** States that end a life: nothing but a restart leaves them. */
export const isTerminal = (state: StatusState): boolean => (TERMINAL_STATES as readonly StatusState[]).includes(state);

/** Has not ended: it may still be waiting for its process. */
export const isLive = (agent: Agent): boolean => !isTerminal(agent.status.state);

/** It is begun again by itself after a while. */
export const isDue = ({ retries, archived }: Agent): boolean => retries?.nextAt != null && !archived;

/** May be in the middle of a turn: what lies in its worktree may be half done. */
export const isMidTurn = ({ status: { state } }: Agent): boolean =>
  state === 'running' || state === 'preparing' || state === 'pending' || state === 'stalled';

/** Nothing runs, nothing waits to be given: so nothing more comes by itself. */
export const isAtRest = ({ turn, queue, approvals, check, retries }: Agent): boolean =>
  turn?.startedAt === null &&
  queue === undefined &&
  approvals === undefined &&
  retries?.held === undefined &&
  !isChecking({ turn, check });

/**
 * It waits for a person without a request that could be answered: only its own screen shows for what. What a protocol told has a
 * request of its own: where none is open it was answered a moment ago.
 */
export const asksToLook = ({ status, approvals, archived }: Agent): boolean =>
  !archived && !approvals?.length && status.state === 'waiting' && status.evidence.source !== 'protocol';

/** What an agent is driven by, as its key and the generated names call it. */
export const driverOf = (agent: { profile: string | null; runtime: string }): string => agent.profile ?? agent.runtime;

/** Names are compared as file systems without case do, since they name folders and branches. */
export const sameName = (a: string, b: string): boolean => foldName(a) === foldName(b);
export const foldName = (name: string): string => name.normalize('NFC').toLowerCase();

/** The live agent that already has this key (task and profile, or runtime without one): starting a second is refused. */
export function isBusyKey(
  agents: Iterable<Agent>,
  key: { task: string; profile: string | null; runtime: string },
): Agent | undefined {
  for (const agent of agents) {
    if (isLive(agent) && sameName(agent.task, key.task) && driverOf(agent) === driverOf(key)) return agent;
  }
  return undefined;
}
