import { isLive } from '../../core/lifecycle.ts';
import { RunFold } from '../../core/runs/fold.ts';
import { isRun } from '../../core/runs/is-run.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Run } from '../../schema/run.ts';
import { readRecordLines } from '../../storage/record.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';

/** A run with all its steps, its agent, and those that it started, oldest first. */
export function getRun({ root, store }: Context, agent: Agent): { run: Run; agent: Agent; children: Agent[] } {
  if (!isRun(agent)) {
    const hint = 'boocode workflow status lists the runs there are.';
    throw new BooError('usage', `${agent.name} is no run of a workflow`, hint);
  }
  const events = [...readRecordLines(root, agent.id)].reverse().map(({ event }) => event);
  const { run } = new RunFold(agent, events);
  const children = store.all().filter(({ parentId }) => parentId === agent.id);
  return { run: withEnd(run, agent), agent, children: children.sort((a, b) => a.createdAt - b.createdAt) };
}

/** A run whose process ended without a word of how: as its agent ended. */
function withEnd(run: Run, agent: Agent): Run {
  if (run.outcome !== null || isLive(agent)) return run;
  const { state, evidence } = agent.status;
  const outcome = state === 'cancelled' || state === 'timed_out' ? state : 'failed';
  return { ...run, outcome, endedAt: agent.endedAt, error: run.error ?? evidence.detail };
}
