import { agentJson } from '../../core/agent-json.ts';
import { agentTable } from '../agents.ts';
import type { Verb } from '../verb.ts';

export const ls: Verb = {
  name: 'ls',
  usage: '[--all]',
  summary: 'list the agents of this project',
  details:
    'With --json: {"agents": [...]}, each one as boocode show prints it. Archived agents are listed with --all only.',
  options: { all: { type: 'boolean', short: 'a', summary: 'archived ones too' } },
  words: { min: 0, max: 0 },
  examples: [
    { line: 'boocode ls', does: 'the agents and what they do' },
    { line: 'boocode ls --all --json', does: 'all of them for a script' },
  ],
  async run(context) {
    const daemon = await context.daemon();
    const { agents } = await daemon.call('agent.list', { all: context.flag('all') });
    context.print({ agents: agents.map(agentJson) }, () =>
      agents.length > 0
        ? agentTable(agents, Date.now(), context.paint)
        : 'No agents yet. boocode new --prompt "…" starts one; boocode opens the cockpit.',
    );
    return 0;
  },
};
