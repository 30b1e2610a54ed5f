import * as z from 'zod';

const Id = z.string().regex(/^[A-Za-z_][\w-]*$/, 'a letter or "_", then letters, digits, "_" or "-"');
const ms = z.number().int().positive();

/** When a step may begin, by how the steps before it ended. What a switch has excluded counts as satisfied. */
export const Trigger = z.enum(['all_success', 'one_success', 'all_done']);
export type Trigger = z.infer<typeof Trigger>;

const common = {
  id: Id,
  /** What a person reads; default: the id. */
  label: z.string().optional(),
  phase: z.string().optional(),
  deps: z.array(Id).default([]),
  trigger: Trigger.default('all_success'),
  /** An expression over `input` and `steps`; false: the step is left out, and those that hang on it alone. */
  when: z.string().optional(),
  /** Milliseconds. */
  timeout: ms.optional(),
  /** How often it is begun again after a time-out. */
  maxRetries: z.number().int().min(0).max(100).default(0),
};

/** What an agent is asked; prompts are Liquid templates with `input`, `steps` and, in a batch, `item` and `index`. */
const AgentWork = {
  prompt: z.string(),
  runtime: z.string().optional(),
  profile: z.string().optional(),
  model: z.string().optional(),
  /** JSON Schema of its answer. */
  schema: z.record(z.string(), z.unknown()).optional(),
  worktree: z.boolean().optional(),
};

/** A command of the project (a Liquid template, run by the shell) or one of the named transforms. Exactly one of the two. */
const CodeWork = {
  run: z.string().optional(),
  transform: z.enum(['json', 'lines', 'join', 'count', 'unique', 'flatten']).optional(),
  /** Expression of what a transform works on. */
  from: z.string().optional(),
};

export const FlowStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), ...common, ...AgentWork }),
  z.strictObject({ kind: z.literal('code'), ...common, ...CodeWork }),
  z.strictObject({
    kind: z.literal('approval'),
    ...common,
    question: z.string(),
    choices: z.array(z.string()).optional(),
  }),
  z.strictObject({
    kind: z.literal('switch'),
    ...common,
    /** The first whose expression holds wins; the steps of all others (and their branches) are excluded. */
    cases: z.array(z.strictObject({ when: z.string(), to: z.array(Id).min(1) })).min(1),
    default: z.array(Id).optional(),
  }),
  z.strictObject({
    kind: z.literal('batch'),
    ...common,
    /** Expression of a list: `do` is done for each of its items. */
    over: z.string(),
    maxConcurrent: z.number().int().min(1).max(100).default(3),
    join: Trigger.default('all_success'),
    do: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('agent'), ...AgentWork }),
      z.strictObject({ kind: z.literal('code'), ...CodeWork }),
    ]),
  }),
]);
export type FlowStep = z.infer<typeof FlowStep>;

/** `.boocode/flows/*.{json,yaml}`. */
export const Flow = z.strictObject({
  $schema: z.string().optional(),
  name: Id,
  description: z.string().default(''),
  /** JSON Schema of `input`. */
  input: z.record(z.string(), z.unknown()).optional(),
  /** Milliseconds that the whole run may take. */
  timeout: ms.optional(),
  steps: z.array(FlowStep).min(1).max(10_000),
  /** Expression of the run's result; default: the results of the steps that nothing hangs on. */
  result: z.string().optional(),
  /** Where the result is written when the run completed: a Liquid template of a path below the project's folder. Text as it is, else JSON. */
  outputFile: z.string().optional(),
});
export type Flow = z.infer<typeof Flow>;

export const StepStatus = z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'cancelled', 'timed_out']);
export type StepStatus = z.infer<typeof StepStatus>;

/** Where a step of a run stands; all that the scheduler needs, so that a run goes on from it after a crash. */
export const StepState = z.object({
  status: StepStatus,
  /** How often it was begun. */
  attempts: z.number().int(),
  /** Why it is skipped. excluded: by a switch or its own guard, and satisfies what hangs on it · blocked: what it needed went wrong. */
  skipped: z.enum(['excluded', 'blocked']).optional(),
  /** Of a switch: which case was chosen; -1 the default. */
  chosen: z.number().int().optional(),
  /** Of a batch, once its list is known. */
  items: z.array(z.object({ status: StepStatus, attempts: z.number().int() })).optional(),
});
export type StepState = z.infer<typeof StepState>;
