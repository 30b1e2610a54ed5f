import * as z from './z.ts';

const Id = z.string().regex(/^[A-Za-z_][\w-]*$/, 'a letter or "_", then letters, digits, "_" or "-"');
const ms = z.int().positive();

/** When a step may begin, by how the steps before it ended. What a switch has excluded counts as satisfied. */
export const Trigger = z
  .enum(['all_success', 'one_success', 'all_done'])
  .describe('How those before it must have ended: all of them well, one of them well, or all of them in any way.');
export type Trigger = z.infer<typeof Trigger>;

const EXPRESSION = 'An expression (CEL) over input and steps.ID.{status, output, error}';
const TEMPLATE = 'a Liquid template with input, steps and, in a batch, item and index';

const common = {
  id: Id.describe('Its name in the flow.'),
  label: z.string().optional().describe('What a person reads; default: the id.'),
  phase: z.string().optional().describe('The phase of the run that it belongs to.'),
  deps: z.array(Id).default([]).describe('Ids of the steps that it waits for.'),
  trigger: Trigger.default('all_success'),
  when: z
    .string()
    .optional()
    .describe(`${EXPRESSION}: where it is false, the step is left out, and what hangs on it alone.`),
  timeout: ms.optional().describe('Milliseconds that it may take; of a batch each of its items.'),
  maxRetries: z
    .number()
    .int()
    .min(0)
    .max(100)
    .default(0)
    .describe('How often it (of a batch each item) is begun again when it took too long.'),
};

/** What an agent is asked. */
const AgentWork = {
  prompt: z.string().describe(`What the agent is asked: ${TEMPLATE}.`),
  runtime: z.string().optional().describe('What drives the agent; default: what the run was started with.'),
  profile: z.string().optional().describe('A profile of the config.'),
  model: z.string().optional(),
  schema: z.record(z.string(), z.unknown()).optional().describe('JSON Schema of its answer, which is its output then.'),
  worktree: z.boolean().optional().describe('Whether it works in a worktree of its own; default: as configured.'),
};

/** A command of the project or one of the named transforms. Exactly one of the two. */
const CodeWork = {
  run: z
    .string()
    .optional()
    .describe(`A command for the shell, in the project's folder: ${TEMPLATE}; a value is one word, whatever it holds.`),
  transform: z
    .enum(['json', 'lines', 'join', 'count', 'unique', 'flatten'])
    .optional()
    .describe('What is made of the value of "from", in place of a command.'),
  from: z
    .string()
    .optional()
    .describe(`${EXPRESSION}: what a transform works on; in a batch, the item where it is left out.`),
};

export const FlowStep = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent').describe('Asks an agent.'), ...common, ...AgentWork }),
  z.strictObject({
    kind: z.literal('code').describe('Runs a command, or transforms a value.'),
    ...common,
    ...CodeWork,
  }),
  z.strictObject({
    kind: z.literal('approval').describe('Asks a person, in the inbox.'),
    ...common,
    question: z.string().describe(`The question: ${TEMPLATE}.`),
    choices: z.array(z.string()).optional().describe('What can be chosen: that is its output. Missing: yes or no.'),
  }),
  z.strictObject({
    kind: z.literal('switch').describe('Chooses which of the steps that it names are done.'),
    ...common,
    cases: z
      .array(z.strictObject({ when: z.string().describe(`${EXPRESSION}.`), to: z.array(Id).min(1) }))
      .min(1)
      .describe('The first whose expression holds wins; the steps of all others, and their branches, are left out.'),
    default: z.array(Id).optional().describe('Where no case holds.'),
  }),
  z.strictObject({
    kind: z.literal('batch').describe('Does the same for each item of a list.'),
    ...common,
    over: z.string().describe(`${EXPRESSION} that gives the list.`),
    maxConcurrent: z.int().min(1).max(100).default(3).describe('Items that are worked at at once.'),
    join: Trigger.default('all_success').describe('How its items must have ended for it to end well.'),
    do: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('agent'), ...AgentWork }),
      z.strictObject({ kind: z.literal('code'), ...CodeWork }),
    ]),
  }),
]);
export type FlowStep = z.infer<typeof FlowStep>;

/** `.boocode/flows/*.{json,yaml}`; published as schema/flow.schema.json. */
export const Flow = z.strictObject({
  $schema: z.string().optional(),
  name: Id,
  description: z.string().default(''),
  input: z.record(z.string(), z.unknown()).optional().describe('JSON Schema of the input.'),
  timeout: ms.optional().describe('Milliseconds that the whole run may take.'),
  steps: z.array(FlowStep).min(1).max(10_000),
  result: z
    .string()
    .optional()
    .describe(
      `${EXPRESSION}: what the run gives; default: the outputs of the steps that nothing hangs on, by their ids.`,
    ),
  outputFile: z
    .string()
    .optional()
    .describe(
      `Where the result is written when the run completed, below the project's folder: ${TEMPLATE}. Text as it is, else JSON.`,
    ),
});
export type Flow = z.infer<typeof Flow>;

export const StepStatus = z.enum(['pending', 'running', 'completed', 'failed', 'skipped', 'cancelled', 'timed_out']);
export type StepStatus = z.infer<typeof StepStatus>;

/** Where a step of a run stands; all that the scheduler needs, so that a run goes on from it after a crash. */
export const StepState = z.object({
  status: StepStatus,
  /** How often it was begun. */
  attempts: z.int(),
  /** Why it is skipped. excluded: by a switch or its own guard, and satisfies what hangs on it · blocked: what it needed went wrong. */
  skipped: z.enum(['excluded', 'blocked']).optional(),
  /** Of a switch: which case was chosen; -1 the default. */
  chosen: z.int().optional(),
  /** Of a batch, once its list is known. */
  items: z.array(z.object({ status: StepStatus, attempts: z.int() })).optional(),
});
export type StepState = z.infer<typeof StepState>;
