import type { Agent } from '../schema/agent.ts';
import type { AgentEvent } from '../schema/event.ts';
import { STATE_VERSION } from '../schema/plain.ts';
import type { ProjectState } from '../schema/state.ts';
import type { Evidence, StatusState } from '../schema/status.ts';
import { activityFields, isActivity, openApprovals, waitingOf } from './activity.ts';
import { endOf } from './ends.ts';
import { isTerminal } from './lifecycle.ts';
import { letGo, retried } from './retries.ts';
import { isReview, reviewFields } from './review.ts';

type Of<T extends AgentEvent['type']> = Extract<AgentEvent, { type: T }>;

/** A project nothing has happened in yet. `createdAt` is in milliseconds since the epoch. */
export const emptyState = (project: ProjectState['project']): ProjectState => ({
  version: STATE_VERSION,
  project,
  agents: {},
  hosts: [],
});

/**
 * The state after an event. Total: an event that cannot be (unknown agent, another life, after the end) changes nothing,
 * and what changes nothing gives the same reference, so that mirrors and subscribers may compare by identity.
 */
export function reduce(state: ProjectState, id: string, event: AgentEvent): ProjectState {
  const agent = Object.hasOwn(state.agents, id) ? state.agents[id] : undefined;
  if (event.type === 'created') {
    return agent ? state : { ...state, agents: { ...state.agents, [id]: event.agent } };
  }
  if (!agent) return state;
  if (event.type === 'restarted') return event.epoch > agent.epoch ? put(state, id, restarted(agent, event)) : state;
  if (event.epoch !== agent.epoch) return state;
  if (event.type === 'removed') {
    const { [id]: _gone, ...agents } = state.agents;
    return { ...state, agents };
  }
  const next = fold(agent, event);
  return next === agent ? state : put(state, id, next);
}

const put = (state: ProjectState, id: string, agent: Agent): ProjectState => ({
  ...state,
  agents: { ...state.agents, [id]: agent },
});

/** What became of a prompt is known: it waits no more. */
function unqueued(agent: Agent, id: string): Agent {
  const queue = agent.queue?.filter((one) => one.id !== id) ?? [];
  return queue.length === (agent.queue?.length ?? 0)
    ? agent
    : { ...agent, queue: queue.length > 0 ? queue : undefined };
}

function fold(agent: Agent, event: Exclude<AgentEvent, Of<'created' | 'restarted' | 'removed'>>): Agent {
  if (isActivity(event)) return set(agent, activityFields(agent, event));
  if (isReview(event)) return set(agent, reviewFields(agent, event));
  switch (event.type) {
    case 'preparing':
      return preparing(agent, event);
    case 'started':
      return started(agent, event);
    case 'status':
      return withStatus(agent, event.state, event.evidence, event.at, event.waitingFor);
    case 'title':
      return set(agent, { title: event.title });
    case 'size':
      return set(agent, { size: event.size });
    case 'session':
      return set(agent, { sessionId: event.sessionId });
    case 'unread':
      return event.unread ? set(agent, { unread: true }) : set(agent, { unread: false, alerts: undefined });
    case 'changes':
      return set(agent, { changes: event.changes });
    case 'collisions':
      return set(agent, { collisions: event.collisions });
    case 'merged':
      return set(agent, { merged: event.merge });
    case 'matched':
      return matched(agent, event);
    case 'prompted':
      return event.id === undefined ? agent : unqueued(agent, event.id);
    case 'stopRequested':
      return agent.stopping || isTerminal(agent.status.state) ? agent : { ...agent, stopping: event.reason };
    case 'exited':
      return exited(agent, event);
    case 'hostLost':
      return event.host === agent.host ? ended(agent, event.at, endOf(agent, { lost: true })) : agent;
    case 'startFailed':
      return ended(agent, event.at, endOf(agent, { message: event.message }));
    case 'retry':
      return set(agent, retried(agent, event.retries));
    case 'told':
      return agent.subagent ? set(agent, { subagent: { ...agent.subagent, told: event.told } }) : agent;
    case 'paused':
      return set(agent, { ...letGo(agent), paused: event.paused ? event.reason : undefined });
    case 'saved':
      return set(agent, { savedRef: event.savedRef });
    case 'archived':
      return set(agent, { archived: true, savedRef: event.savedRef ?? agent.savedRef });
    case 'restored':
      return restored(agent, event);
  }
}

/** The facts of a step are kept even after the end: they say what was left behind. */
function preparing(agent: Agent, event: Of<'preparing'>): Agent {
  const known = set(agent, event.facts ?? {});
  const early = agent.status.state === 'pending' || agent.status.state === 'preparing';
  return early ? withStatus(known, 'preparing', { source: 'process', detail: event.step }, event.at) : known;
}

/** A process that came to be after the end (a stop in the very moment of the start) is still known by its pid. */
function started(agent: Agent, event: Of<'started'>): Agent {
  const argv = same(agent.argv, event.argv) ? agent.argv : event.argv;
  const known = set(agent, { pid: event.pid, host: event.host, argv, startedAt: agent.startedAt ?? event.at });
  const early = agent.status.state === 'pending' || agent.status.state === 'preparing';
  return early
    ? withStatus(known, 'running', { source: 'process', detail: 'its process has started' }, event.at)
    : known;
}

/** The exit of a process is a fact of its own: it is kept beside an end that was already known, without changing it. */
function exited(agent: Agent, event: Of<'exited'>): Agent {
  if (isTerminal(agent.status.state)) {
    return agent.pid === null ? agent : set(agent, { pid: null, exit: event.exit });
  }
  const end = endOf(agent, { exit: event.exit });
  return ended(set(agent, { exit: event.exit }), event.at, { ...end, evidence: event.evidence ?? end.evidence });
}

function ended(agent: Agent, at: number, end: { state: StatusState; evidence: Evidence }): Agent {
  const turn = agent.turn && { ...agent.turn, startedAt: null };
  const over = set(agent, { ...openApprovals(agent, []), ...letGo(agent), pid: null, ...(turn && { turn }) });
  return withStatus(over, end.state, end.evidence, at);
}

function restarted(agent: Agent, event: Of<'restarted'>): Agent {
  const { stopping: _lifted, ...rest } = agent;
  return {
    ...rest,
    epoch: event.epoch,
    argv: event.argv,
    runtime: event.runtime ?? agent.runtime,
    // What the other way can be switched to it says itself.
    ...(event.runtime !== undefined && { models: undefined, modes: undefined }),
    ...(event.model !== undefined && { model: event.model }),
    ...(event.mode !== undefined && { mode: event.mode }),
    sessionId: event.sessionId === undefined ? agent.sessionId : event.sessionId,
    autofix: event.autofix ?? agent.autofix,
    approvals: undefined,
    status: {
      state: 'pending',
      evidence: event.why ? { source: 'process', detail: event.why } : { source: 'user', detail: 'restarted' },
      since: event.at,
    },
    pid: null,
    host: null,
    startedAt: null,
    endedAt: null,
    exit: null,
    title: '',
    // What was saved before a removal that did not come about is older than what this life does.
    savedRef: null,
    waiting: 0,
  };
}

/** A worktree that came back elsewhere takes the working folder inside it along. */
function restored(agent: Agent, event: Of<'restored'>): Agent {
  const { worktree: old, cwd } = agent;
  const inside = old !== null && (cwd === old || cwd.startsWith(`${old}/`));
  return set(agent, {
    archived: false,
    savedRef: null,
    worktree: event.worktree,
    branch: event.branch,
    cwd: inside && event.worktree !== null ? event.worktree + cwd.slice(old.length) : cwd,
  });
}

/** Lines that a saved search found are counted until somebody looks at the agent; the newest one is named. */
function matched(agent: Agent, { search, line, text, at, count }: Of<'matched'>): Agent {
  const old = agent.alerts?.find((alert) => alert.search === search);
  // Numbers of lines that stand on a screen are not in the order of time.
  if (old && old.at >= at) return agent;
  const others = agent.alerts?.filter((alert) => alert !== old) ?? [];
  return { ...agent, alerts: [...others, { search, line, text, at, count: (old?.count ?? 0) + count }] };
}

/** Ends are sticky; `since` stays while only the evidence gets better. */
function withStatus(
  agent: Agent,
  state: StatusState,
  evidence: Evidence,
  at: number,
  waitingFor?: Agent['status']['waitingFor'],
): Agent {
  const old = agent.status;
  if (isTerminal(old.state)) return agent;
  const reason = state === 'waiting' ? waitingFor : undefined;
  const unchanged = old.evidence.source === evidence.source && old.evidence.detail === evidence.detail;
  if (old.state === state && old.waitingFor === reason && unchanged) return agent;
  const status = {
    state,
    evidence,
    since: old.state === state ? old.since : at,
    ...(reason && { waitingFor: reason }),
  };
  const waiting = waitingOf(state, agent.approvals);
  return { ...agent, status, waiting, endedAt: isTerminal(state) ? at : agent.endedAt };
}

/** The agent with these fields, or the agent itself when it has them already. */
function set(agent: Agent, fields: Partial<Agent>): Agent {
  const differs = Object.entries(fields).some(([key, value]) => {
    const old = agent[key as keyof Agent];
    return old !== value && JSON.stringify(old) !== JSON.stringify(value);
  });
  return differs ? { ...agent, ...fields } : agent;
}

const same = (a: string[], b: string[]) => a.length === b.length && a.every((one, index) => one === b[index]);
