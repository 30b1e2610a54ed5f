import type { Agent } from '../../schema/agent.ts';
import type { changeMethods } from '../../schema/change.ts';
import type { Handlers } from '../../wire/peer.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import type { Client } from '../server.ts';
import { patchFor } from './patch.ts';
import { decide, diffOf, listChanges, markReviewed } from './review.ts';

/** Answers to the methods of schema/change that look and decide. */
export function changeHandlers(ready: Promise<Context>): Handlers<typeof changeMethods, Client> {
  const at = async (query: string): Promise<{ ctx: Context; agent: Agent }> => {
    const ctx = await ready;
    return { ctx, agent: agentNamed(ctx, query) };
  };
  return {
    'changes.list': async ({ agent, fresh }) => {
      if (agent === null) {
        const ctx = await ready;
        return listChanges(
          ctx,
          ctx.store.all().filter(({ archived }) => !archived),
          fresh,
        );
      }
      const one = await at(agent);
      return listChanges(one.ctx, [one.agent], fresh);
    },
    'changes.diff': async (params) => {
      const { ctx, agent } = await at(params.agent);
      return diffOf(ctx, agent, params);
    },
    'changes.patch': async (params) => {
      const { ctx, agent } = await at(params.agent);
      return patchFor(ctx, agent, params);
    },
    'changes.decide': async (params) => {
      const { ctx, agent } = await at(params.agent);
      return decide(ctx, agent, params);
    },
    'changes.reviewed': async ({ agent: query, file, reviewed }) => {
      const { ctx, agent } = await at(query);
      return markReviewed(ctx, agent, file, reviewed);
    },
  };
}
