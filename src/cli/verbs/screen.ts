import type { Verb } from '../verb.ts';

export const screen: Verb = {
  name: 'screen',
  usage: 'AGENT [--ansi]',
  summary: 'print what an agent shows now',
  details: 'Plain text, or with --ansi with its colours and attributes and no other control sequence.',
  options: { ansi: { type: 'boolean', summary: 'with colours and attributes' } },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode screen auth-fix', does: 'its screen as text' }],
  async run(context) {
    const daemon = await context.daemon();
    const ansi = context.flag('ansi');
    const { at: _, ...shown } = await daemon.call('agent.screen', { agent: context.words[0]!, ansi });
    const lines = (ansi && shown.ansi) || shown.lines;
    const end = shown.lines.findLastIndex((line) => line.trim() !== '') + 1;
    context.print({ agent: context.words[0], ...shown }, () => lines.slice(0, end).join('\n'));
    return 0;
  },
};
