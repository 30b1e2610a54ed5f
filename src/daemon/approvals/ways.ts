import type { Via } from '../../schema/approval.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { sendByScreen } from './send.ts';
import { Approvals, type Send } from './service.ts';

const unreachable: Send = async (agent) => {
  throw new BooError('failed', `${agent.name} cannot be told the answer`, `boocode attach ${agent.name} opens it.`);
};

/** How answers reach agents, by what their requests are bound to. */
const waysTo = (ctx: () => Context): Record<Via['type'], Send> => ({
  protocol: (agent, approval, answer) => ctx().sessions.answer(agent, approval, answer),
  hook: unreachable,
  screen: sendByScreen(() => ctx().hosts),
});

export const createApprovals = (
  needs: Pick<Context, 'root' | 'store' | 'config' | 'log' | 'watches'>,
  ctx: () => Context,
): Approvals =>
  new Approvals({
    ...needs,
    hosts: () => ctx().hosts,
    screenOf: (id) => needs.watches.screenOf(id),
    send: waysTo(ctx),
    onLeft: (id, event) => needs.watches.activity(id, event),
  });
