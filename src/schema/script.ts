import * as z from './z.ts';

/** One argument of a script, as its form and `--arg` take it. */
export const ScriptArg = z.strictObject({
  type: z.enum(['string', 'number', 'boolean']).default('string'),
  description: z.string().optional(),
  required: z.boolean().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  choices: z.array(z.string()).optional(),
});

/** `meta` of a workflow script. */
export const ScriptMeta = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/, 'small letters, digits and "-", a letter first'),
  description: z.string(),
  phases: z.array(z.strictObject({ title: z.string(), detail: z.string().optional() })).optional(),
  args: z.record(z.string(), ScriptArg).optional(),
});
export type ScriptMeta = z.infer<typeof ScriptMeta>;

/** Bounds of one script. */
export const SandboxLimits = z.object({
  /** Bytes of its memory. */
  memory: z
    .number()
    .int()
    .min(1024 * 1024),
  /** Bytes of its stack. */
  stack: z
    .number()
    .int()
    .min(16 * 1024),
  /** Milliseconds (of a core) that it may compute without waiting for anything. */
  turnMs: z.int().positive(),
  /** Units of about 10,000 operations that it may compute in all. */
  steps: z.int().positive(),
  /** Bytes of one value that goes in or out. */
  message: z.int().positive(),
});
export type SandboxLimits = z.infer<typeof SandboxLimits>;

export const DEFAULT_LIMITS: SandboxLimits = {
  memory: 128 * 1024 * 1024,
  stack: 512 * 1024,
  turnMs: 5000,
  steps: 2_000_000,
  message: 8 * 1024 * 1024,
};

/** What the thread of a script is told. Values are JSON. */
export type ToSandbox =
  | { type: 'result'; id: number; ok: boolean; json: string }
  | { type: 'spent'; tokens: number; usd: number }
  | { type: 'timer'; id: number };

/** What it says. `turn`: all that could be done is done, it waits. */
export type FromSandbox =
  | { type: 'call'; id: number; name: 'agent' | 'workflow'; json: string }
  | { type: 'phase'; title: string }
  | { type: 'log'; level: 'log' | 'warn' | 'error'; text: string }
  | { type: 'turn' }
  | { type: 'done'; json: string }
  | { type: 'failed'; message: string; place: string | null };
