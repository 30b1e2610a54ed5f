import * as z from './z.ts';

/** script: JavaScript over a sandbox · flow: a graph of steps. */
export const WorkflowForm = z.enum(['script', 'flow']);
export type WorkflowForm = z.infer<typeof WorkflowForm>;

/** How a run ended; null while it goes on (also while it waits for a person: its agent's status says that). */
export const RunOutcome = z.enum(['completed', 'failed', 'cancelled', 'timed_out']);
export type RunOutcome = z.infer<typeof RunOutcome>;

/** Which call of a run an agent carries out (Agent.call). `key` is unique in its run, the same after a restart. */
export const Call = z.object({
  key: z.string(),
  /** What a person reads. */
  label: z.string(),
  phase: z.string().nullable(),
});
export type Call = z.infer<typeof Call>;

/** How many steps are known, run, went well, did not, were left out, came from the cache (a part of `done`). */
export const StepCounts = z.object({
  known: z.int(),
  running: z.int(),
  done: z.int(),
  failed: z.int(),
  skipped: z.int(),
  cached: z.int(),
});
export type StepCounts = z.infer<typeof StepCounts>;

/** What the state knows of a run (Agent.run): enough for a line of a list. Its steps are folded from its record (core/runs). */
export const RunSummary = z.object({
  workflow: z.string(),
  form: WorkflowForm,
  phase: z.string().nullable(),
  outcome: RunOutcome.nullable(),
  steps: StepCounts,
});
export type RunSummary = z.infer<typeof RunSummary>;
