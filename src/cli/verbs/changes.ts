import { changesJson, changesText } from '../changing.ts';
import type { Verb } from '../verb.ts';

export const changes: Verb = {
  name: 'changes',
  usage: '[AGENT]',
  summary: 'list the files that agents have changed, with what was decided about them',
  details:
    'Committed or not, staged or not, untracked files included; compared with where the agent’s branch began. Without AGENT: of all that are listed. A: created, M: edited, D: deleted, R: renamed.',
  options: {},
  words: { min: 0, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode changes', does: 'what all agents have changed' },
    { line: 'boocode changes auth-fix --json', does: 'files and hunks of one, for a script' },
  ],
  async run(context) {
    const daemon = await context.daemon();
    const { changes: all } = await daemon.call('changes.list', { agent: context.words[0] ?? null, fresh: true });
    context.print(changesJson(all), () => changesText(all, context.paint));
    return 0;
  },
};
