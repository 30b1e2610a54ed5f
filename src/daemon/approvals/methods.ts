import type { approvalMethods } from '../../schema/approval.ts';
import type { Handlers } from '../../wire/peer.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { find, type Open, openOf } from './find.ts';
import { wholeOf } from './grants.ts';

const waiting = ({ agent, approval }: Open) => ({ agent: agent.id, name: agent.name, approval });

/** Answers to the methods of schema/approval. */
export const approvalHandlers = (ready: Promise<Context>): Handlers<typeof approvalMethods, Client> => ({
  'approvals.list': async () => ({ approvals: openOf((await ready).store).map(waiting) }),
  'approvals.get': async ({ id }) => {
    const { store, root } = await ready;
    const { agent, approval } = find(store, id);
    return waiting({ agent, approval: wholeOf(root, agent, approval) });
  },
  'approvals.answer': async ({ id, answer }) => (await ready).approvals.answer(id, answer),
});
