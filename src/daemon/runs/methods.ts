import type { workflowMethods } from '../../schema/workflow.ts';
import type { Handlers } from '../../wire/peer.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import type { Client } from '../server.ts';
import { RunCache, treeToStartFrom } from './cache.ts';
import { Calls, checkCarries } from './call.ts';
import { findWorkflow, listWorkflows, trust } from './catalogue.ts';
import { combineRun } from './combine.ts';
import { followRun } from './follow.ts';
import { getRun } from './get.ts';
import { specOfRun, startRun } from './start.ts';
import { waitForTurn } from './wait.ts';

/** What a method of schema/workflow is asked with, its defaults filled in. */
export type Params<M extends keyof typeof workflowMethods> = Parameters<Handlers<typeof workflowMethods>[M]>[0];

/** Answers to the methods of schema/workflow. */
export function runHandlers(ready: Promise<Context>) {
  const made = ready.then((ctx) => ({ ctx, calls: new Calls(ctx), cache: new RunCache(ctx) }));
  // Without a project there is nobody to answer, and who asks is told by `ready`.
  made.catch(() => {});
  return {
    'workflow.list': async () => ({ workflows: (await listWorkflows(await ready)).map(({ workflow }) => workflow) }),
    'workflow.get': async ({ name }: Params<'workflow.get'>) => findWorkflow(await ready, name),
    'workflow.trust': async ({ name, hash }: Params<'workflow.trust'>) => {
      await trust(await ready, name, hash);
      return {};
    },
    'run.start': async (ask: Params<'run.start'>) => {
      const ctx = await ready;
      // Said now, and not by each of its calls; who only runs commands would run what agents are asked.
      if (ask.runtime !== undefined || ask.profile !== undefined) checkCarries(ctx, ask, ['command-exec']);
      return { agent: await startRun(ctx, ask) };
    },
    'run.get': async ({ agent }: Params<'run.get'>) => {
      const ctx = await ready;
      return getRun(ctx, agentNamed(ctx, agent));
    },
    'run.follow': async ({ run }: Params<'run.follow'>, client: Client) => followRun(await ready, run, client),
    'run.spec': async ({ agent }: Params<'run.spec'>) => {
      const ctx = await ready;
      return { spec: specOfRun(ctx, agentNamed(ctx, agent)) };
    },
    'run.call': async (ask: Params<'run.call'>) => (await made).calls.carryOut(ask),
    'turn.wait': async ({ agent, ...ask }: Params<'turn.wait'>, { signal }: Client) => {
      const ctx = await ready;
      return waitForTurn(ctx, agentNamed(ctx, agent), { ...ask, signal });
    },
    'run.combine': async ({ agent, ...ask }: Params<'run.combine'>) => {
      const { ctx, cache } = await made;
      return combineRun(ctx, cache, agentNamed(ctx, agent), ask);
    },
    'cache.tree': async (ask: Params<'cache.tree'>) => ({ tree: await treeToStartFrom(await ready, ask) }),
    'cache.get': async ({ key }: Params<'cache.get'>) => ({ entry: (await made).cache.get(key) }),
    'cache.put': async ({ key, entry }: Params<'cache.put'>) => {
      await (await made).cache.put(key, entry);
      return {};
    },
    'cache.clear': async ({ run }: Params<'cache.clear'>) => ({ cleared: await (await made).cache.clear(run) }),
  };
}
