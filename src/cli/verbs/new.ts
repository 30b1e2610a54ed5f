import { agentJson } from '../../core/agent-json.ts';
import { agentLine } from '../agents.ts';
import { openAgent } from '../cockpit.ts';
import { NEW_USAGE, newAgent, newOptions, sayNoWorktree } from '../new-agent.ts';
import { warnOfConfig } from '../problems.ts';
import type { Verb } from '../verb.ts';

export const newVerb: Verb = {
  name: 'new',
  usage: `${NEW_USAGE} [--headless] [--attach] [-- COMMAND …]`,
  summary: 'start an agent in a worktree and branch of its own, and print it',
  details:
    'NAME is its task: its name, its branch boo/NAME, and its folder. Without --runtime, --profile and a command it is the first profile of the config, else your shell. ' +
    'It gets the environment of this command, without the variables that would make it think it runs inside another agent.',
  options: {
    ...newOptions,
    headless: { type: 'boolean', summary: 'without a screen of its own, as a conversation, where its runtime can' },
    attach: { type: 'boolean', short: 'a', summary: 'show it full screen at once' },
  },
  words: { min: 0, max: 1 },
  takesCommand: true,
  examples: [
    {
      line: 'boocode new auth-fix --runtime claude --prompt "Fix the login test"',
      does: 'starts Claude Code on a task',
    },
    { line: 'boocode new build --no-worktree -- npm run watch', does: 'runs any command in the checkout itself' },
  ],
  async run(context) {
    const ask = await newAgent(context);
    const daemon = await context.daemon();
    await warnOfConfig(context, daemon);
    const headless = context.flag('headless') && { headless: true };
    const { agent } = await daemon.call('agent.new', { ...ask, ...headless });
    await sayNoWorktree(context, daemon);
    if (context.flag('attach')) return openAgent(context, agent.name);
    context.print(agentJson(agent), () => agentLine(agent, context.paint));
    return 0;
  },
};
