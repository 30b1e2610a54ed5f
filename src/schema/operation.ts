import { FileOutcome, Operation } from './change.ts';
import { FileReview } from './review.ts';
import * as z from './z.ts';

const decision = FileReview.shape.pieces.valueType.nullable();

/** A file as it lay there. `at` and `length`: where its content stands in the journal's content file, in bytes. */
export const Kept = z.object({
  mode: z.string(),
  bits: z.int().nullable(),
  at: z.int(),
  length: z.int(),
});
export type Kept = z.infer<typeof Kept>;

/** An entry of the target's index; null: none. */
const Entry = z.object({ mode: z.string(), oid: z.string() }).nullable();
export type IndexEntry = z.infer<typeof Entry>;

/** One path of a file's change. Names as in schema/change. */
export const KeptWrite = z.object({ name: z.string(), before: Kept.nullable(), after: Kept.nullable() });
export type KeptWrite = z.infer<typeof KeptWrite>;

export const JournalFile = FileOutcome.extend({
  writes: z.array(KeptWrite),
  /** Decisions that this brought about, and what stood before; taken back with it. */
  pieces: z.record(z.string(), z.object({ before: decision, after: decision })),
});
export type JournalFile = z.infer<typeof JournalFile>;

/** What BooCode has written to a checkout or a branch, and what was there: on the disk before the first byte is written. */
export const Journal = Operation.extend({
  version: z.literal(1),
  /** Id of the agent, which may be removed by now. */
  agentId: z.string(),
  /** The checkout that was written; null: a branch without one. */
  checkout: z.string().nullable(),
  /** Ref of such a branch, and its commits before and after. */
  branch: z.object({ ref: z.string(), before: z.string(), after: z.string().nullable() }).nullable(),
  /** False: its daemon was ended in the middle; the next one finds out what was written. */
  finished: z.boolean(),
  files: z.array(JournalFile),
  staged: z.array(z.object({ name: z.string(), before: Entry, after: Entry })),
});
export type Journal = z.infer<typeof Journal>;

/** A reject that waits for the end of a turn. */
export const WaitingReject = z.object({
  agentId: z.string(),
  file: z.string(),
  pieces: z.array(z.string()),
  reason: z.string().nullable(),
  at: z.number(),
});
export type WaitingReject = z.infer<typeof WaitingReject>;
