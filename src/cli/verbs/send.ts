import { seconds } from '../numbers.ts';
import { readText } from '../stdin.ts';
import type { Verb } from '../verb.ts';

export const send: Verb = {
  name: 'send',
  usage: 'AGENT TEXT|- [--wait] [--timeout S]',
  summary: 'give an agent a prompt, and say whether it took it',
  details:
    'The receipt is `submitted` when the agent was seen to react, `accepted` when its terminal took the text but nothing else was seen, else `not delivered` (exit code 1). ' +
    'With --wait it then waits until the agent is done with it: idle, waiting for a person, or ended. A text that begins with a dash goes after --.',
  options: {
    wait: { type: 'boolean', short: 'w', summary: 'also wait until the agent has done its work' },
    timeout: { type: 'string', value: 'S', summary: 'give up waiting after so many seconds (exit code 124)' },
  },
  words: { min: 2, max: 2, completes: 'agents', rest: [] },
  examples: [
    { line: 'boocode send auth-fix "Now run the tests"', does: 'sends one prompt' },
    { line: 'git diff | boocode send auth-fix -', does: 'sends what another command prints' },
  ],
  async run(context) {
    const [agent, word] = context.words as [string, string];
    const timeoutMs = seconds('timeout', context.option('timeout'));
    const text = word === '-' ? await readText(context.io) : word;
    const daemon = await context.daemon();
    const sent = await daemon.call('agent.send', { agent, text, env: context.env });
    if (sent.receipt === 'not delivered' || !context.flag('wait')) {
      context.print(sent, () => `${sent.receipt}: ${sent.evidence.detail}`);
      return sent.receipt === 'not delivered' ? 1 : 0;
    }
    const states = ['idle', 'waiting', 'completed', 'failed', 'cancelled', 'timed_out'] as const;
    const waited = await daemon.call('agent.wait', { agent, states: [...states], timeoutMs: timeoutMs ?? null });
    const { state, evidence } = waited.agent.status;
    context.print({ ...sent, state, timedOut: waited.timedOut }, () => `${sent.receipt}; ${state}: ${evidence.detail}`);
    return waited.timedOut ? 124 : 0;
  },
};
