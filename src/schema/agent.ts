import * as z from 'zod';
import { FileReview } from './review.ts';
import { Alert } from './search.ts';
import { Status } from './status.ts';

/** Terminal size in character cells. */
export const Size = z.object({ cols: z.number().int().min(2).max(1000), rows: z.number().int().min(1).max(1000) });
export type Size = z.infer<typeof Size>;

/** Size of a PTY that nobody looks at: wide enough that agents do not fold their output. */
export const DEFAULT_SIZE: Size = { cols: 200, rows: 50 };

export const Provenance = z.enum(['measured', 'reported', 'estimated', 'unknown']);
export type Provenance = z.infer<typeof Provenance>;

/** Timeouts in milliseconds; null means none. `grace` is the time between SIGTERM and SIGKILL. */
export const Timeouts = z.object({
  inactivity: z.number().int().positive().nullable(),
  total: z.number().int().positive().nullable(),
  grace: z.number().int().positive(),
});
export type Timeouts = z.infer<typeof Timeouts>;

/** How the process ended. Exactly one of the two is set. `signal` is a name such as `SIGTERM`. */
export const Exit = z.object({ code: z.number().int().nullable(), signal: z.string().nullable() });
export type Exit = z.infer<typeof Exit>;

/**
 * One agent, running or ended: the whole of what is known about it, as the daemon keeps it and the cockpit mirrors it.
 * All times are milliseconds since the epoch; the command line turns them into ISO 8601 (core/agent-json).
 */
export const Agent = z.object({
  /** uuidv7. */
  id: z.string(),
  /** Unique among agents that are not removed; also names its branch and its worktree's folder. */
  name: z.string(),
  /** With `profile ?? runtime` the key of an agent: a second one is refused while the first is pending or running. */
  task: z.string(),
  runtime: z.string(),
  profile: z.string().nullable(),
  /** Counts restarts, from 1. Events of an earlier epoch change nothing. */
  epoch: z.number().int(),
  status: Status,
  /** Program and arguments as started, prompt included. */
  argv: z.array(z.string()),
  prompt: z.string().nullable(),
  cwd: z.string(),
  branch: z.string().nullable(),
  /** The ref the branch was made from, as asked for or chosen. */
  base: z.string().nullable(),
  /** The commit `base` stood for then. */
  baseCommit: z.string().nullable(),
  /** Absolute path of its own worktree; null when it runs in the checkout itself. */
  worktree: z.string().nullable(),
  timeouts: Timeouts,
  size: Size.nullable(),
  pid: z.number().int().nullable(),
  /** Id of the process host that owns the process; its socket stands in ProjectState.hosts. */
  host: z.string().nullable(),
  /** The provider's own session id. */
  sessionId: z.string().nullable(),
  parentId: z.string().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  exit: Exit.nullable(),
  /** Set from the moment somebody asked it to stop: decides what its end is called (core/reduce). */
  stopping: z.enum(['user', 'timeout', 'shutdown']).optional(),
  title: z.string(),
  archived: z.boolean(),
  /** Set when its work was put under a recoverable ref before its worktree went. */
  savedRef: z.string().nullable(),
  tokens: z
    .object({
      input: z.number(),
      output: z.number(),
      cacheRead: z.number(),
      cacheWrite: z.number(),
      reasoning: z.number(),
    })
    .nullable(),
  cost: z.object({ usd: z.number(), provenance: Provenance }).nullable(),
  rateLimits: z.array(z.unknown()),
  changes: z.object({ files: z.number(), added: z.number(), removed: z.number() }).nullable(),
  /** File (schema/change) ▶ what was decided about its parts. */
  review: z.record(z.string(), FileReview).optional(),
  collisions: z.number(),
  /** The last time its work was merged: commits of target and agent. Squashed and rebased work is known as merged by it. */
  merged: z
    .object({
      target: z.string(),
      commit: z.string(),
      head: z.string(),
      how: z.enum(['merge', 'squash', 'rebase']),
      at: z.number(),
    })
    .optional(),
  /** How many questions of it wait for a person. */
  waiting: z.number(),
  /** It printed something since somebody last looked at it. */
  unread: z.boolean(),
  /** What saved searches found since then, one each. */
  alerts: z.array(Alert).optional(),
});
export type Agent = z.infer<typeof Agent>;

/** The child of a host that carries this agent's present life. A restart is a new child. */
export const childId = (agent: { id: string; epoch: number }) => `${agent.id}.${agent.epoch}`;
