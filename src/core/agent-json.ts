import type { Agent } from '../schema/agent.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

const checkJson = ({ turn, round, state, command, since }: NonNullable<Agent['check']>) => ({
  ...{ turn, round, state, command: command ?? null, since: iso(since) },
});

/** An agent as every verb prints it with `--json`: these fields in this order, times in ISO 8601 UTC. Once released, fields are added, never changed. */
export function agentJson(agent: Agent) {
  return {
    id: agent.id,
    name: agent.name,
    runtime: agent.runtime,
    profile: agent.profile,
    task: agent.task,
    status: { state: agent.status.state, evidence: agent.status.evidence, since: iso(agent.status.since) },
    cwd: agent.cwd,
    branch: agent.branch,
    base: agent.base,
    worktree: agent.worktree,
    pid: agent.pid,
    sessionId: agent.sessionId,
    parentId: agent.parentId,
    startedAt: isoOrNull(agent.startedAt),
    endedAt: isoOrNull(agent.endedAt),
    exit: agent.exit,
    tokens: agent.tokens,
    cost: agent.cost,
    rateLimits: agent.rateLimits,
    changes: agent.changes,
    collisions: agent.collisions,
    waiting: agent.waiting,
    unread: agent.unread,
    model: agent.model ?? null,
    mode: agent.mode ?? null,
    turn: agent.turn ? { number: agent.turn.number, startedAt: isoOrNull(agent.turn.startedAt) } : null,
    context: agent.context ?? null,
    queue: agent.queue?.map(({ id, text }) => ({ id, text })) ?? [],
    paused: agent.paused ?? null,
    trouble: agent.trouble?.message ?? null,
    retryAt: isoOrNull(agent.retries?.nextAt ?? null),
    run: agent.run ?? null,
    call: agent.call ?? null,
    check: agent.check ? checkJson(agent.check) : null,
  };
}
export type AgentJson = ReturnType<typeof agentJson>;
