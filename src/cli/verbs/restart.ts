import { printAgent } from '../agents.ts';
import type { Verb } from '../verb.ts';

export const restart: Verb = {
  name: 'restart',
  usage: 'AGENT',
  summary: 'start an agent again in the same worktree',
  details: 'A running one is stopped first. It gets the environment of this command and the prompt it had at first.',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode restart auth-fix', does: 'a new life under the same name' }],
  async run(context) {
    const daemon = await context.daemon();
    printAgent(context, (await daemon.call('agent.restart', { agent: context.words[0]!, env: context.env })).agent);
    return 0;
  },
};
