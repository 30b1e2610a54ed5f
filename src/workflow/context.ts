import type { RunSpec } from '../schema/run.ts';
import type { Calls } from './calls.ts';
import type { RunClient } from './client.ts';
import type { Past } from './past.ts';
import type { Questions } from './questions.ts';
import type { Telling } from './telling.ts';

/** All that a script or a flow has to do with while it runs. */
export interface RunContext {
  /** Id of the run's own agent. */
  agent: string;
  spec: RunSpec;
  client: RunClient;
  telling: Telling;
  questions: Questions;
  calls: Calls;
  /** Null in the first life of a run. */
  past: Past | null;
  /** Aborted when the run is cancelled (`interrupted`) or its time is over (`timed_out`); its reason is a BooError. */
  signal: AbortSignal;
  /**
   * In front of every key and step id: '' in the run itself, `<step id>/` in a workflow that it calls.
   */
  path: string;
  /** Step that stands for the called workflow; null in the run itself. */
  parent: string | null;
}
