import { ruleText } from '../core/approvals/rules.ts';
import { whenTold } from '../core/approvals/told.ts';
import type { Answer } from '../schema/approval.ts';
import { seen } from './approval-text.ts';
import type { Context } from './context.ts';

const DONE = { once: 'Allowed once', session: 'Allowed for this session', always: 'Allowed for good', deny: 'Denied' };

/** Answers one request and says what was done. */
export async function answerRequest(context: Context, id: string, answer: Answer): Promise<number> {
  const daemon = await context.daemon();
  const { agents } = await daemon.call('agent.list', { all: false });
  const { agent, approval, rule } = await daemon.call('approvals.answer', { id, answer });
  const name = agents.find((one) => one.id === agent)?.name ?? agent;
  const what = approval.command ?? approval.title;
  const told = answer.reason === undefined ? null : whenTold(approval);
  const value = { id: approval.id, agent: name, tool: approval.tool, verdict: answer.verdict, rule };
  context.print({ ...value, reasonTold: told !== null && told !== 'never' }, () =>
    [
      `${DONE[answer.verdict]}: ${context.paint('bold', name)}  ${seen(approval.tool)}  ${seen(what)}`,
      told === 'never' && 'Its question takes no reason: it was not told why.',
      told === 'next' && 'Its question takes no reason: its next prompt tells it why.',
      rule && `From now on unasked: ${ruleText(rule)}.`,
      rule && answer.verdict === 'always' && 'boocode config forget takes it back.',
    ]
      .filter(Boolean)
      .join('\n'),
  );
  return 0;
}
