import { withRules } from '../../core/detect/data.ts';
import { bookOf } from '../../core/detect/index.ts';
import type { RuleBook } from '../../core/detect/types.ts';
import { type Observation, observeStart } from '../../core/observe.ts';
import { reportedBefore } from '../../core/reported.ts';
import { holdOf } from '../../core/retries.ts';
import { isRun } from '../../core/runs/is-run.ts';
import { runtimes } from '../../runtimes/index.ts';
import type { Agent } from '../../schema/agent.ts';
import type { RulesFile } from '../../schema/detect.ts';

/** The rules by which a runtime's screen is read: those of the config's file with the built-in ones. */
export function bookFor(runtime: string, screens: Record<string, RulesFile>): RuleBook | undefined {
  const file = Object.hasOwn(screens, runtime) ? screens[runtime] : undefined;
  return file ? withRules(runtime, file, bookOf(runtime)) : bookOf(runtime);
}

/** What core/observe begins with for a life of an agent, or goes on with after a restart of the daemon. */
export function observationOf(
  agent: Agent,
  { startedAt, ...options }: { startedAt: number; stalledAfter: number | null; screens: Record<string, RulesFile> },
): Observation {
  const { runtime, argv, title } = agent;
  const way = runtimes.find(({ id }) => id === runtime);
  return observeStart({
    ...{
      runtime,
      argv,
      startedAt,
      title,
      paused: holdOf(agent),
      titles: way?.titles ?? [],
      stalledAfter: isRun(agent) ? null : options.stalledAfter,
    },
    book: bookFor(runtime, options.screens),
    structured: way?.structured !== undefined,
    reported: reportedBefore(agent),
  });
}
