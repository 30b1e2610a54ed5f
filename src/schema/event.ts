import { activityEvents } from './activity.ts';
import { Agent, Exit, Size } from './agent.ts';
import { Origin } from './origin.ts';
import { Receipt } from './receipt.ts';
import { Comment, FileReview } from './review.ts';
import * as z from './z.ts';

export { Receipt } from './receipt.ts';

import { Evidence, StatusState } from './status.ts';

const common = {
  /** Milliseconds since the epoch. */
  at: z.number(),
  /** Which life of the agent saw it; `core/reduce` ignores events of earlier epochs. */
  epoch: z.int(),
};

/**
 * Everything that happens to an agent. Events are appended to its JSONL record and folded by `core/reduce`; replaying a
 * record gives the agent's state again. Transient things (bytes, screens, activity) are no events.
 */
export const AgentEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('created'), ...common, agent: Agent }),
  z.object({
    type: z.literal('preparing'),
    ...common,
    step: z.string(),
    /** What the step settled, so that a crash in the middle of preparing knows what it left behind. */
    facts: Agent.pick({ worktree: true, branch: true, base: true, baseCommit: true, cwd: true }).partial().optional(),
  }),
  z.object({
    type: z.literal('started'),
    ...common,
    pid: z.int(),
    host: z.string(),
    argv: z.array(z.string()),
  }),
  z.object({
    type: z.literal('status'),
    ...common,
    state: StatusState,
    evidence: Evidence,
    waitingFor: z.enum(['approval', 'question', 'input']).optional(),
  }),
  z.object({ type: z.literal('title'), ...common, title: z.string() }),
  z.object({ type: z.literal('size'), ...common, size: Size }),
  z.object({ type: z.literal('session'), ...common, sessionId: z.string(), from: Origin.optional() }),
  /** `id`: of the prompt, where it stood in the queue: it stands there no more. */
  z.object({
    type: z.literal('prompted'),
    ...common,
    text: z.string(),
    receipt: Receipt,
    evidence: Evidence,
    id: z.string().optional(),
  }),
  /** A saved search has found new lines; the newest of them. */
  z.object({
    type: z.literal('matched'),
    ...common,
    search: z.string(),
    line: z.int(),
    text: z.string(),
    count: z.int(),
  }),
  /** What it changed, by files and lines; null: nothing is known. */
  z.object({ type: z.literal('changes'), ...common, changes: Agent.shape.changes }),
  /** Its work was merged into a branch. */
  z.object({ type: z.literal('merged'), ...common, merge: Agent.shape.merged.unwrap() }),
  /** At how many files other agents are in its way. */
  z.object({ type: z.literal('collisions'), ...common, collisions: z.int() }),
  /** Decisions about pieces of one file (schema/review); null takes them back. */
  z.object({
    type: z.literal('decided'),
    ...common,
    file: z.string(),
    pieces: z.record(z.string(), FileReview.shape.pieces.valueType.nullable()),
  }),
  /** Somebody has looked at these pieces of a file; null: the mark is taken back. */
  z.object({ type: z.literal('reviewed'), ...common, file: z.string(), pieces: z.array(z.string()).nullable() }),
  /** A comment that waits to be sent; the same id again replaces it. */
  z.object({ type: z.literal('commented'), ...common, comment: Comment }),
  /** These were sent, or taken back. */
  z.object({ type: z.literal('uncommented'), ...common, ids: z.array(z.string()) }),
  z.object({ type: z.literal('unread'), ...common, unread: z.boolean() }),
  z.object({ type: z.literal('stopRequested'), ...common, reason: Agent.shape.stopping.unwrap() }),
  z.object({ type: z.literal('exited'), ...common, exit: Exit, evidence: Evidence.optional() }),
  z.object({ type: z.literal('hostLost'), ...common, host: z.string() }),
  /** It could not be started: `message` is the sentence the user saw. */
  z.object({ type: z.literal('startFailed'), ...common, message: z.string() }),
  /** A new life under the same id: `epoch` is the new one. Lifts the stickiness of the old end. */
  z.object({
    type: z.literal('restarted'),
    ...common,
    argv: z.array(z.string()),
    /** Another way of driving it, where the same session is opened so. */
    runtime: z.string().optional(),
    /** With what that begins; missing: as before. */
    model: z.string().nullable().optional(),
    mode: z.string().nullable().optional(),
    /** The session that goes on, null: a new one is begun; missing: as before. */
    sessionId: z.string().nullable().optional(),
    /** Why it was begun again by itself; missing: somebody asked. */
    why: z.string().optional(),
    /** Whether what it edits is checked; missing: as before. */
    autofix: Agent.shape.autofix,
  }),
  /** When it is begun again, or goes on, by itself; null: not any more. */
  z.object({ type: z.literal('retry'), ...common, retries: Agent.shape.retries.unwrap().nullable() }),
  /** Who had it started knows that it has ended, or is to be told of its next end. */
  z.object({ type: z.literal('told'), ...common, told: z.boolean() }),
  /** A budget or a person holds it: its queue rests until it is let go on. */
  z.object({ type: z.literal('paused'), ...common, paused: z.boolean(), reason: z.string() }),
  /** Its work is saved, and its worktree is about to be removed: whatever happens now, this is what brings it back. */
  z.object({ type: z.literal('saved'), ...common, savedRef: z.string() }),
  z.object({ type: z.literal('archived'), ...common, savedRef: z.string().nullable() }),
  z.object({ type: z.literal('restored'), ...common, worktree: z.string().nullable(), branch: z.string().nullable() }),
  z.object({ type: z.literal('removed'), ...common, savedRef: z.string().nullable() }),
  ...activityEvents,
]);
export type AgentEvent = z.infer<typeof AgentEvent>;

/** Those of structured runtimes and hooks (schema/activity). */
export type Activity = Extract<AgentEvent, { type: (typeof activityEvents)[number]['shape']['type']['value'] }>;

/** An activity, or the session's id, as who saw it states it: who records it adds time, epoch and origin. */
type Unstamped<E> = E extends unknown ? Omit<E, 'at' | 'epoch' | 'from'> : never;
export type Report = Unstamped<Activity> | { type: 'session'; sessionId: string };

/** One line of a session record. `seq` counts from 1 within the record, without a gap. */
export const RecordLine = z.object({ seq: z.int(), event: AgentEvent });
export type RecordLine = z.infer<typeof RecordLine>;
