import { StepStatus } from './flow.ts';
import { Origin } from './origin.ts';
import { RunOutcome, StepCounts, WorkflowForm } from './run-summary.ts';
import { SandboxLimits } from './script.ts';
import * as z from './z.ts';

export * from './run-summary.ts';

/** Bounds of one run, from the config: agents that work at once, agent calls in all. */
export const RunLimits = z.object({ agents: z.int().min(1), calls: z.int().min(1) });
export type RunLimits = z.infer<typeof RunLimits>;

export const StepKind = z.enum(['agent', 'code', 'approval', 'switch', 'batch', 'item', 'workflow']);
export type StepKind = z.infer<typeof StepKind>;

/** A step of a run as it is told and shown: a step of a flow, an item of a batch, a call of a script. */
export const RunStep = z.object({
  /** Unique in the run: a flow's step id, `id[3]` for an item of a batch, the call's key for a script. */
  id: z.string(),
  label: z.string(),
  phase: z.string().nullable(),
  kind: StepKind,
  status: StepStatus,
  /** Of a pending one: nothing that it hangs on is missing, it waits until fewer agents of the run work. */
  queued: z.boolean().optional(),
  /** How often it was begun. */
  attempt: z.int(),
  /** Its result was taken from the cache. */
  cached: z.boolean(),
  /** Id of the agent that carries it out; null: none (yet). */
  agent: z.string().nullable(),
  /** Ids of the steps before it. */
  deps: z.array(z.string()),
  /** The batch or nested workflow that it belongs to. */
  parent: z.string().nullable(),
  /** One sentence: why it failed or was left out, what a switch chose, what a restart made of it. */
  detail: z.string().nullable(),
  /** The beginning of its result as text; null while there is none. */
  result: z.string().nullable(),
});
export type RunStep = z.infer<typeof RunStep>;

/** Characters of RunStep.result, and of one line of a run's log. */
export const STEP_TEXT = 2000;

const common = { at: z.number(), epoch: z.int(), from: Origin.optional() };

/** What the process of a run tells of it: a part of schema/activity, in the record of the run's agent. */
export const runEvents = [
  /** It begins, or is taken up again: what was told of its steps before still stands. */
  z.object({
    type: z.literal('runBegan'),
    ...common,
    workflow: z.string(),
    form: WorkflowForm,
    phases: z.array(z.object({ title: z.string(), detail: z.string().optional() })),
  }),
  /** A step begins, changes or ends: the same id again replaces what was said of it. `counts`: of all steps, this included. */
  z.object({ type: z.literal('step'), ...common, step: RunStep, counts: StepCounts }),
  z.object({ type: z.literal('phase'), ...common, title: z.string() }),
  z.object({ type: z.literal('noted'), ...common, level: z.enum(['log', 'warn', 'error']), text: z.string() }),
  /** `result`: JSON. `place`: `file:line:column` of an error in the workflow. */
  z.object({
    type: z.literal('runEnded'),
    ...common,
    outcome: RunOutcome,
    result: z.string().nullable(),
    error: z.string().nullable(),
    place: z.string().nullable(),
  }),
] as const;

/** A run, folded from its record (core/runs/fold): what `workflow show` and view 8 show. Times in milliseconds since the epoch. */
export const Run = z.object({
  id: z.string(),
  name: z.string(),
  workflow: z.string(),
  form: WorkflowForm,
  /** Null while it goes on. */
  outcome: RunOutcome.nullable(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  phases: z.array(z.object({ title: z.string(), detail: z.string().optional() })),
  phase: z.string().nullable(),
  /** In the order in which they became known, with when each began and ended. */
  steps: z.array(RunStep.extend({ startedAt: z.number().nullable(), endedAt: z.number().nullable() })),
  /** The newest lines, oldest first. */
  log: z.array(z.object({ at: z.number(), level: z.enum(['log', 'warn', 'error']), text: z.string() })),
  result: z.string().nullable(),
  error: z.string().nullable(),
  place: z.string().nullable(),
});
export type Run = z.infer<typeof Run>;

/** Everything a run was started with: written once, so that it goes on with the same after any crash. */
export const RunSpec = z.object({
  workflow: z.string(),
  form: WorkflowForm,
  /** Where it was read from, for messages; null: built in. */
  file: z.string().nullable(),
  source: z.string(),
  /** Of a script its args, of a flow its input. */
  args: z.record(z.string(), z.unknown()),
  /** Takes nothing from the cache (and still puts into it). */
  fresh: z.boolean(),
  budget: z.object({ tokens: z.number().nullable(), usd: z.number().nullable() }),
  /** What a call that names nothing is carried out by. */
  runtime: z.string().nullable(),
  profile: z.string().nullable(),
  model: z.string().nullable(),
  unattended: z.enum(['ask', 'auto', 'pause']),
  /** Commit that its agents' worktrees start from; null: no repository. */
  base: z.string().nullable(),
  /** Milliseconds that the whole run may take; null: any. */
  timeoutMs: z.number().nullable(),
  limits: RunLimits,
  sandbox: SandboxLimits,
  startedAt: z.number(),
});
export type RunSpec = z.infer<typeof RunSpec>;
