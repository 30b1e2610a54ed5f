import { BooError } from '../../util/errors.ts';
import { printAgent } from '../agents.ts';
import type { Verb } from '../verb.ts';

export const interrupt: Verb = {
  name: 'interrupt',
  usage: 'AGENT',
  summary: 'end the turn that an agent is in; the agent goes on',
  details:
    'As Esc does in an agent’s own screen. Only for agents that are driven without one (doctor lists them); the others take boocode keys AGENT Escape. Exit code 1 when the turn has not ended after 5 s.',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode interrupt auth-fix', does: 'ends its turn' }],
  async run(context) {
    const daemon = await context.daemon();
    const { agent } = await daemon.call('agent.interrupt', { agent: context.words[0]! });
    if (agent.turn?.startedAt != null) {
      const hint = `boocode stop ${agent.name} ends the agent.`;
      throw new BooError('failed', `${agent.name} was told, and its turn has not ended`, hint);
    }
    printAgent(context, agent);
    return 0;
  },
};
