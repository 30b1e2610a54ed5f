import { Tokens, ToolKind, ToolOutcome } from './activity.ts';
import { CheckNext, CheckOutcome } from './check.ts';
import { Provenance } from './provenance.ts';
import * as z from './z.ts';

const Cost = z.object({ usd: z.number(), provenance: Provenance });

export { TRACE_TEXT } from './plain.ts';

/** One tool call. Times in milliseconds since the epoch; what is not known is null. */
export const Trace = z.object({
  /** Unique in the project. */
  id: z.string(),
  /** Id and name of its agent. */
  agent: z.string(),
  name: z.string(),
  turn: z.int(),
  /** What the agent itself calls it, and the call (a subagent) that it belongs to. */
  call: z.string(),
  parent: z.string().nullable(),
  tool: z.string(),
  kind: ToolKind,
  title: z.string(),
  input: z.string(),
  output: z.string(),
  /** Input or output are longer than this. */
  cut: z.boolean(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  /** How long it ran, without what it waited for an answer; null while it does. */
  latencyMs: z.number().nullable(),
  /** How long it has waited for answers to what it asked to do, and since when it does now. */
  waitedMs: z.number(),
  waitingSince: z.number().nullable(),
  tokens: Tokens.nullable(),
  cost: Cost.nullable(),
  /** Null while it runs. */
  outcome: ToolOutcome.nullable(),
  error: z.string().nullable(),
  model: z.string().nullable(),
  /** Of each number. */
  provenance: z.object({ latency: Provenance, tokens: Provenance, cost: Provenance }),
});
export type Trace = z.infer<typeof Trace>;

/** How the newest check after a turn stands (schema/check). */
const TurnCheck = z.object({
  command: z.string().nullable(),
  round: z.int(),
  rounds: z.int(),
  /** Null: it runs. */
  outcome: CheckOutcome.nullable(),
  next: CheckNext.optional(),
  durationMs: z.number().nullable(),
  reason: z.string().nullable(),
});
export type TurnCheck = z.infer<typeof TurnCheck>;

/** One prompt and all that the agent did until it waited again. */
export const Turn = z.object({
  agent: z.string(),
  name: z.string(),
  turn: z.int(),
  model: z.string().nullable(),
  prompt: z.string().nullable(),
  startedAt: z.number(),
  /** All of it, waits too; null while it runs. */
  durationMs: z.number().nullable(),
  /** How long any request of it was open, and since when one is. */
  waitedMs: z.number(),
  waitingSince: z.number().nullable(),
  outcome: z.enum(['completed', 'interrupted', 'failed']).nullable(),
  message: z.string().nullable(),
  tools: z.int(),
  /** Missing: nothing was checked. */
  check: TurnCheck.optional(),
  tokens: Tokens.nullable(),
  cost: Cost.nullable(),
  /** Share of the read tokens that came from the cache, and of the written ones that were reasoning; 0 to 1. */
  cacheShare: z.number().nullable(),
  reasoningShare: z.number().nullable(),
  /** Where it begins: seq in the agent's record, and line in the history of a terminal agent. */
  seq: z.int(),
  line: z.int().nullable(),
  epoch: z.int(),
  /** Of each number. */
  provenance: z.object({ duration: Provenance, tokens: Provenance, cost: Provenance }),
});
export type Turn = z.infer<typeof Turn>;

/** How the window of a long list of traces is ordered: what its groups are, and whether failed calls come first. */
export const TraceOrder = z.object({ group: z.enum(['turn', 'tool']), errorsFirst: z.boolean() });
export type TraceOrder = z.infer<typeof TraceOrder>;

/** Traces that belong together: those of a turn, or of a tool. `from` and `count`: where they stand among all that fit. */
export const TraceGroup = z.object({
  key: z.string(),
  from: z.int(),
  count: z.int(),
  errors: z.int(),
  /** Of those that have ended, in milliseconds without waits: the sum and the longest. */
  totalMs: z.number(),
  longestMs: z.number(),
  /** Its tool; missing: a turn. */
  tool: z.string().optional(),
  /** Missing: a tool. */
  turn: Turn.optional(),
});
export type TraceGroup = z.infer<typeof TraceGroup>;

/** Sums over whatever `key` names. */
export const Total = z.object({
  key: z.string(),
  tokens: Tokens,
  cost: Cost.nullable(),
  tools: z.int(),
  turns: z.int(),
  errors: z.int(),
  /** Of the worst known part. */
  provenance: z.object({ tokens: Provenance, cost: Provenance }),
});
export type Total = z.infer<typeof Total>;

/** A limit for what agents may use. Dollars and tokens; `per`: each agent for itself, or all agents of a day. */
export const Budget = z.strictObject({
  usd: z.number().positive().optional(),
  tokens: z.int().positive().optional(),
  per: z.enum(['agent', 'day']),
  /** warn: said once at 80 % and at 100 % · pause: at 100 % its turn is interrupted, and it is given nothing more until it is resumed. */
  action: z.enum(['warn', 'pause']),
});
export type Budget = z.infer<typeof Budget>;

/** How far a budget is used up. `key`: the agent's name, or the day (`2026-01-31`, of this machine's time zone). */
export const BudgetUse = z.object({
  budget: Budget,
  key: z.string(),
  unit: z.enum(['usd', 'tokens']),
  used: z.number(),
  limit: z.number(),
});
export type BudgetUse = z.infer<typeof BudgetUse>;

const agent = z.string().nullable();

/** What a daemon answers of traces, turns and totals (part of daemonMethods). `agent` null: all. */
export const traceMethods = {
  /** Newest last. `filter`: words that must all stand in tool, title, the beginning of the input (600 characters) or agent. `next`: give it as `after` for what follows; null: that was all. */
  'traces.list': {
    reads: true,
    params: z.object({
      agent,
      since: z.number().nullable(),
      filter: z.string(),
      errors: z.boolean(),
      after: z.string().nullable(),
      limit: z.int().min(1).max(10_000),
      /** The newest `limit` ones instead of the oldest. */
      last: z.boolean().optional(),
    }),
    result: z.object({ traces: z.array(Trace), total: z.int(), next: z.string().nullable() }),
  },
  /**
   * A window of all that fit, for a screen: rows `at` … of the order asked for, and the groups that reach into it; newest turns and
   * dearest tools first. Of the texts only what one line shows. `around`: a trace that `index` is to be told of; -1: it does not fit.
   */
  'traces.window': {
    reads: true,
    params: z.object({
      agent,
      filter: z.string(),
      order: TraceOrder,
      at: z.int().min(0),
      count: z.int().min(0).max(1000),
      around: z.string().nullable(),
    }),
    result: z.object({
      traces: z.array(Trace),
      groups: z.array(TraceGroup),
      total: z.int(),
      errors: z.int(),
      index: z.int(),
    }),
  },
  /** With nothing cut off. */
  'traces.get': { reads: true, params: z.object({ id: z.string() }), result: z.object({ trace: Trace }) },
  'timeline.get': { reads: true, params: z.object({ agent }), result: z.object({ turns: z.array(Turn) }) },
  'stats.get': {
    reads: true,
    params: z.object({ since: z.number().nullable() }),
    result: z.object({
      agents: z.array(Total),
      models: z.array(Total),
      days: z.array(Total),
      total: Total,
      budgets: z.array(BudgetUse),
    }),
  },
};

/** What a daemon says of traces unasked (part of daemonTopics): those of these agents (ids) changed. */
export const traceTopics = { traces: z.object({ agents: z.array(z.string()) }) };
