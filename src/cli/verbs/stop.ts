import { plural } from '../../cockpit/views/numbers.ts';
import { agentJson } from '../../core/agent-json.ts';
import { isLive } from '../../core/lifecycle.ts';
import { BooError } from '../../util/errors.ts';
import { agentLine, printAgent } from '../agents.ts';
import { confirm } from '../confirm.ts';
import type { Context } from '../context.ts';
import type { Verb } from '../verb.ts';

export const stop: Verb = {
  name: 'stop',
  usage: 'AGENT | --all [--yes]',
  summary: 'end an agent and everything it started',
  details:
    'Its worktree, its branch and its record stay; boocode restart starts it again. Processes get SIGTERM, and SIGKILL after a grace.',
  options: {
    all: { type: 'boolean', summary: 'all agents of the project' },
    yes: { type: 'boolean', short: 'y', summary: 'with --all: do not ask' },
  },
  words: { min: 0, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode stop auth-fix', does: 'ends one' },
    { line: 'boocode stop --all --yes', does: 'ends all, from a script' },
  ],
  async run(context) {
    const name = context.words[0];
    if (context.flag('all') === (name !== undefined)) {
      throw new BooError(
        'usage',
        'boocode stop needs either one AGENT or --all',
        'Usage: boocode stop AGENT | --all [--yes]',
      );
    }
    if (name === undefined) return stopAll(context);
    const daemon = await context.daemon();
    printAgent(context, (await daemon.call('agent.stop', { agent: name })).agent);
    return 0;
  },
};

async function stopAll(context: Context): Promise<number> {
  const daemon = await context.daemon();
  const live = (await daemon.call('agent.list', { all: true })).agents.filter(isLive);
  if (live.length > 0) {
    const names = live.map((agent) => agent.name).join(', ');
    await confirm(
      context,
      `${plural(live.length, 'agent')} will be stopped: ${names}. Worktrees and branches stay; boocode restart starts an agent again.`,
    );
  }
  const { agents } = await daemon.call('agent.stopAll', {});
  context.print({ agents: agents.map(agentJson) }, () =>
    agents.length > 0 ? agents.map((agent) => agentLine(agent, context.paint)).join('\n') : 'No agent runs.',
  );
  return 0;
}
