import { Answer, Answerer, Approval } from './approval.ts';
import { checkEvents } from './check.ts';
import { Origin } from './origin.ts';
import { Provenance } from './provenance.ts';
import { QueuedPrompt } from './receipt.ts';
import { runEvents } from './run.ts';
import { RateLimit, Tokens, Trouble } from './usage.ts';
import * as z from './z.ts';

export { RateLimit, Tokens, Trouble } from './usage.ts';

/** Characters of one tool's input, output or diff that go into the record; what is longer is cut in its middle and marked. */
export const TEXT_LIMIT = 1_000_000;

export const PlanEntry = z.object({ text: z.string(), status: z.enum(['pending', 'running', 'done']) });
export type PlanEntry = z.infer<typeof PlanEntry>;

/** A place in a file that a tool works at; `line` counts from 1. */
export const Location = z.object({ path: z.string(), line: z.int().nullable() });

export const ToolKind = z.enum(['read', 'edit', 'execute', 'search', 'fetch', 'agent', 'other']);
export type ToolKind = z.infer<typeof ToolKind>;

export const ToolOutcome = z.enum(['done', 'failed', 'denied', 'cancelled']);
export type ToolOutcome = z.infer<typeof ToolOutcome>;

const common = { at: z.number(), epoch: z.int(), from: Origin.optional() };
/** Counts from 1 over all lives of the agent. */
const turn = z.int();

export const TurnOutcome = z.enum(['completed', 'interrupted', 'failed']);
export type TurnOutcome = z.infer<typeof TurnOutcome>;

/**
 * What a structured runtime (or the hooks of a terminal one) saw its agent do: the part of AgentEvent that makes up
 * conversation, timeline, traces and totals. A report that its CLI repeats is one event; a total is told as what it grew by.
 */
export const activityEvents = [
  /** A prompt begins to be worked at. `line`: the history line of its screen at which that was, for terminal agents. */
  z.object({
    type: z.literal('turnStarted'),
    ...common,
    turn,
    prompt: z.string().nullable(),
    model: z.string().nullable(),
    line: z.int().nullable().optional(),
  }),
  z.object({
    type: z.literal('turnEnded'),
    ...common,
    turn,
    outcome: TurnOutcome,
    /** Why it failed, in a sentence. */
    message: z.string().nullable(),
    /** As the agent reports it, in milliseconds; null: measured from the two events. */
    durationMs: z.number().nullable(),
  }),
  /** One whole message. `item` names it among deltas; `parent`: the tool call (a subagent) that it belongs to. */
  z.object({
    type: z.literal('said'),
    ...common,
    item: z.string(),
    who: z.enum(['agent', 'user', 'system']),
    text: z.string(),
    /** It is no Markdown but lines as they are: what a command printed. */
    plain: z.boolean().optional(),
    parent: z.string().nullable().optional(),
  }),
  z.object({
    type: z.literal('thought'),
    ...common,
    item: z.string(),
    text: z.string(),
    parent: z.string().nullable().optional(),
  }),
  /** A tool call begins, or more becomes known of one that has: the same `call` again replaces what was said of it. */
  z.object({
    type: z.literal('toolStarted'),
    ...common,
    call: z.string(),
    turn,
    tool: z.string(),
    kind: ToolKind,
    title: z.string(),
    /** JSON. */
    input: z.string(),
    locations: z.array(Location),
    parent: z.string().nullable().optional(),
  }),
  z.object({
    type: z.literal('toolFinished'),
    ...common,
    call: z.string(),
    outcome: ToolOutcome,
    output: z.string(),
    error: z.string().nullable(),
    /** Unified, one text for all files; null: none. */
    diff: z.string().nullable(),
    /** As the agent reports it, in milliseconds; null: measured from the two events. */
    durationMs: z.number().nullable(),
    /** Where the agent counts a single tool. */
    tokens: Tokens.nullable().optional(),
    usd: z.number().nullable().optional(),
  }),
  z.object({ type: z.literal('planned'), ...common, entries: z.array(PlanEntry) }),
  /** What was used since the last such event. `key`: what was counted (an id of a message), never counted twice. */
  z.object({
    type: z.literal('used'),
    ...common,
    turn,
    key: z.string(),
    model: z.string().nullable(),
    tokens: Tokens.nullable(),
    usd: z.number().nullable(),
    provenance: z.object({ tokens: Provenance, cost: Provenance }),
  }),
  /** How full its context is. */
  z.object({ type: z.literal('context'), ...common, used: z.number(), size: z.number() }),
  z.object({ type: z.literal('limited'), ...common, limit: RateLimit }),
  z.object({ type: z.literal('asked'), ...common, approval: Approval }),
  /** A request is open no more. `answer` null: nobody answered it here. */
  z.object({ type: z.literal('answered'), ...common, id: z.string(), answer: Answer.nullable(), by: Answerer }),
  /** What it runs with, and what it can be switched to. Missing: as before. */
  z.object({
    type: z.literal('configured'),
    ...common,
    model: z.string().nullable().optional(),
    mode: z.string().nullable().optional(),
    models: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
    modes: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
    version: z.string().nullable().optional(),
  }),
  z.object({ type: z.literal('troubled'), ...common, trouble: Trouble }),
  /** Prompts that wait for the end of the turn, oldest first: the whole list. */
  z.object({ type: z.literal('queued'), ...common, prompts: z.array(QueuedPrompt) }),
  /** What was printed and is no report: kept, never an end. `why`: no JSON, or a kind that is not known. */
  z.object({
    type: z.literal('raw'),
    ...common,
    stream: z.enum(['stdout', 'stderr']),
    why: z.enum(['text', 'unknown']),
    text: z.string(),
  }),
  ...checkEvents,
  ...runEvents,
] as const;

/** What grows while it is made: never recorded, never replayed; the whole comes as `said`, `thought` or `toolFinished`. */
export const Delta = z.object({
  item: z.string(),
  kind: z.enum(['said', 'thought', 'output']),
  /** What to put at its end. */
  text: z.string(),
});
export type Delta = z.infer<typeof Delta>;
