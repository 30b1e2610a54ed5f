import { isLive } from '../../core/lifecycle.ts';
import { confirm } from '../confirm.ts';
import { ignoredWords, printRemoval, riskWords } from '../removal.ts';
import { shellLine } from '../self.ts';
import type { Verb } from '../verb.ts';

export const rm: Verb = {
  name: 'rm',
  usage: 'AGENT [--yes]',
  summary: 'remove an agent and its worktree, saving what would be lost',
  details:
    'A running one is stopped first. Uncommitted, unpushed and unmerged work is saved below refs/boocode/saved, and boocode restore brings it back. Its branch is removed only when nothing on it would be lost.',
  options: { yes: { type: 'boolean', short: 'y', summary: 'do not ask' } },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode rm auth-fix --yes', does: 'removes it without a question' }],
  async run(context) {
    const daemon = await context.daemon();
    const query = context.words[0]!;
    const { agent: found } = await daemon.call('agent.get', { agent: query });
    if (!context.flag('yes')) {
      const work = await daemon.call('agent.risk', { agent: query });
      const risk = riskWords(work);
      const saved = risk
        ? ` Not yet safe elsewhere: ${risk}. It is saved first; ${shellLine(['boocode', 'restore', found.name])} brings it back.`
        : '';
      const ends = isLive(found)
        ? `${found.name} is ${found.status.state} and will be stopped and removed`
        : `${found.name} will be removed`;
      await confirm(
        context,
        `${ends}${found.worktree ? ` with its worktree ${found.worktree}` : ''}.${saved}${ignoredWords(work)}`,
      );
    }
    printRemoval(context, 'removed', await daemon.call('agent.rm', { agent: query }));
    return 0;
  },
};
