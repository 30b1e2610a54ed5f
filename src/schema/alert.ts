import * as z from './z.ts';

/** The newest line of an agent that a saved search has found since somebody last looked at the agent. */
export const Alert = z.object({
  search: z.string(),
  line: z.int(),
  text: z.string(),
  at: z.number(),
  /** How many lines since then. */
  count: z.int(),
});
export type Alert = z.infer<typeof Alert>;
