import type { Verb } from '../verb.ts';

export const keys: Verb = {
  name: 'keys',
  usage: 'AGENT KEY…',
  summary: "press keys in an agent's terminal, by tmux's names",
  details:
    "Names are those of tmux send-keys: Enter, Escape, Tab, Up, C-c, M-x, F5 … What is no name is typed as it is. They are encoded as the agent's terminal modes ask. Keys that begin with a dash go after --.",
  options: {},
  words: { min: 2, max: Number.POSITIVE_INFINITY, completes: 'agents', rest: [] },
  examples: [
    { line: 'boocode keys auth-fix y Enter', does: 'answers a question' },
    { line: 'boocode keys auth-fix C-c', does: 'interrupts it' },
  ],
  async run(context) {
    const [agent, ...names] = context.words as [string, ...string[]];
    const daemon = await context.daemon();
    await daemon.call('agent.keys', { agent, keys: names });
    context.print({ agent, keys: names }, () => '');
    return 0;
  },
};
