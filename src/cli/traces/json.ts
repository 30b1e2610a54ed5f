import type { Trace, Turn } from '../../schema/trace.ts';

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

/** A trace as every verb prints and exports it: `agent` is the agent's name, times are ISO 8601 UTC. Fields are added, never changed. */
export const traceJson = ({ agent, name, startedAt, finishedAt, waitingSince, ...rest }: Trace) => ({
  ...rest,
  agent: name,
  agentId: agent,
  startedAt: iso(startedAt),
  finishedAt: isoOrNull(finishedAt),
  waitingSince: isoOrNull(waitingSince),
});

export const turnJson = ({ agent, name, startedAt, waitingSince, ...rest }: Turn) => ({
  ...rest,
  agent: name,
  agentId: agent,
  startedAt: iso(startedAt),
  waitingSince: isoOrNull(waitingSince),
});
