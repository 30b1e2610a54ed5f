import * as z from 'zod';
import { Tokens, ToolKind, ToolOutcome } from './activity.ts';
import { Provenance } from './provenance.ts';

const Cost = z.object({ usd: z.number(), provenance: Provenance });

/** Characters of input and output in a list of traces; the whole is had one by one. */
export const TRACE_TEXT = 2000;

/** One tool call. Times in milliseconds since the epoch; what is not known is null. */
export const Trace = z.object({
  /** Unique in the project. */
  id: z.string(),
  /** Id and name of its agent. */
  agent: z.string(),
  name: z.string(),
  turn: z.number().int(),
  tool: z.string(),
  kind: ToolKind,
  title: z.string(),
  input: z.string(),
  output: z.string(),
  /** Input or output are longer than this. */
  cut: z.boolean(),
  startedAt: z.number(),
  finishedAt: z.number().nullable(),
  latencyMs: z.number().nullable(),
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

/** One prompt and all that the agent did until it waited again. */
export const Turn = z.object({
  agent: z.string(),
  name: z.string(),
  turn: z.number().int(),
  model: z.string().nullable(),
  prompt: z.string().nullable(),
  startedAt: z.number(),
  /** Null while it runs. */
  durationMs: z.number().nullable(),
  outcome: z.enum(['completed', 'interrupted', 'failed']).nullable(),
  message: z.string().nullable(),
  tools: z.number().int(),
  tokens: Tokens.nullable(),
  cost: Cost.nullable(),
  /** Share of the read tokens that came from the cache, and of the written ones that were reasoning; 0 to 1. */
  cacheShare: z.number().nullable(),
  reasoningShare: z.number().nullable(),
  /** Where it begins: seq in the agent's record, and line in the history of a terminal agent. */
  seq: z.number().int(),
  line: z.number().int().nullable(),
  epoch: z.number().int(),
});
export type Turn = z.infer<typeof Turn>;

/** Sums over whatever `key` names. */
export const Total = z.object({
  key: z.string(),
  tokens: Tokens,
  cost: Cost.nullable(),
  tools: z.number().int(),
  turns: z.number().int(),
  errors: z.number().int(),
});
export type Total = z.infer<typeof Total>;

/** A limit for what agents may use. Dollars and tokens; `per`: each agent for itself, or all agents of a day. */
export const Budget = z.strictObject({
  usd: z.number().positive().optional(),
  tokens: z.number().int().positive().optional(),
  per: z.enum(['agent', 'day']),
  /** warn: said once at 80 % and at 100 % · pause: at 100 % its turn is interrupted, and it is given nothing more until it is resumed. */
  action: z.enum(['warn', 'pause']),
});
export type Budget = z.infer<typeof Budget>;

const agent = z.string().nullable();

/** What a daemon answers of traces, turns and totals (part of daemonMethods). `agent` null: all. */
export const traceMethods = {
  /** Newest last. `filter`: words that must all stand in tool, title, input or agent. `next`: give it as `after` for what follows; null: that was all. */
  'traces.list': {
    params: z.object({
      agent,
      since: z.number().nullable(),
      filter: z.string(),
      errors: z.boolean(),
      after: z.string().nullable(),
      limit: z.number().int().min(1).max(10_000),
    }),
    result: z.object({ traces: z.array(Trace), total: z.number().int(), next: z.string().nullable() }),
  },
  /** With nothing cut off. */
  'traces.get': { params: z.object({ id: z.string() }), result: z.object({ trace: Trace }) },
  'timeline.get': { params: z.object({ agent }), result: z.object({ turns: z.array(Turn) }) },
  'stats.get': {
    params: z.object({ since: z.number().nullable() }),
    result: z.object({
      agents: z.array(Total),
      models: z.array(Total),
      days: z.array(Total),
      total: Total,
      budgets: z.array(z.object({ budget: Budget, key: z.string(), used: z.number(), limit: z.number() })),
    }),
  },
};

/** What a daemon says of traces unasked (part of daemonTopics): those of these agents (ids) changed. */
export const traceTopics = { traces: z.object({ agents: z.array(z.string()) }) };
