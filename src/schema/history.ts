import * as z from 'zod';
import { HistoryLine } from './host.ts';

/** A place in an agent's history worth jumping to. */
export const Mark = z.object({
  line: z.number().int(),
  at: z.number(),
  /** prompt: sent by a person · turn: one began · command: of a shell that marks its prompts (OSC 133). */
  kind: z.enum(['prompt', 'turn', 'command']),
  text: z.string(),
});
export type Mark = z.infer<typeof Mark>;

/** What a daemon answers of histories (part of daemonMethods). */
export const historyMethods = {
  /**
   * A page of the history of a living agent, or of what was kept of an ended one. `from` null: the last `count` lines. The live
   * screen is not part of it. `epoch` null: its present life.
   */
  'agent.history': {
    params: z.object({
      agent: z.string(),
      epoch: z.number().int().nullable(),
      from: z.number().int().nullable(),
      count: z.number().int().min(1).max(10_000),
      styled: z.boolean(),
    }),
    result: z.object({
      lines: z.array(HistoryLine),
      /** Oldest line that is kept, and the newest. */
      first: z.number().int(),
      total: z.number().int(),
    }),
  },
  /** Oldest first, as far as they are known. */
  'agent.marks': { params: z.object({ agent: z.string() }), result: z.object({ marks: z.array(Mark) }) },
};
