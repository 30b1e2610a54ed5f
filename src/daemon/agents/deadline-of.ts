import type { Agent } from '../../schema/agent.ts';

const NEVER = Number.POSITIVE_INFINITY;

/** When a configured time of an agent runs out next, at the earliest, and which. `outputAt` is its last known output. */
export function deadlineOf(
  agent: Agent,
  outputAt: number,
  now = Date.now(),
): { at: number; why: 'timeout' | 'silence' } {
  const { startedAt, timeouts } = agent;
  const start = startedAt ?? outputAt;
  // What it was allowed may be silent from then on: how long it waited before is not its silence.
  const heard = Math.max(start, outputAt, agent.turn?.startedAt ?? 0, agent.answeredAt ?? 0);
  const sign = waitsForPerson(agent) ? now : heard;
  const total = timeouts.total === null ? NEVER : start + timeouts.total;
  const silent = timeouts.inactivity === null ? NEVER : sign + timeouts.inactivity;
  return silent < total ? { at: silent, why: 'silence' } : { at: total, why: 'timeout' };
}

/** A structured agent that asks, is held, or rests between two turns, is silent for a reason. */
const waitsForPerson = ({ turn, approvals, paused, status }: Agent): boolean =>
  approvals !== undefined ||
  (turn?.startedAt === null && (paused !== undefined || status.evidence.source === 'protocol'));
