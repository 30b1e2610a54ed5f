import * as z from './z.ts';

/**
 * What a person has decided about a part of a change. rejected: it is about to be taken out of the worktree · returned: it was taken out,
 * and the agent has written it again · applied: the target has it.
 */
export const Decision = z.enum(['pending', 'approved', 'rejected', 'applied', 'returned']);
export type Decision = z.infer<typeof Decision>;

/** What is kept of decisions about one file: piece id ▶ decision (`removed`: rejected and taken out). What is pending is left out. */
export const FileReview = z.object({
  pieces: z.record(z.string(), z.enum(['approved', 'rejected', 'removed', 'applied'])),
  /** The pieces that stood there when it was last marked as reviewed; null: never. */
  reviewed: z.array(z.string()).nullable(),
});
export type FileReview = z.infer<typeof FileReview>;

/** What a person says of lines of the new side and has not sent to the agent yet; `quote`: what stood there. */
export const Comment = z.object({
  id: z.string(),
  file: z.string(),
  line: z.int(),
  endLine: z.int(),
  quote: z.string(),
  text: z.string(),
});
export type Comment = z.infer<typeof Comment>;
