import { Origin } from './origin.ts';
import * as z from './z.ts';

/** What a profile says of checking what its agents edit: after each turn that edited files. */
export const Autofix = z.strictObject({
  /** A shell command, run in the checkout; default: the build, compile or typecheck script of the nearest package.json. */
  command: z.string().min(1).optional(),
  /** How often in a row what it says is given back to the agent (default 3). */
  rounds: z.int().min(1).max(20).optional(),
  /** Seconds that it may take (default 60). */
  timeoutSec: z.int().min(1).max(600).optional(),
});
export type Autofix = z.infer<typeof Autofix>;

/**
 * passed, failed, timedOut: the command's end · unable: it could not be run at all · overtaken: a turn began meanwhile, after which it is
 * made anew · cancelled: its agent was ended · none: nothing was edited, so nothing was run.
 */
export const CheckOutcome = z.enum(['passed', 'failed', 'timedOut', 'unable', 'overtaken', 'cancelled', 'none']);
export type CheckOutcome = z.infer<typeof CheckOutcome>;

/** told: its errors are the agent's next prompt · gaveUp: they were as often as they may be. */
export const CheckNext = z.enum(['told', 'gaveUp']);

/** The newest check of an agent. */
export const Check = z.object({
  /** The turn after which it is made. */
  turn: z.int(),
  /** So many times in a row the agent has been given errors before it. */
  round: z.int(),
  /** due: it is still to be found out whether it is needed. */
  state: z.enum(['due', 'running', ...CheckOutcome.options]),
  /** Milliseconds since the epoch. */
  since: z.number(),
  command: z.string().optional(),
  next: CheckNext.optional(),
  /** Of the process group that it runs in: pid and start (util/process). */
  process: z.object({ pid: z.int(), start: z.string() }).optional(),
});
export type Check = z.infer<typeof Check>;

/** Characters of a check's output that are kept, and given to the agent. */
export const CHECK_TEXT = 8000;

const common = {
  at: z.number(),
  epoch: z.int(),
  from: Origin.optional(),
  turn: z.int(),
  round: z.int(),
  rounds: z.int(),
};

/** What is on record of checks: a part of schema/activity. */
export const checkEvents = [
  z.object({
    type: z.literal('checkBegan'),
    ...common,
    command: z.string(),
    /** Absolute path of where it runs. */
    folder: z.string(),
    process: Check.shape.process,
  }),
  z.object({
    type: z.literal('checkEnded'),
    ...common,
    outcome: CheckOutcome,
    next: CheckNext.optional(),
    /** Missing: none was run. */
    command: z.string().optional(),
    /** Null: it did not end by itself. */
    code: z.int().nullable(),
    output: z.string(),
    durationMs: z.number(),
    /** One clause: why it was not run, or was ended. */
    reason: z.string().optional(),
    /** What the agent's own worktree held then, as a hash; null: not known. */
    tree: z.string().nullable(),
  }),
] as const;
