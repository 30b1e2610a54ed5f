import { Identity } from './identity.ts';
import * as z from './z.ts';

/** Worst first. `identical`: both have made the very same change. */
export const Severity = z.enum(['same_line', 'adjacent_line', 'different_area', 'identical']);
export type Severity = z.infer<typeof Severity>;

/** Lines of the common base, from 1, both ends included; `end` below `start`: an insertion before the line `start`. */
export const LineRange = z.object({ start: z.int(), end: z.int() });
export type LineRange = z.infer<typeof LineRange>;

/** Two agents at one file: advisory, it blocks nothing. */
export const Collision = z.object({
  file: z.string(),
  severity: Severity,
  /** Names and ids of both, in the order of `worktrees` and `ranges`. */
  agents: z.tuple([z.string(), z.string()]),
  ids: z.tuple([z.string(), z.string()]),
  worktrees: z.tuple([z.string(), z.string()]),
  /** What each changed that is near the other, in lines of the common base. Empty: the whole file. */
  ranges: z.tuple([z.array(LineRange), z.array(LineRange)]),
  /** Milliseconds since the epoch: since when with this severity. */
  since: z.number(),
});
export type Collision = z.infer<typeof Collision>;

/** What a merge of two agents' present trees would give. */
export const PairForecast = z.object({
  a: z.string(),
  b: z.string(),
  verdict: z.enum(['clean', 'conflict', 'identical']),
  /** In conflict: where, in lines of the merged file with its markers. Empty lines: the whole file (deleted and edited, binary, …). */
  files: z.array(z.object({ file: z.string(), reason: z.string(), lines: z.array(LineRange) })),
});
export type PairForecast = z.infer<typeof PairForecast>;

export const Forecast = z.object({
  /** Pairs that share files. */
  pairs: z.array(PairForecast),
  /** Agents that merge one after the other into the target without a conflict, first one first. */
  order: z.array(z.string()),
  /** Agents that do not, each with what stands against it at its turn. */
  remaining: z.array(z.object({ agent: z.string(), files: z.array(z.string()) })),
  /** Branch or commit that all of it is computed against. */
  target: z.string(),
});
export type Forecast = z.infer<typeof Forecast>;

/** What came of merging an agent back. */
export const MergeOutcome = z.object({
  outcome: z.enum(['merged', 'nothing', 'conflict', 'checks_failed']),
  /** The target's commit afterwards, and before: `git reset --keep <previous>` in the checkout that has it takes the merge back. */
  commit: z.string().nullable(),
  previous: z.string().nullable(),
  target: z.string(),
  /** Where the target is checked out; missing, null: nowhere, or nothing was merged. */
  checkout: z.string().nullable().optional(),
  files: z.array(z.object({ file: z.string(), reason: z.string(), lines: z.array(LineRange) })),
  /** The check command that failed and the end of what it printed. */
  check: z.object({ command: z.string(), code: z.number().nullable(), output: z.string() }).nullable(),
  /** Sentences on what is otherwise than asked for. */
  notes: z.array(z.string()),
});
export type MergeOutcome = z.infer<typeof MergeOutcome>;

export const MergeAsk = z.object({
  agent: z.string(),
  how: z.enum(['merge', 'squash', 'rebase']),
  /** A branch; null: the one that is checked out in the project. */
  target: z.string().nullable(),
  /** Null: as git would write it. A rebase keeps the messages there are. */
  message: z.string().nullable(),
  /** Run the project's check commands (config: merge.checks) first. */
  checks: z.boolean(),
  /** Also takes uncommitted work, as a commit of its own upon the agent's branch. */
  uncommitted: z.boolean(),
  /** Also in the middle of a turn, when such work may be half done. */
  now: z.boolean().default(false),
  /** Whose commits these are, where the asking person's environment says so; else whom git knows in the repository. */
  identity: Identity.default({}),
});
export type MergeAsk = z.infer<typeof MergeAsk>;

/** What a daemon answers of collisions (part of daemonMethods). */
export const collisionMethods = {
  /** `target`: a branch or commit; null: what is checked out in the project. Errors: `not_found` for a target that is none. */
  'forecast.get': {
    reads: true,
    params: z.object({ target: z.string().nullable() }),
    result: z.object({ forecast: Forecast }),
  },
  'collisions.list': { reads: true, params: z.object({}), result: z.object({ collisions: z.array(Collision) }) },
};

/** What a daemon answers of merges (part of daemonMethods). */
export const mergeMethods = {
  /**
   * Errors: `conflict` (uncommitted files of the target's checkout in the way, the agent at work, no branch), `not_found` for a target that
   * is none, `interrupted` when the asking connection ends while checks run. Nothing is changed then.
   */
  merge: {
    params: MergeAsk,
    result: z.object({ merge: MergeOutcome }),
  },
};

/** Said to subscribers after each change: all collisions there are, and those of them that are new or worse. */
export const collisionTopics = { collisions: z.object({ collisions: z.array(Collision), risen: z.array(Collision) }) };
