import { isLive } from '../core/lifecycle.ts';
import { refs } from '../git/refs.ts';
import { listSaved } from '../git/save.ts';
import { probeRuntimes } from '../runtimes/probe.ts';
import type { Agent } from '../schema/agent.ts';
import { BooError } from '../util/errors.ts';
import { projectPaths } from '../util/paths.ts';
import { VERSION } from '../util/version.ts';
import { newAgent } from './agents/create.ts';
import { sayUnrecorded, unrecordedNames } from './agents/recording.ts';
import { listRemoved } from './agents/removed.ts';
import { restartAgent } from './agents/restart.ts';
import { restoreAgent } from './agents/restore.ts';
import { retireAgent, riskOf } from './agents/retire.ts';
import { stopAgent, stopAll } from './agents/stop.ts';
import { applyHandlers } from './apply/methods.ts';
import { approvalHandlers } from './approvals/methods.ts';
import { filesFor } from './asks/files.ts';
import { type HistoryRequest, historyOf } from './asks/history.ts';
import { sendKeys } from './asks/keys.ts';
import { marksOf } from './asks/marks.ts';
import { findKnown, type Known, livesOf } from './asks/past.ts';
import { outputOf, screenOf } from './asks/screen.ts';
import { type Sending, sendPrompt } from './asks/send.ts';
import { waitFor } from './asks/wait.ts';
import { changeHandlers } from './changes/methods.ts';
import type { Context } from './context.ts';
import { mergeAgent } from './merges/merge.ts';
import { agentNamed } from './named.ts';
import { noRepository } from './no-repository.ts';
import { runHandlers } from './runs/methods.ts';
import { searchHandlers } from './search/handlers.ts';
import type { DaemonHandlers } from './server.ts';
import { sessionHandlers } from './sessions/methods.ts';
import { subagentHandlers } from './subagents/methods.ts';
import { traceHandlers } from './traces/methods.ts';

/** So many warnings of its beginning are shown; a record of a newer BooCode can have one for every line. */
const UNSAID_SHOWN = 5;

export interface MethodsOptions {
  /** Resolves once the state and what really runs agree; nothing but `status` is answered before. */
  ready: Promise<Context>;
  clients(): number;
  /** Begins to end the daemon; resolves when the agents are gone, if they were to go. */
  leave(agents: boolean): Promise<void>;
}

/** Answers to the methods of schema/daemon. */
export function daemonHandlers(options: MethodsOptions): DaemonHandlers {
  const { ready } = options;
  /** A handler for one agent, found by what the person called it. */
  const one =
    <P extends { agent: string }, R>(task: (ctx: Context, agent: Agent, params: P) => R | Promise<R>) =>
    async (params: P): Promise<R> => {
      const ctx = await ready;
      return task(ctx, agentNamed(ctx, params.agent), params);
    };
  return {
    ...lifeMethods(ready, one),
    ...askMethods(ready, one),
    ...searchHandlers(ready),
    ...changeHandlers(ready),
    ...applyHandlers(ready),
    ...traceHandlers(ready),
    ...approvalHandlers(ready),
    hook: async (report, { signal }) => ({ output: await (await ready).hooks.take(report, signal) }),
    'screen.attend': async (attention, client) => {
      const ctx = await ready;
      ctx.notices.attend(client, attention);
      if (attention.tells) sayUnsaid(ctx, client.say);
      return {};
    },
    ...sessionHandlers(ready, one),
    ...runHandlers(ready),
    ...subagentHandlers(ready),
    'forecast.get': async ({ target }) => {
      const { root, git, forecasts } = await ready;
      if (!git) throw noRepository(root);
      return { forecast: await forecasts.get(target) };
    },
    merge: async (ask, { signal }) => {
      const ctx = await ready;
      return { merge: await mergeAgent(ctx, agentNamed(ctx, ask.agent), ask, signal) };
    },
    'collisions.list': async () => ({ collisions: (await ready).collisions.list() }),
    ...pastMethods(ready),
    'agent.wait': async ({ agent, states, timeoutMs }, { signal }) => {
      const ctx = await ready;
      return waitFor(ctx.store, { id: agentNamed(ctx, agent).id, states, timeoutMs, signal });
    },
    subscribe: async (_params, client) => {
      const ctx = await ready;
      client.subscribe();
      sayUnrecorded(ctx, client.say);
      return { state: ctx.store.get() };
    },
    status: async () => statusOf(await ready, options.clients()),
    stop: async ({ agents }) => {
      await options.leave(agents);
      return {};
    },
  };
}

/** The first cockpit is told what was set aside when the daemon began: nobody listened then. */
function sayUnsaid({ root, unsaid }: Context, say: Context['publish']): void {
  const texts = unsaid.splice(0);
  const rest = texts.splice(UNSAID_SHOWN).length;
  if (rest > 0) texts.push(`${rest} more such warnings stand in ${projectPaths(root).log}`);
  for (const text of texts) say('message', { level: 'warning', text });
}

function statusOf(ctx: Context, clients: number) {
  const { store, hosts, root } = ctx;
  const live = store.all().filter(isLive);
  return {
    pid: process.pid,
    version: VERSION,
    uptime: Math.round(process.uptime() * 1000),
    agents: live.length,
    clients,
    hosts: hosts.links().map(({ id, pid }) => ({ pid, agents: live.filter(({ host }) => host === id).length })),
    unrecorded: unrecordedNames(ctx),
    log: projectPaths(root).log,
  };
}

export type One = <P extends { agent: string }, R>(
  task: (ctx: Context, agent: Agent, params: P) => R | Promise<R>,
) => (params: P) => Promise<R>;

const lifeMethods = (ready: Promise<Context>, one: One) => ({
  'agent.new': async (params: Parameters<typeof newAgent>[1]) => ({ agent: await newAgent(await ready, params) }),
  'agent.stop': one(async (ctx, { id }, { because }: { agent: string; because?: 'done' | 'undone' }) => ({
    agent: await stopAgent(ctx, id, because ?? 'user'),
  })),
  'agent.stopAll': async () => ({ agents: await stopAll(await ready, 'user') }),
  'agent.restart': one(async (ctx, { id }, params: Parameters<typeof restartAgent>[2] & { agent: string }) => ({
    agent: await restartAgent(ctx, id, params),
  })),
  'agent.risk': one((ctx, agent) => riskOf(ctx, agent)),
  'agent.archive': one((ctx, { id }) => retireAgent(ctx, id, 'archived')),
  'agent.rm': one((ctx, { id }) => retireAgent(ctx, id, 'removed')),
  'agent.restore': async ({ agent }: { agent: string }) => ({ agent: await restoreAgent(await ready, agent) }),
});

const askMethods = (ready: Promise<Context>, one: One) => ({
  'agent.list': async ({ all }: { all: boolean }) => ({
    agents: (await ready).store.all().filter((agent) => all || !agent.archived),
  }),
  'agent.get': one((_ctx, agent) => ({ agent })),
  'agent.explain': one(({ watches }, agent) => ({ agent, explained: watches.explain(agent.id) ?? null })),
  'agent.saved': async () => {
    const ctx = await ready;
    return { saved: ctx.git ? await listSaved(ctx.root) : [], removed: listRemoved(ctx) };
  },
  'agent.send': one((ctx, { id }, { text, ...how }: { agent: string; text: string } & Sending) =>
    sendPrompt(ctx, id, text, how),
  ),
  'agent.files': one(async (_ctx, agent, ask: { agent: string; query: string; limit: number }) => ({
    files: await filesFor(agent.cwd, ask),
  })),
  'agent.keys': one(async (ctx, agent, { keys }: { agent: string; keys: string[] }) => {
    await sendKeys(ctx, agent, keys);
    return {};
  }),
  'agent.seen': one(({ watches }, { id }) => {
    watches.seen(id);
    return {};
  }),
  'agent.size': one(({ store }, { id }, { size }: { agent: string; size: NonNullable<Agent['size']> }) => {
    store.record(id, { type: 'size', size });
    return {};
  }),
  'runtimes.list': async ({ env }: { env: Record<string, string> }) => ({ runtimes: await probeRuntimes(env) }),
  'git.refs': async () => {
    const { root, git } = await ready;
    if (!git) throw new BooError('failed', `${root} is no git repository`, 'git init makes it one.');
    return refs(root);
  },
  'config.get': async () => {
    const { config, problems, trusted } = (await ready).config.get();
    return { config, problems, trusted };
  },
});

/** What is asked of removed agents too. */
function pastMethods(ready: Promise<Context>) {
  const known =
    <P extends { agent: string }, R>(task: (ctx: Context, agent: Known, params: P) => R | Promise<R>) =>
    async (params: P): Promise<R> => {
      const ctx = await ready;
      return task(ctx, await findKnown(ctx, params.agent), params);
    };
  return {
    'agent.screen': known((ctx, agent, { ansi, epoch }: { agent: string; ansi: boolean; epoch?: number }) =>
      screenOf(ctx, agent, { ansi, epoch: epoch ?? agent.epoch }),
    ),
    'agent.output': known(async (ctx, agent, { count }: { agent: string; count: number }) => ({
      lines: await outputOf(ctx, agent, count),
    })),
    'agent.history': known((ctx, agent, request: HistoryRequest & { agent: string }) => historyOf(ctx, agent, request)),
    'agent.marks': known(async (ctx, agent, { epoch = null }: { agent: string; epoch?: number | null }) => ({
      marks: await marksOf(ctx, agent, epoch),
    })),
    'agent.lives': known(livesOf),
  };
}
