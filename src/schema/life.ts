import { Agent, Size } from './agent.ts';
import { Env } from './env.ts';
import { Receipt } from './receipt.ts';
import { Cursor } from './screen.ts';
import { Evidence, StatusState } from './status.ts';
import * as z from './z.ts';

export const empty = z.object({});
/** A name, an id, or a unique prefix of an id. Unknown: `not_found`, listing the known names. */
export const agent = z.string();
export const oneAgent = z.object({ agent });
const withAgent = z.object({ agent: Agent });

export { Env };

export const NewAgent = z.object({
  name: z.string().optional(),
  runtime: z.string().optional(),
  profile: z.string().optional(),
  prompt: z.string().optional(),
  base: z.string().optional(),
  branch: z.string().optional(),
  /** False: run in the checkout itself. Default: as configured. */
  worktree: z.boolean().optional(),
  /** Program and arguments given after `--`: runtime `command`. */
  argv: z.array(z.string()).optional(),
  timeouts: z.object({ inactivity: z.number().optional(), total: z.number().optional() }).optional(),
  /** The structured sibling of the runtime, without a screen, where it has one. */
  headless: z.boolean().optional(),
  model: z.string().optional(),
  /** Permission mode, as its runtime calls it. */
  mode: z.string().optional(),
  unattended: z.enum(['ask', 'auto', 'pause']).optional(),
  /** Files whose contents go with the first prompt as images. */
  images: z.array(z.string()).optional(),
  parentId: z.string().optional(),
  /** It goes on when its parent ends. */
  detached: z.boolean().optional(),
  capabilities: Agent.shape.capabilities,
  size: Size.optional(),
  /** Folder the command was given in. */
  cwd: z.string(),
  env: Env,
});
export type NewAgent = z.infer<typeof NewAgent>;

/** Work that a removal would touch: what is lost unless it is saved first. */
export const WorkAtRisk = z.object({
  /** Changed, staged and untracked files in the worktree. */
  uncommitted: z.array(z.string()),
  /** Files and folders (they end in "/") that git ignores and the checkout does not have so: they are not saved. */
  ignored: z.array(z.string()).default([]),
  /** Commits on no remote, and commits not contained in (or squash-merged into) the base. */
  unpushed: z.int(),
  unmerged: z.int(),
});
export type WorkAtRisk = z.infer<typeof WorkAtRisk>;

/** A runtime as found on this machine. */
export const RuntimeInfo = z.object({
  id: z.string(),
  title: z.string(),
  found: z.boolean(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  /** What to install when it is missing. */
  install: z.string().nullable(),
  /** terminal: in its own screen · structured: over a protocol, as a conversation. */
  kind: z.enum(['terminal', 'structured']).optional(),
  /** Of one CLI: the id of the runtime that is used where nothing else is said, and why. */
  used: z.object({ terminal: z.string().nullable(), headless: z.string().nullable(), why: z.string() }).optional(),
  /** What its version does not have: a clause each. */
  lacks: z.array(z.string()).optional(),
});
export type RuntimeInfo = z.infer<typeof RuntimeInfo>;

export const SavedWork = z.object({ ref: z.string(), commit: z.string(), name: z.string(), savedAt: z.number() });
export type SavedWork = z.infer<typeof SavedWork>;
export const RemovedAgent = z.object({
  id: z.string(),
  name: z.string(),
  branch: z.string().nullable(),
  savedRef: z.string().nullable(),
  /** Milliseconds since the epoch. */
  removedAt: z.number(),
});
export type RemovedAgent = z.infer<typeof RemovedAgent>;

/** An agent that was archived or removed. `notes`: sentences on what was found otherwise than it was made, and was left. */
const Retired = z.object({ agent: Agent, saved: SavedWork.nullable(), notes: z.array(z.string()).default([]) });

/** Answers about the lives of agents (part of daemonMethods): all that most verbs need, in a file of its own, so that they load no more. */
export const lifeMethods = {
  'agent.new': { params: NewAgent, result: withAgent },
  'agent.list': { reads: true, params: z.object({ all: z.boolean() }), result: z.object({ agents: z.array(Agent) }) },
  'agent.get': { reads: true, params: oneAgent, result: withAgent },
  /**
   * Stops it and everything it started; its worktree stays. `because`: nobody has anything more for it, since its work is done, or its last
   * turn failed; its input ends then, and it is stopped when it does not end by itself.
   */
  'agent.stop': {
    params: z.object({ agent, because: z.enum(['done', 'undone']).optional() }),
    result: withAgent,
  },
  'agent.stopAll': { params: empty, result: z.object({ agents: z.array(Agent) }) },
  'agent.restart': { params: z.object({ agent, env: Env, size: Size.optional() }), result: withAgent },
  'agent.risk': { reads: true, params: oneAgent, result: WorkAtRisk },
  /** Saves what is at risk, removes the worktree, keeps branch, record and listing (`ls --all`). */
  'agent.archive': { params: oneAgent, result: Retired },
  /** As archive, and the agent is no longer listed; its branch goes only when nothing on it would be lost. */
  'agent.rm': { params: oneAgent, result: Retired },
  /** Brings an archived or removed agent's worktree and work back. AGENT may also be a saved ref. */
  'agent.restore': { params: oneAgent, result: withAgent },
  /** What `agent.restore` finds beside archived agents: the newest removed ones, and all saved work. */
  'agent.saved': {
    reads: true,
    params: empty,
    result: z.object({ saved: z.array(SavedWork), removed: z.array(RemovedAgent) }),
  },
  'agent.send': {
    params: z.object({ agent, text: z.string(), timeoutMs: z.number().optional(), env: Env.optional() }),
    result: z.object({ receipt: Receipt, evidence: Evidence }),
  },
  /** Raw keys by tmux's names; what is no key name is typed as it is. */
  'agent.keys': { params: z.object({ agent, keys: z.array(z.string()) }), result: empty },
  'agent.screen': {
    reads: true,
    /** `epoch`: another life than its present one. */
    params: z.object({ agent, ansi: z.boolean(), epoch: z.int().optional() }),
    result: z.object({
      wrapped: z.array(z.boolean()).optional(),
      open: z.string().optional(),
      /** With SGR sequences, where the rows have them too. */
      openAnsi: z.string().optional(),
      lines: z.array(z.string()),
      ansi: z.array(z.string()).nullable(),
      cursor: Cursor,
      size: Size,
      title: z.string(),
      /** As of a host's `screen`. */
      at: z.number().optional(),
    }),
  },
  /** History and then the screen, oldest first, at most `count` lines, empty lines at the very end left out. */
  'agent.output': {
    reads: true,
    params: z.object({ agent, count: z.int().min(1).max(1_000_000) }),
    result: z.object({ lines: z.array(z.string()) }),
  },
  /** Answers when the agent is in one of the states (at once if it is), or when the time is over. */
  'agent.wait': {
    reads: true,
    params: z.object({ agent, states: z.array(StatusState), timeoutMs: z.number().nullable() }),
    result: z.object({ agent: Agent, timedOut: z.boolean() }),
  },
  'agent.seen': { params: oneAgent, result: empty },
  /** The last size a focused viewer had: what a restart begins with. */
  'agent.size': { params: z.object({ agent, size: Size }), result: empty },
};
