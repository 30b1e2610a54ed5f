import type { workflowMethods } from '../../schema/workflow.ts';
import type { Handlers } from '../../wire/peer.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import type { Client } from '../server.ts';
import { Calls } from './call.ts';
import { findWorkflow, listWorkflows, trust } from './catalogue.ts';
import { getRun } from './get.ts';
import { specOfRun, startRun } from './start.ts';
import { waitForTurn } from './wait.ts';

/** What a method of schema/workflow is asked with, its defaults filled in. */
export type Params<M extends keyof typeof workflowMethods> = Parameters<Handlers<typeof workflowMethods>[M]>[0];

/** Answers to the methods of schema/workflow. */
export function runHandlers(ready: Promise<Context>) {
  const calls = ready.then((ctx) => new Calls(ctx));
  // Without a project there is nobody to answer, and who asks is told by `ready`.
  calls.catch(() => {});
  return {
    'workflow.list': async () => ({ workflows: (await listWorkflows(await ready)).map(({ workflow }) => workflow) }),
    'workflow.get': async ({ name }: Params<'workflow.get'>) => findWorkflow(await ready, name),
    'workflow.trust': async ({ name, hash }: Params<'workflow.trust'>) => {
      await trust(await ready, name, hash);
      return {};
    },
    'run.start': async (ask: Params<'run.start'>) => ({ agent: await startRun(await ready, ask) }),
    'run.get': async ({ agent }: Params<'run.get'>) => {
      const ctx = await ready;
      return getRun(ctx, agentNamed(ctx, agent));
    },
    'run.spec': async ({ agent }: Params<'run.spec'>) => {
      const ctx = await ready;
      return { spec: specOfRun(ctx, agentNamed(ctx, agent)) };
    },
    'run.call': async (ask: Params<'run.call'>) => (await calls).carryOut(ask),
    'turn.wait': async ({ agent, ...ask }: Params<'turn.wait'>, { signal }: Client) => {
      const ctx = await ready;
      return waitForTurn(ctx, agentNamed(ctx, agent), { ...ask, signal });
    },
  };
}
