import * as z from 'zod';
import { Agent, Size } from './agent.ts';
import { approvalMethods } from './approval.ts';
import { applyMethods, changeMethods, changeTopics } from './change.ts';
import { collisionMethods, collisionTopics, mergeMethods } from './collision.ts';
import { ConfigProblem } from './config.ts';
import { AgentEvent, Receipt } from './event.ts';
import { Explained } from './explain.ts';
import { historyMethods } from './history.ts';
import { Cursor } from './screen.ts';
import { searchMethods, searchTopics } from './search.ts';
import { sessionMethods, sessionTopics } from './session.ts';
import { HostRef, ProjectState } from './state.ts';
import { Evidence, StatusState } from './status.ts';
import { traceMethods, traceTopics } from './trace.ts';

const empty = z.object({});
/** A name, an id, or a unique prefix of an id. Unknown: `not_found`, listing the known names. */
const agent = z.string();
const oneAgent = z.object({ agent });
const withAgent = z.object({ agent: Agent });
/** The environment of the command that asks: an agent gets it, not the daemon's, which may be days old. Never stored. */
const Env = z.record(z.string(), z.string());

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
  unpushed: z.number().int(),
  unmerged: z.number().int(),
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

/** What a daemon answers. Expected failures carry an ErrorCode and one sentence. */
export const daemonMethods = {
  /** The state now; from then on every event as the note `event`. */
  subscribe: { params: empty, result: z.object({ state: ProjectState }) },
  'agent.new': { params: NewAgent, result: withAgent },
  'agent.list': { params: z.object({ all: z.boolean() }), result: z.object({ agents: z.array(Agent) }) },
  'agent.get': { params: oneAgent, result: withAgent },
  /** Stops it and everything it started; its worktree stays. */
  'agent.stop': { params: z.object({ agent }), result: withAgent },
  'agent.stopAll': { params: empty, result: z.object({ agents: z.array(Agent) }) },
  'agent.restart': { params: z.object({ agent, env: Env, size: Size.optional() }), result: withAgent },
  'agent.risk': { params: oneAgent, result: WorkAtRisk },
  /** Saves what is at risk, removes the worktree, keeps branch, record and listing (`ls --all`). */
  'agent.archive': { params: oneAgent, result: Retired },
  /** As archive, and the agent is no longer listed; its branch goes only when nothing on it would be lost. */
  'agent.rm': { params: oneAgent, result: Retired },
  /** Brings an archived or removed agent's worktree and work back. AGENT may also be a saved ref. */
  'agent.restore': { params: oneAgent, result: withAgent },
  /** What `agent.restore` finds beside archived agents: the newest removed ones, and all saved work. */
  'agent.saved': { params: empty, result: z.object({ saved: z.array(SavedWork), removed: z.array(RemovedAgent) }) },
  'agent.send': {
    params: z.object({ agent, text: z.string(), timeoutMs: z.number().optional() }),
    result: z.object({ receipt: Receipt, evidence: Evidence }),
  },
  /** Raw keys by tmux's names; what is no key name is typed as it is. */
  'agent.keys': { params: z.object({ agent, keys: z.array(z.string()) }), result: empty },
  'agent.screen': {
    /** `epoch`: another life than its present one. */
    params: z.object({ agent, ansi: z.boolean(), epoch: z.number().int().optional() }),
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
    }),
  },
  /** History and then the screen, oldest first, at most `count` lines, empty lines at the very end left out. */
  'agent.output': {
    params: z.object({ agent, count: z.number().int().min(1).max(1_000_000) }),
    result: z.object({ lines: z.array(z.string()) }),
  },
  /** Answers when the agent is in one of the states (at once if it is), or when the time is over. */
  'agent.wait': {
    params: z.object({ agent, states: z.array(StatusState), timeoutMs: z.number().nullable() }),
    result: z.object({ agent: Agent, timedOut: z.boolean() }),
  },
  ...historyMethods,
  ...sessionMethods,
  ...approvalMethods,
  ...traceMethods,
  ...changeMethods,
  ...applyMethods,
  ...collisionMethods,
  ...mergeMethods,
  /** Why its status is what it is. */
  'agent.explain': { params: oneAgent, result: z.object({ agent: Agent, explained: Explained.nullable() }) },
  'agent.seen': { params: oneAgent, result: empty },
  /** The last size a focused viewer had: what a restart begins with. */
  'agent.size': { params: z.object({ agent, size: Size }), result: empty },
  ...searchMethods,
  'runtimes.list': { params: z.object({ env: Env }), result: z.object({ runtimes: z.array(RuntimeInfo) }) },
  'git.refs': {
    params: empty,
    result: z.object({
      branches: z.array(z.string()),
      current: z.string().nullable(),
      ahead: z.number(),
      behind: z.number(),
    }),
  },
  'config.get': {
    params: empty,
    result: z.object({
      config: z.unknown(),
      problems: z.array(ConfigProblem),
      /** False: the project's config has parts that run commands and its user has not trusted it. */
      trusted: z.boolean(),
    }),
  },
  status: {
    params: empty,
    result: z.object({
      pid: z.number().int(),
      version: z.string(),
      /** Milliseconds. */
      uptime: z.number(),
      agents: z.number().int(),
      clients: z.number().int(),
      hosts: z.array(z.object({ pid: z.number().int(), agents: z.number().int() })),
      log: z.string(),
    }),
  },
  /** Ends the daemon; `agents` true stops all agents and hosts first, false leaves them running. */
  stop: { params: z.object({ agents: z.boolean() }), result: empty },
};

/** What a daemon says unasked, to subscribers. */
export const daemonTopics = {
  /** `seq`: its number in the agent's record; 0: it is in none. */
  event: z.object({ agent: z.string(), event: AgentEvent, seq: z.number().int().optional() }),
  ...sessionTopics,
  ...traceTopics,
  hosts: z.object({ hosts: z.array(HostRef) }),
  /** One sentence for the person: level decides colour and how long it stays. */
  message: z.object({ level: z.enum(['info', 'warning', 'error']), text: z.string() }),
  ...searchTopics,
  /** The config was reloaded: ask for it again. */
  config: z.object({ problems: z.array(ConfigProblem) }),
  ...changeTopics,
  ...collisionTopics,
  /** The daemon ends on purpose (`stop`, or idle): who is connected waits for the next one and starts none by itself. */
  leaving: z.object({ agents: z.boolean() }),
  /** An agent rings, or wants to notify or to set the clipboard; the cockpit's policy decides. */
  signal: z.object({
    agent: z.string(),
    kind: z.enum(['bell', 'notify', 'clipboard']),
    title: z.string(),
    text: z.string(),
  }),
};

/** What each topic carries. */
export type DaemonNotes = { [K in keyof typeof daemonTopics]: z.input<(typeof daemonTopics)[K]> };
