import { Agent } from './agent.ts';
import { Env } from './env.ts';
import { Identity } from './identity.ts';
import { Call, Run, RunSpec, WorkflowForm } from './run.ts';
import { ScriptArg } from './script.ts';
import * as z from './z.ts';

const agent = z.string();
const withAgent = z.object({ agent: Agent });

/** What may be done by an agent that a workflow starts: a request for anything else is denied by itself. */
export const Capability = z.enum(['read', 'edit', 'execute', 'fetch']);
export type Capability = z.infer<typeof Capability>;

/** A workflow that can be started, or cannot (`problem`). The built-in ones win over the project's, those over the user's. */
export const WorkflowInfo = z.object({
  name: z.string(),
  description: z.string(),
  form: WorkflowForm,
  from: z.enum(['builtin', 'project', 'home']),
  /** Null: built in. */
  file: z.string().nullable(),
  /** Files of the same name that it hides. */
  shadows: z.array(z.string()),
  /** False: it is the repository's, and its user has not trusted this very content. */
  trusted: z.boolean(),
  /** SHA-256 of its content: what is trusted. */
  hash: z.string(),
  problem: z.object({ message: z.string(), line: z.int().nullable(), column: z.int().nullable() }).nullable(),
  phases: z.array(z.object({ title: z.string(), detail: z.string().optional() })),
  /** What it takes: of a script `meta.args`, of a flow made from the properties of its `input`. */
  args: z.record(z.string(), ScriptArg),
});
export type WorkflowInfo = z.infer<typeof WorkflowInfo>;

/** What the agent of one call is to do, as `agent(prompt, options)` of a script and a flow's step say it. Strict: an option that is unknown is said. */
export const CallAsk = z.strictObject({
  prompt: z.string().min(1),
  label: z.string().optional(),
  phase: z.string().optional(),
  runtime: z.string().optional(),
  profile: z.string().optional(),
  model: z.string().optional(),
  /** JSON Schema of the answer. */
  schema: z.record(z.string(), z.unknown()).optional(),
  capabilities: z.array(Capability).optional(),
  maxToolCalls: z.int().min(0).optional(),
  /** Default: as configured. */
  worktree: z.boolean().optional(),
  /** Milliseconds. */
  timeout: z.int().positive().optional(),
});
export type CallAsk = z.infer<typeof CallAsk>;

/** How a turn ended. `text`: what the agent said last in it. */
export const TurnEnd = z.object({
  agent: Agent,
  turn: z.int(),
  /** ended: its process ended without such a turn · calls: it was interrupted at its bound of tool calls. */
  outcome: z.enum(['completed', 'interrupted', 'failed', 'timed_out', 'ended', 'calls']),
  text: z.string(),
  message: z.string().nullable(),
});
export type TurnEnd = z.infer<typeof TurnEnd>;

/** The result of a call that went well, kept for another run. */
export const CacheEntry = z.object({
  /** JSON. */
  output: z.string(),
  label: z.string(),
  agent: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  tokens: z.number().nullable(),
  usd: z.number().nullable(),
  /** What it changed stands in this commit (kept alive by a ref of ours); null: nothing. */
  commit: z.string().nullable(),
});
export type CacheEntry = z.infer<typeof CacheEntry>;

/** What a daemon answers of workflows and their runs (part of daemonMethods). A run is an agent of the runtime `workflow`: stop cancels, resume goes on. */
export const workflowMethods = {
  'workflow.list': { reads: true, params: z.object({}), result: z.object({ workflows: z.array(WorkflowInfo) }) },
  'workflow.get': {
    reads: true,
    params: z.object({ name: z.string() }),
    result: z.object({ workflow: WorkflowInfo, source: z.string() }),
  },
  /** Trusts this content of the repository's workflow. `conflict`: it has another content now. */
  'workflow.trust': { params: z.object({ name: z.string(), hash: z.string() }), result: z.object({}) },
  /** Errors: `not_found` with the known names; `usage` where arguments are wrong, each named; `untrusted` where it is the repository's and not trusted; `conflict` where it is broken. */
  'run.start': {
    params: z.object({
      workflow: z.string(),
      args: z.record(z.string(), z.unknown()),
      name: z.string().optional(),
      fresh: z.boolean().default(false),
      tokens: z.number().nullable().default(null),
      usd: z.number().nullable().default(null),
      runtime: z.string().optional(),
      profile: z.string().optional(),
      model: z.string().optional(),
      unattended: z.enum(['ask', 'auto', 'pause']).default('ask'),
      timeoutMs: z.int().positive().nullable().default(null),
      parentId: z.string().optional(),
      cwd: z.string(),
      env: Env,
    }),
    result: withAgent,
  },
  'run.get': {
    reads: true,
    params: z.object({ agent }),
    result: z.object({ run: Run, agent: Agent, children: z.array(Agent) }),
  },
  /**
   * For the run's own process: the agents that it has started; from then on, as the note `event`, which ones are added and what they
   * use, and nothing else but `leaving`.
   */
  'run.follow': { reads: true, params: z.object({ run: z.string() }), result: z.object({ agents: z.array(Agent) }) },
  /** For the run's own process. */
  'run.spec': { reads: true, params: z.object({ agent }), result: z.object({ spec: RunSpec }) },
  /**
   * The agent that carries out this call of the run: started now, or the one that was before (`known`), living or ended. One whose life
   * was lost without its fault (host gone, before it had done anything) may be begun anew: `again`.
   */
  'run.call': {
    params: z.object({ run: z.string(), call: Call, ask: CallAsk, again: z.boolean().default(false), env: Env }),
    result: z.object({ agent: Agent, known: z.boolean() }),
  },
  /** Merges what its agents changed into one branch, in the forecast's order; those that conflict are left out and named. */
  'run.combine': {
    params: z.object({ agent, branch: z.string().optional(), identity: Identity.default({}) }),
    result: z.object({
      branch: z.string(),
      commit: z.string(),
      merged: z.array(z.string()),
      conflicts: z.array(z.object({ agent: z.string(), files: z.array(z.string()) })),
    }),
  },
  /** Answers when this turn of a structured agent (0: the first) has ended, or its process. Interrupts it at the bound of tool calls. */
  'turn.wait': {
    params: z.object({ agent, turn: z.int().min(1), maxToolCalls: z.int().min(0).nullable() }),
    result: TurnEnd,
  },
  /** Tree (git) that an agent would start from: of the base's commit, or of the checkout as it is now. Null: no repository. */
  'cache.tree': {
    reads: true,
    params: z.object({
      base: z.string().nullable(),
      worktree: z.boolean().optional(),
      profile: z.string().optional(),
    }),
    result: z.object({ tree: z.string().nullable() }),
  },
  'cache.get': {
    reads: true,
    params: z.object({ key: z.string() }),
    result: z.object({ entry: CacheEntry.nullable() }),
  },
  'cache.put': {
    params: z.object({ key: z.string(), entry: CacheEntry.omit({ commit: true }) }),
    result: z.object({}),
  },
  /** Forgets what was kept: all of it, or what this run put there or took from it. */
  'cache.clear': {
    params: z.object({ run: z.string().nullable() }),
    result: z.object({ cleared: z.int() }),
  },
};

/** What a daemon says of workflows unasked (part of daemonTopics): one of their files has changed. */
export const workflowTopics = { workflows: z.object({}) };
