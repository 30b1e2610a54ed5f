import * as z from './z.ts';

/** `input` counts what was not read from the cache; the cache's two are beside it, and `reasoning` is a part of `output`. */
export const Tokens = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number(),
  cacheWrite: z.number(),
  reasoning: z.number(),
});
export type Tokens = z.infer<typeof Tokens>;

/** What remains of one limit of a provider. The newest observation of a scope wins, by its own time. */
export const RateLimit = z.object({
  /** As its provider calls it: `five_hour`, `primary`, `requests`. */
  scope: z.string(),
  status: z.enum(['ok', 'warning', 'exceeded']),
  usedPercent: z.number().nullable(),
  /** Milliseconds since the epoch. */
  resetsAt: z.number().nullable(),
  observedAt: z.number(),
});
export type RateLimit = z.infer<typeof RateLimit>;

/** What went wrong with a provider, told apart because it decides what is done next. */
export const Trouble = z.object({
  kind: z.enum(['login', 'rateLimit', 'overloaded', 'network', 'session', 'other']),
  message: z.string(),
  /** HTTP status, where there was one. */
  status: z.int().nullable(),
  /** It tries again by itself; the turn goes on. */
  retries: z.boolean(),
  /** When its limit is lifted, or when it tries again: milliseconds since the epoch. */
  until: z.number().nullable(),
});
export type Trouble = z.infer<typeof Trouble>;
