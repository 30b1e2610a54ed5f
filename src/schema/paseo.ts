import * as z from './z.ts';

/** What Paseo's CLI prints with `--json` (getpaseo/paseo, packages/cli/src/commands), as far as we use it. */
const text = z.string().nullish().catch(undefined);

export const PaseoListed = z.object({
  id: z.string(),
  shortId: text,
  name: text,
  provider: text,
  status: z.string(),
  cwd: text,
  created: text,
});
export type PaseoListed = z.infer<typeof PaseoListed>;

export const PaseoInspected = z.object({
  Id: z.string(),
  Name: text,
  Provider: text,
  Model: text,
  /** running, idle, error, …: others may come. */
  Status: z.string(),
  Mode: text,
  LastUsage: z
    .object({ InputTokens: z.number(), OutputTokens: z.number(), CachedTokens: z.number(), CostUsd: z.number() })
    .nullish()
    .catch(undefined),
  AvailableModes: z
    .array(z.object({ id: z.string(), label: z.string() }))
    .nullish()
    .catch(undefined),
  PendingPermissions: z
    .array(z.object({ id: z.string(), tool: z.string() }))
    .nullish()
    .catch(undefined),
});
export type PaseoInspected = z.infer<typeof PaseoInspected>;

/** Of `run`, `import` and `send`. `run` ends with 0 also when its status is `error`. */
export const PaseoRun = z.object({ agentId: z.string(), status: z.string(), message: text });
export type PaseoRun = z.infer<typeof PaseoRun>;

/** One line of `permit ls`; the id is the beginning of the request's. */
export const PaseoPermit = z.object({ id: z.string(), agentId: z.string(), name: text, description: text });
export type PaseoPermit = z.infer<typeof PaseoPermit>;

export const PaseoFailure = z.object({ error: z.object({ code: z.string(), message: z.string(), details: text }) });
