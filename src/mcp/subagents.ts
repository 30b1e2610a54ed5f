import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { MAX_LOOK_MS } from '../schema/subagent.ts';
import { type Tool, tool } from './tool.ts';
import { resultWords, subagentWords } from './words.ts';

/** How long a result is waited for where nothing is said, in seconds. */
const WAIT_S = 30;
const MAX_WAIT_S = MAX_LOOK_MS / 1000;

const one = z.string().min(1).describe('Its name or id, as spawn_subagent or list_agents gave it.');

const spawn = tool({
  name: 'spawn_subagent',
  title: 'Start a subagent',
  description:
    'Starts another agent that works at a task in the background, and answers at once: go on with your own work and collect ' +
    'the result later with subagent_result. It knows nothing of your conversation, so the task must say everything it needs. ' +
    'By default it is driven by the same program as you, in a git worktree and branch of its own that begin at your last ' +
    'commit: commit first what it has to see, and merge its branch (or apply its diff) when you want its changes. The person ' +
    'watches it and answers what it asks. You are told when it ends; it is stopped when you end, unless detached.',
  input: z.strictObject({
    task: z.string().trim().min(1).describe('Everything it has to know and do, and what to answer with.'),
    name: z.string().min(1).optional().describe('What to call it: short, unique among the agents of the project.'),
    runtime: z.string().optional().describe('Another program than yours: claude, codex, gemini, opencode, qwen, …'),
    profile: z.string().optional().describe('A profile of the configuration instead of a runtime.'),
    model: z.string().optional().describe('The model, as its program calls it.'),
    worktree: z
      .boolean()
      .optional()
      .describe('False: it works in the checkout of the project itself; good for tasks that only read.'),
    detached: z.boolean().optional().describe('True: it goes on when you end.'),
  }),
  async run({ agent: parent, env, call }, { profile, runtime, ...rest }) {
    const driven = { ...(profile !== undefined && { profile }), ...(runtime !== undefined && { runtime }) };
    const { agent } = await call('subagent.spawn', { parent, key: randomUUID(), ...driven, ...rest, env });
    return subagentWords({ agent, outcome: null });
  },
});

const run = tool({
  name: 'run_workflow',
  title: 'Run a workflow',
  description:
    'Starts a workflow of the project (a script or flow that has many agents work) in the background, and answers at once. It stands below ' +
    'you as a subagent does: subagent_status, subagent_result and cancel_subagent take its name. A name that is not known is answered ' +
    'with those that are, wrong arguments with those it takes.',
  input: z.strictObject({
    workflow: z.string().trim().min(1).describe('Its name.'),
    args: z.record(z.string(), z.unknown()).default({}).describe('Its arguments by their names.'),
    name: z.string().min(1).optional().describe('What to call the run.'),
  }),
  async run({ agent: parent, env, call }, args) {
    const { agent } = await call('subagent.run', { parent, key: randomUUID(), ...args, env });
    return subagentWords({ agent, outcome: null });
  },
});

const status = tool({
  name: 'subagent_status',
  title: 'How subagents stand',
  description:
    'What the subagents that you have started are doing, all of them or one: state, what it waits for, branch, worktree, size ' +
    'of its changes; outcome is null while it works. Gives no results: subagent_result does.',
  input: z.strictObject({ agent: one.optional() }),
  async run({ agent: parent, call }, { agent }) {
    if (agent === undefined)
      return { subagents: (await call('subagent.list', { parent })).subagents.map(subagentWords) };
    return subagentWords((await call('subagent.look', { parent, agent, waitMs: 0 })).subagent);
  },
});

const result = tool({
  name: 'subagent_result',
  title: 'What came of a subagent',
  description:
    'What a subagent answered, once it has ended; waits for that up to wait_seconds. outcome null: it still works (or waits for ' +
    'the person), then ask again later. Results are kept, so asking again gives the same. Of a workflow it is its result as JSON.',
  input: z.strictObject({
    agent: one,
    wait_seconds: z.number().min(0).max(MAX_WAIT_S).default(WAIT_S).describe(`At most ${MAX_WAIT_S}; 0: as it is now.`),
  }),
  async run({ agent: parent, call }, { agent, wait_seconds }) {
    const waitMs = Math.round(wait_seconds * 1000);
    return resultWords((await call('subagent.look', { parent, agent, waitMs })).subagent);
  },
});

const cancel = tool({
  name: 'cancel_subagent',
  title: 'Stop a subagent',
  description: 'Stops a subagent of yours and all that it has started. Its branch, its worktree and what it said stay.',
  input: z.strictObject({ agent: one }),
  async run({ agent: parent, call }, { agent }) {
    return subagentWords((await call('subagent.cancel', { parent, agent })).subagent);
  },
});

export const subagentTools: Tool[] = [spawn, run, status, result, cancel];
