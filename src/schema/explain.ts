import { EvidenceSource, StatusState } from './status.ts';
import * as z from './z.ts';

/** What one rule says of an agent, or why it says nothing. */
export const RuleVerdict = z.object({
  /** `screen`, `title`, …, and the rules of an agent's own screen as `claude.approval`. */
  rule: z.string(),
  source: EvidenceSource.nullable(),
  /** Null: it says nothing. */
  says: StatusState.nullable(),
  saw: z.string(),
  decides: z.boolean(),
});
export type RuleVerdict = z.infer<typeof RuleVerdict>;

/** Why a status is what it is: every rule in the order in which they are asked. Times in milliseconds since the epoch. */
export const Explained = z.object({
  rules: z.array(RuleVerdict),
  title: z.string(),
  outputAt: z.number().nullable(),
  /** The rules of its screen, with the version of the program that they were recorded from; null: it has none. */
  book: z.object({ version: z.int(), seen: z.string() }).nullable(),
  /** What is true already but said only once it has held for a moment. */
  held: z.object({ state: StatusState, since: z.number() }).nullable(),
});
export type Explained = z.infer<typeof Explained>;
