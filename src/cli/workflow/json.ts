import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Run, RunOutcome } from '../../schema/run.ts';

/** What a run's status is called. `waiting`: something in it waits for a person. */
export type RunStatus = RunOutcome | 'running' | 'waiting';

/** A run, its agent and the agents that work for it. */
export interface RunSight {
  run: Run;
  agent: Agent;
  children: readonly Agent[];
}

export function statusOf({
  agent,
  outcome,
  waits,
}: {
  agent: Agent;
  outcome: RunOutcome | null;
  waits: boolean;
}): RunStatus {
  if (isLive(agent)) return waits ? 'waiting' : 'running';
  // One whose process was lost before it could say how it ended.
  return outcome ?? (agent.status.state as RunOutcome);
}

export const waitsForPerson = (agents: readonly Agent[]): boolean =>
  agents.some((agent) => isLive(agent) && (agent.approvals !== undefined || agent.status.state === 'waiting'));

const isoOrNull = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

/** The value of a text of JSON; what is none is given as it is. */
export function jsonValue(json: string | null): unknown {
  if (json === null) return null;
  try {
    return JSON.parse(json);
  } catch {
    return json;
  }
}

/** What all agents of a run have used together; null where none has said anything. */
export function usedBy(children: readonly Agent[]): { tokens: number | null; usd: number | null } {
  const tokens = children.flatMap(({ tokens: one }) =>
    one ? [one.input + one.output + one.cacheRead + one.cacheWrite] : [],
  );
  const usd = children.flatMap(({ cost }) => (cost ? [cost.usd] : []));
  const sum = (list: number[]) => (list.length > 0 ? list.reduce((a, b) => a + b, 0) : null);
  return { tokens: sum(tokens), usd: sum(usd) };
}

/** A run as `workflow run`, `show`, `status` and `resume` print it. Once released, fields are added, never changed. */
export function runJson({ run, agent, children }: RunSight) {
  const nameOf = new Map(children.map((one) => [one.id, one.name]));
  return {
    id: agent.id,
    name: agent.name,
    status: statusOf({ agent, outcome: run.outcome, waits: waitsForPerson([agent, ...children]) }),
    result: jsonValue(run.result),
    error: run.error ?? (!isLive(agent) && run.outcome === null ? agent.status.evidence.detail : null),
    steps: run.steps.map((step) => ({
      id: step.id,
      label: step.label,
      phase: step.phase,
      status: step.status,
      queued: step.queued ?? false,
      cached: step.cached,
      agent: step.agent === null ? null : (nameOf.get(step.agent) ?? step.agent),
      kind: step.kind,
      attempt: step.attempt,
      deps: step.deps,
      parent: step.parent,
      detail: step.detail,
      result: step.result,
      startedAt: isoOrNull(step.startedAt),
      endedAt: isoOrNull(step.endedAt),
    })),
    workflow: run.workflow || (agent.run?.workflow ?? null),
    form: run.form,
    phase: run.phase,
    place: run.place,
    startedAt: isoOrNull(run.startedAt ?? agent.startedAt),
    endedAt: isoOrNull(isLive(agent) ? null : (run.endedAt ?? agent.endedAt)),
    ...usedBy(children),
    waiting: [agent, ...children].flatMap(({ name, approvals }) =>
      (approvals ?? []).map(({ id, title, command }) => ({ id, agent: name, title, command })),
    ),
  };
}

/** A run in the list of all, known from its agent alone. */
export const runRow = (agent: Agent, children: readonly Agent[]) => ({
  id: agent.id,
  name: agent.name,
  workflow: agent.run?.workflow ?? null,
  form: agent.run?.form ?? null,
  status: statusOf({ agent, outcome: agent.run?.outcome ?? null, waits: waitsForPerson([agent, ...children]) }),
  phase: agent.run?.phase ?? null,
  steps: agent.run?.steps ?? null,
  startedAt: isoOrNull(agent.startedAt),
  endedAt: isoOrNull(agent.endedAt),
  ...usedBy(children),
});
