import * as z from './z.ts';

/** What happened to a prompt: seen from the agent's own reaction, never assumed. */
export const Receipt = z.enum(['submitted', 'accepted', 'not delivered']);
export type Receipt = z.infer<typeof Receipt>;

/** A prompt that waits for the end of a turn. `images`: absolute paths of files. */
export const QueuedPrompt = z.object({
  id: z.string(),
  text: z.string(),
  images: z.array(z.string()).optional(),
  /** Its command line has it already: it is given to it no other way. */
  carried: z.boolean().optional(),
});
export type QueuedPrompt = z.infer<typeof QueuedPrompt>;
