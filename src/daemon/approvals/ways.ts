import type { Via } from '../../schema/approval.ts';
import type { Context } from '../context.ts';
import { sendByScreen } from './send.ts';
import { Approvals, type Send } from './service.ts';

/** How answers reach agents, by what their requests are bound to. */
const waysTo = (ctx: () => Context): Record<Via['type'], Send> => ({
  protocol: (agent, approval, answer) => ctx().sessions.answer(agent, approval, answer),
  hook: (agent, approval, answer) => ctx().hooks.answer(agent, approval, answer),
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
    onLeft: (id, event) => needs.watches.signal(id, { type: 'activity', event }),
  });
