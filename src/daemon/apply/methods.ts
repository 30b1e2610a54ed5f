import type { Agent } from '../../schema/agent.ts';
import type { applyMethods } from '../../schema/change.ts';
import type { Handlers } from '../../wire/peer.ts';
import type { Context } from '../context.ts';
import { agentNamed } from '../named.ts';
import type { Client } from '../server.ts';
import { applyParts } from './apply.ts';
import { keepComment, sendComments } from './comments.ts';
import { listAll } from './operations.ts';
import { preview } from './preview.ts';
import { rejectParts } from './reject.ts';
import { undoOperation } from './undo.ts';

/** Answers to the methods of schema/change that carry decisions out. */
export function applyHandlers(ready: Promise<Context>): Handlers<typeof applyMethods, Client> {
  const at = async (query: string): Promise<{ ctx: Context; agent: Agent }> => {
    const ctx = await ready;
    return { ctx, agent: agentNamed(ctx, query) };
  };
  return {
    'changes.apply': async (params) => {
      const { ctx, agent } = await at(params.agent);
      return { operation: await applyParts(ctx, agent, params) };
    },
    'changes.reject': async (params) => {
      const { ctx, agent } = await at(params.agent);
      return rejectParts(ctx, agent, params);
    },
    'changes.undo': async ({ operation }) => ({ operation: await undoOperation(await ready, operation) }),
    'changes.preview': async ({ agent: query, edits }) => {
      const { ctx, agent } = await at(query);
      return preview(ctx, agent, edits);
    },
    'changes.operations': async () => ({ operations: await listAll(await ready) }),
    'changes.comment': async ({ agent: query, comment }) => {
      const { ctx, agent } = await at(query);
      return { comment: keepComment(ctx, agent, comment) };
    },
    'changes.send': async ({ agent: query, comments }) => {
      const { ctx, agent } = await at(query);
      return sendComments(ctx, agent, comments);
    },
  };
}
