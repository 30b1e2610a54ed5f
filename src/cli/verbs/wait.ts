import { agentJson } from '../../core/agent-json.ts';
import { StatusState, TERMINAL_STATES } from '../../schema/status.ts';
import { agentLine } from '../agents.ts';
import { seconds } from '../numbers.ts';
import { parseStates } from '../states.ts';
import type { Verb } from '../verb.ts';
import { openLink } from '../workflow/link.ts';

export const wait: Verb = {
  name: 'wait',
  usage: 'AGENT [--for STATE,…] [--timeout S]',
  summary: 'wait until an agent is in one of the states',
  details: `Without --for it waits for its end. States: ${StatusState.options.join(', ')}. An agent that ends in a state which was not asked for ends the waiting with exit code 1; --timeout with 124.`,
  options: {
    for: { type: 'string', value: 'STATE,…', summary: 'the states, with commas', completes: StatusState.options },
    timeout: { type: 'string', value: 'S', summary: 'give up after so many seconds' },
  },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode wait auth-fix --for idle,waiting --timeout 600', does: 'waits until it needs somebody' }],
  async run(context) {
    const wanted = context.option('for') === undefined ? [...TERMINAL_STATES] : parseStates(context.option('for')!);
    const timeoutMs = seconds('timeout', context.option('timeout')) ?? null;
    const daemon = await openLink(context);
    const states = [...new Set([...wanted, ...TERMINAL_STATES])];
    const { agent, timedOut } = await daemon.call('agent.wait', { agent: context.words[0]!, states, timeoutMs });
    daemon.close();
    context.print(agentJson(agent), () => agentLine(agent, context.paint));
    if (timedOut) context.note(`It was not ${wanted.join(' or ')} within ${context.option('timeout')} s.`);
    return timedOut ? 124 : wanted.includes(agent.status.state) ? 0 : 1;
  },
};
