import { answerRequest } from '../answering.ts';
import type { Verb } from '../verb.ts';

export const deny: Verb = {
  name: 'deny',
  usage: 'ID [--reason T]',
  summary: 'refuse what an agent asks for, and tell it why',
  details:
    'ID is that of boocode inbox, or a unique beginning of it. The reason reaches the agent with the answer, or by its next prompt where its question takes none; that it cannot is said.',
  options: { reason: { type: 'string', short: 'r', value: 'T', summary: 'what the agent is told' } },
  words: { min: 1, max: 1, completes: 'approvals' },
  examples: [{ line: 'boocode deny k3f9 --reason "Use the staging database"', does: 'refuses one request' }],
  run(context) {
    const [id] = context.words as [string];
    const reason = context.option('reason');
    return answerRequest(context, id, { verdict: 'deny', ...(reason !== undefined && { reason }) });
  },
};
