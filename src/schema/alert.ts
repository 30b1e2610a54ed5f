import * as z from 'zod';

/** The newest line of an agent that a saved search has found since somebody last looked at the agent. */
export const Alert = z.object({
  search: z.string(),
  line: z.number().int(),
  text: z.string(),
  at: z.number(),
  /** How many lines since then. */
  count: z.number().int(),
});
export type Alert = z.infer<typeof Alert>;
