import { asksToLook } from '../../core/lifecycle.ts';
import { approvalJson, approvalText, inboxTable, lookJson } from '../approval-text.ts';
import type { Verb } from '../verb.ts';

export const inbox: Verb = {
  name: 'inbox',
  usage: '[ID]',
  summary: 'list everything that waits for you, over all agents, the oldest first',
  details:
    'With ID all of one request: the whole command, the diff it would make or its arguments. Characters that act on a terminal, are not seen or turn text around are written out. approve and deny answer it. Agents that wait without a request that could be answered so have no ID: boocode attach AGENT goes to their screens.',
  options: {},
  words: { min: 0, max: 1, completes: 'approvals' },
  examples: [
    { line: 'boocode inbox', does: 'what waits' },
    { line: 'boocode inbox k3f9', does: 'one request, whole' },
  ],
  async run(context) {
    const [id] = context.words;
    const daemon = await context.daemon();
    const now = Date.now();
    if (id !== undefined) {
      const one = await daemon.call('approvals.get', { id });
      context.print({ approvals: [approvalJson(one)] }, () => approvalText(one, now, context.paint));
      return 0;
    }
    const { approvals } = await daemon.call('approvals.list', {});
    const looks = (await daemon.call('agent.list', { all: false })).agents.filter(asksToLook);
    context.print({ approvals: approvals.map(approvalJson), looks: looks.map(lookJson) }, () =>
      approvals.length + looks.length > 0
        ? inboxTable(approvals, looks, { now, paint: context.paint })
        : 'Nothing waits for you.',
    );
    return 0;
  },
};
