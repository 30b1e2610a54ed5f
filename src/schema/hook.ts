import * as z from './z.ts';

/** What sent a report: hooks or the status line of Claude Code, hooks or the notify program of Codex, hooks of Qwen Code. */
export const HookSource = z.enum(['claude', 'claude-status', 'codex', 'codex-notify', 'qwen']);
export type HookSource = z.infer<typeof HookSource>;

/** What a hook of an agent reports; also the content of a file of `.boocode/hooks`, where it waits for a daemon. */
export const HookReport = z.object({
  /** Names this very report: one that is told again is known by it. */
  id: z.string().min(1).max(100),
  /** `<agent id>.<epoch>`: the life whose hook it is. */
  child: z.string(),
  source: HookSource,
  /** When its program began, in milliseconds since the epoch. */
  at: z.number(),
  /** As the agent gave it: JSON, one would think. */
  payload: z.string(),
});
export type HookReport = z.infer<typeof HookReport>;

/** What a daemon answers of hooks (part of daemonMethods). */
export const hookMethods = {
  /** What the hook has to print ('' nothing). A request for permission is answered when somebody has decided, or nobody need any more. */
  hook: { params: HookReport, result: z.object({ output: z.string() }) },
};
