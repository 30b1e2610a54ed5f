import { Agent } from './agent.ts';
import { approvalMethods } from './approval.ts';
import { applyMethods, changeMethods, changeTopics } from './change.ts';
import { collisionMethods, collisionTopics, mergeMethods } from './collision.ts';
import { ConfigProblem } from './config.ts';
import { AgentEvent } from './event.ts';
import { Explained } from './explain.ts';
import { historyMethods } from './history.ts';
import { hookMethods } from './hook.ts';
import { Env, empty, lifeMethods, oneAgent, RuntimeInfo } from './life.ts';
import { noticeMethods, noticeTopics } from './notice.ts';
import * as z from './z.ts';

export * from './life.ts';

import { searchMethods, searchTopics } from './search.ts';
import { sessionMethods, sessionTopics } from './session.ts';
import { HostRef, ProjectState } from './state.ts';
import { subagentMethods } from './subagent.ts';
import { traceMethods, traceTopics } from './trace.ts';
import { workflowMethods, workflowTopics } from './workflow.ts';

/** What a daemon answers. Expected failures carry an ErrorCode and one sentence. */
export const daemonMethods = {
  /** The state now; from then on every event as the note `event`. */
  subscribe: { reads: true, params: empty, result: z.object({ state: ProjectState }) },
  ...lifeMethods,
  ...historyMethods,
  ...sessionMethods,
  ...approvalMethods,
  ...hookMethods,
  ...traceMethods,
  ...noticeMethods,
  ...changeMethods,
  ...applyMethods,
  ...collisionMethods,
  ...mergeMethods,
  /** Why its status is what it is. */
  'agent.explain': {
    reads: true,
    params: oneAgent,
    result: z.object({ agent: Agent, explained: Explained.nullable() }),
  },
  ...searchMethods,
  ...workflowMethods,
  ...subagentMethods,
  'runtimes.list': {
    reads: true,
    params: z.object({ env: Env }),
    result: z.object({ runtimes: z.array(RuntimeInfo) }),
  },
  'git.refs': {
    reads: true,
    params: empty,
    result: z.object({
      branches: z.array(z.string()),
      current: z.string().nullable(),
      ahead: z.number(),
      behind: z.number(),
    }),
  },
  'config.get': {
    reads: true,
    params: empty,
    result: z.object({
      config: z.unknown(),
      problems: z.array(ConfigProblem),
      /** False: the project's config has parts that run commands and its user has not trusted it. */
      trusted: z.boolean(),
    }),
  },
  status: {
    reads: true,
    params: empty,
    result: z.object({
      pid: z.int(),
      version: z.string(),
      /** Milliseconds. */
      uptime: z.number(),
      agents: z.int(),
      clients: z.int(),
      hosts: z.array(z.object({ pid: z.int(), agents: z.int() })),
      /** Names of agents whose recording waits for room on the disk. */
      unrecorded: z.array(z.string()).default([]),
      log: z.string(),
    }),
  },
  /** Ends the daemon; `agents` true stops all agents and hosts first, false leaves them running. */
  stop: { params: z.object({ agents: z.boolean() }), result: empty },
};

/** What a daemon says unasked, to subscribers. */
export const daemonTopics = {
  /** `seq`: its number in the agent's record; 0: it is in none. */
  event: z.object({ agent: z.string(), event: AgentEvent, seq: z.int().optional() }),
  ...sessionTopics,
  ...traceTopics,
  ...noticeTopics,
  hosts: z.object({ hosts: z.array(HostRef) }),
  /** One sentence for the person: level decides colour and how long it stays. */
  message: z.object({ level: z.enum(['info', 'warning', 'error']), text: z.string() }),
  ...searchTopics,
  /** The config was reloaded: ask for it again. */
  config: z.object({ problems: z.array(ConfigProblem) }),
  ...changeTopics,
  ...collisionTopics,
  ...workflowTopics,
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
