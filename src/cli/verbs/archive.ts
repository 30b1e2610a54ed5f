import { printRemoval } from '../removal.ts';
import type { Verb } from '../verb.ts';

export const archive: Verb = {
  name: 'archive',
  usage: 'AGENT',
  summary: 'put an agent aside: save its work and remove its worktree',
  details:
    'It is stopped first. Its branch and its record stay, and boocode ls --all still lists it. Uncommitted work is saved below refs/boocode/saved; boocode restore brings all of it back.',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode archive auth-fix', does: 'frees its folder, loses nothing' }],
  async run(context) {
    const daemon = await context.daemon();
    printRemoval(context, 'archived', await daemon.call('agent.archive', { agent: context.words[0]! }));
    return 0;
  },
};
