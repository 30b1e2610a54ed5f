import * as z from './z.ts';

/** Regular expressions over what a rule may look at (core/detect/types): the terminal's title, and texts of the agent's own zone. */
const Parts = z.strictObject({
  title: z.string().max(500).optional(),
  text: z.string().max(500).optional(),
  foot: z.string().max(500).optional(),
  head: z.string().max(500).optional(),
});

/** Rules of a screen as a file: before the built-in ones of that runtime, or (`instead`) in their place. */
export const RulesFile = z.strictObject({
  $schema: z.string().optional(),
  /** Counts the changes to it; `boocode explain` says it. */
  version: z.int().min(1),
  /** Version of the program that they were recorded from. */
  seen: z.string(),
  instead: z.boolean().optional(),
  rules: z.array(
    Parts.extend({
      id: z.string().regex(/^[\w-]+$/, 'letters, digits, "_" or "-"'),
      /** Whether it holds where the agent's input line is found, its dialog, or wherever. */
      in: z.enum(['input', 'dialog', 'any']),
      not: Parts.optional(),
      says: z.enum(['running', 'waiting', 'idle', 'unknown']),
      waitingFor: z.enum(['approval', 'question', 'input']).optional(),
      /** It holds only for so long after the last output, in milliseconds. */
      forMs: z.int().min(100).max(15_000).optional(),
      /** One clause: what it saw. */
      detail: z.string().min(1).max(200),
    }),
  ),
});
export type RulesFile = z.infer<typeof RulesFile>;
