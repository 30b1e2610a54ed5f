import * as z from './z.ts';

/** A place in an agent's history worth jumping to. */
export const Mark = z.object({
  line: z.int(),
  at: z.number(),
  /** prompt: sent by a person · turn: one began · command: of a shell that marks its prompts (OSC 133). */
  kind: z.enum(['prompt', 'turn', 'command']),
  text: z.string(),
});
export type Mark = z.infer<typeof Mark>;
