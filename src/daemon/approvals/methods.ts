import { whenTold } from '../../core/approvals/told.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Approval, approvalMethods } from '../../schema/approval.ts';
import { messageOf } from '../../util/errors.ts';
import type { Handlers } from '../../wire/peer.ts';
import type { Context } from '../context.ts';
import type { Client } from '../server.ts';
import { promptSession } from '../sessions/asks.ts';
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
  'approvals.answer': async ({ id, answer }) => {
    const ctx = await ready;
    const answered = await ctx.approvals.answer(id, answer);
    if (answer.verdict === 'deny' && answer.reason && whenTold(answered.approval) === 'next')
      tellWhy(ctx, answered, answer.reason);
    return answered;
  },
});

/** A person's reason as the next prompt. What a rule denies is left at that: who tries it turn after turn would never come to an end. */
function tellWhy(ctx: Context, { agent: id, approval }: { agent: string; approval: Approval }, reason: string): void {
  const agent = ctx.store.get().agents[id];
  if (!agent || !isLive(agent)) return;
  const text = `I denied ${approval.tool} "${approval.title}": ${reason}`;
  promptSession(ctx, agent, { text, images: [] }).catch((error) =>
    ctx.log.warn(`${agent.name}: it was not told why ${approval.title} was denied: ${messageOf(error)}`),
  );
}
