import { Alert } from './alert.ts';
import { Approval } from './approval.ts';
import { Check } from './check.ts';
import { Provenance } from './provenance.ts';
import { QueuedPrompt } from './receipt.ts';
import { Comment, FileReview } from './review.ts';
import { Call, RunSummary } from './run-summary.ts';
import { Status } from './status.ts';
import { RateLimit, Tokens, Trouble } from './usage.ts';
import * as z from './z.ts';

/** Terminal size in character cells. */
export const Size = z.object({ cols: z.int().min(2).max(1000), rows: z.int().min(1).max(1000) });
export type Size = z.infer<typeof Size>;

/** Size of a PTY that nobody looks at: wide enough that agents do not fold their output. */
export const DEFAULT_SIZE: Size = { cols: 200, rows: 50 };

/** Timeouts in milliseconds; null means none. `grace` is the time between SIGTERM and SIGKILL. */
export const Timeouts = z.object({
  inactivity: z.int().positive().nullable(),
  total: z.int().positive().nullable(),
  grace: z.int().positive(),
});
export type Timeouts = z.infer<typeof Timeouts>;

/** How the process ended. Exactly one of the two is set. `signal` is a name such as `SIGTERM`. */
export const Exit = z.object({ code: z.int().nullable(), signal: z.string().nullable() });
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
  epoch: z.int(),
  status: Status,
  /** Program and arguments as started, prompt included. */
  argv: z.array(z.string()),
  /** The command line given after `--`, where a runtime drives whatever stands there. */
  command: z.array(z.string()).optional(),
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
  pid: z.int().nullable(),
  /** Id of the process host that owns the process; its socket stands in ProjectState.hosts. */
  host: z.string().nullable(),
  /** The provider's own session id. */
  sessionId: z.string().nullable(),
  parentId: z.string().nullable(),
  createdAt: z.number(),
  startedAt: z.number().nullable(),
  endedAt: z.number().nullable(),
  exit: Exit.nullable(),
  /** Why it is given nothing more for now; missing: it is not. */
  paused: z.string().optional(),
  /** Set from the moment somebody asked it to stop: decides what its end is called (core/reduce). */
  stopping: z.enum(['user', 'timeout', 'silence', 'shutdown', 'done', 'undone', 'parent']).optional(),
  title: z.string(),
  archived: z.boolean(),
  /** Set when its work was put under a recoverable ref before its worktree went. */
  savedRef: z.string().nullable(),
  tokens: Tokens.nullable(),
  cost: z.object({ usd: z.number(), provenance: Provenance }).nullable(),
  /** The newest observation of each scope. */
  rateLimits: z.array(RateLimit),
  changes: z.object({ files: z.number(), added: z.number(), removed: z.number() }).nullable(),
  /** File (schema/change) ▶ what was decided about its parts. */
  review: z.record(z.string(), FileReview).optional(),
  /** On its changes, not sent yet, in the order of files and lines. */
  comments: z.array(Comment).optional(),
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
  /** Missing for agents that report no turns. `startedAt`: of the turn that runs; null between two. */
  turn: z.object({ number: z.int(), startedAt: z.number().nullable() }).optional(),
  model: z.string().nullable().optional(),
  /** Its permission mode, as it calls it. */
  mode: z.string().nullable().optional(),
  /** What it can be switched to while it runs. */
  models: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  modes: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  /** How full its context is, in tokens. */
  context: z.object({ used: z.number(), size: z.number() }).optional(),
  /** Requests that wait for a person, oldest first. */
  approvals: z.array(Approval).optional(),
  /** When the newest of those that were open was answered. */
  answeredAt: z.number().optional(),
  /** Prompts that wait for the end of the turn. */
  queue: z.array(QueuedPrompt).optional(),
  /** What last went wrong with its provider, until its next turn goes well. */
  trouble: Trouble.nullable().optional(),
  /** ask: a person answers · auto: everything is allowed unasked · pause: as ask, nobody is there (row 3.4). Missing: ask. */
  unattended: z.enum(['ask', 'auto', 'pause']).optional(),
  /**
   * How often it was begun again, or went on, by itself since the last good turn, by why, and when that is due next. `held`: it lives, and
   * is given nothing more until then, for this reason; it is `paused` for it.
   */
  retries: z
    .object({
      aborts: z.int(),
      limits: z.int(),
      nextAt: z.number().nullable(),
      held: z.string().optional(),
    })
    .optional(),
  /** What it edits is checked after each turn, as its profile wants; screen: not, since it is driven in its own screen. Missing: nobody wants it. */
  autofix: z.enum(['on', 'screen', 'off']).optional(),
  check: Check.optional(),
  /** It is a run of a workflow. */
  run: RunSummary.optional(),
  /** It carries out a call of the run `parentId`. */
  call: Call.optional(),
  /** It may do this and nothing else; what it asks beyond is denied. Missing: anything, as the rules say. */
  capabilities: z.array(z.enum(['read', 'edit', 'execute', 'fetch'])).optional(),
  /** It goes on when the agent that started it ends. */
  detached: z.boolean().optional(),
  /** Its parent had it started, and is to be told of its end. `key`: of the wish, so that one asked for twice is started once. */
  subagent: z.object({ key: z.string(), told: z.boolean() }).optional(),
  /** How many questions of it wait for a person. */
  waiting: z.number(),
  /** It printed something since somebody last looked at it. */
  unread: z.boolean(),
  /** What saved searches found since then, one each. */
  alerts: z.array(Alert).optional(),
});
export type Agent = z.infer<typeof Agent>;

export { childId } from './plain.ts';
