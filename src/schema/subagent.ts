import { Agent } from './agent.ts';
import { Env } from './env.ts';
import * as z from './z.ts';

/** Longest time that an answer to `subagent.look` waits, in milliseconds: programs give up on a tool after a minute. */
export const MAX_LOOK_MS = 50_000;

/** How what an agent was started for came out: the state in which it ended. */
export const SubagentOutcome = z.enum(['completed', 'failed', 'cancelled', 'timed_out']);
export type SubagentOutcome = z.infer<typeof SubagentOutcome>;

/** What there is to be known of a subagent without reading what it said. `outcome` null: it is still at it, or waits for a person. */
export const Subagent = z.object({ agent: Agent, outcome: SubagentOutcome.nullable() });
export type Subagent = z.infer<typeof Subagent>;

/** And what came of it. */
export const SubagentLook = Subagent.extend({
  /** What it said last in its last turn; of a run its result as JSON. */
  text: z.string(),
  /** Why it did not complete, in a sentence. */
  message: z.string().nullable(),
});
export type SubagentLook = z.infer<typeof SubagentLook>;

const parent = z.string();
const agent = z.string();

/** What a daemon answers to an agent that has others work for it (part of daemonMethods). `parent`: that agent. */
export const subagentMethods = {
  /**
   * Starts one below its parent, over its protocol, by default in a worktree of its own that begins at the parent's last commit. Answers
   * when it runs, or is about to. `key`: the same again gives the one that is there. `conflict`: as many or as deep as configured are
   * there already.
   */
  'subagent.spawn': {
    params: z.object({
      parent,
      key: z.string().min(1),
      task: z.string().min(1),
      name: z.string().optional(),
      runtime: z.string().optional(),
      profile: z.string().optional(),
      model: z.string().optional(),
      worktree: z.boolean().optional(),
      detached: z.boolean().optional(),
      /** Of who asks: where the environment that its parent was started with is not known any more. */
      env: Env,
    }),
    result: z.object({ agent: Agent }),
  },
  /** Starts a run of a workflow below its parent: `run.start` within the same bounds, and with its errors. `key` as above. */
  'subagent.run': {
    params: z.object({
      parent,
      key: z.string().min(1),
      workflow: z.string().min(1),
      args: z.record(z.string(), z.unknown()),
      name: z.string().optional(),
      env: Env,
    }),
    result: z.object({ agent: Agent }),
  },
  /** All that it started, oldest first. Its parent counts as told of those that have ended. */
  'subagent.list': { params: z.object({ parent }), result: z.object({ subagents: z.array(Subagent) }) },
  /** One below it, as soon as it has ended, or after `waitMs`. Its parent counts as told then, when it has. `usage`: it is none of its own. */
  'subagent.look': {
    params: z.object({ parent, agent, waitMs: z.int().min(0).max(MAX_LOOK_MS) }),
    result: z.object({ subagent: SubagentLook }),
  },
  /** Ends one below it, and those below that. `usage`: it is none of its own. */
  'subagent.cancel': { params: z.object({ parent, agent }), result: z.object({ subagent: Subagent }) },
  /**
   * A prompt for another agent, which is told who it comes from. One below it that has ended goes on with it in a new life. `usage`: to
   * itself, or a run of a workflow. `conflict`: an agent whose own powers are bounded speaks with those below it alone.
   */
  'subagent.send': {
    params: z.object({ parent, agent, text: z.string().min(1), env: Env }),
    result: z.object({ agent: Agent, receipt: z.string(), detail: z.string() }),
  },
  /** What has ended since it was told last: it counts as told now. */
  'subagent.news': { params: z.object({ parent }), result: z.object({ ended: z.array(Subagent) }) },
};
