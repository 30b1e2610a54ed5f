import { since } from '../../cockpit/views/numbers.ts';
import { agentJson } from '../../core/agent-json.ts';
import { BooError } from '../../util/errors.ts';
import { agentLine } from '../agents.ts';
import type { Context } from '../context.ts';
import { type Cell, table } from '../print.ts';
import type { Verb } from '../verb.ts';

export const restore: Verb = {
  name: 'restore',
  usage: 'AGENT | --list',
  summary: 'bring an archived or removed agent and its work back',
  details:
    'AGENT is its name, its id, or a ref below refs/boocode/saved. Its worktree and branch come back as they were, with uncommitted work uncommitted again. It does not run: boocode restart starts it.',
  options: { list: { type: 'boolean', short: 'l', summary: 'list the work that has been saved' } },
  words: { min: 0, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode restore auth-fix', does: 'brings it back' },
    { line: 'boocode restore --list', does: 'what could be brought back' },
  ],
  async run(context) {
    const [name] = context.words;
    if (context.flag('list') === (name !== undefined)) {
      throw new BooError(
        'usage',
        'boocode restore needs either one AGENT or --list',
        'Usage: boocode restore AGENT | --list',
      );
    }
    if (name === undefined) return list(context);
    const { agent } = await (await context.daemon()).call('agent.restore', { agent: name });
    context.print(
      agentJson(agent),
      () => `${agentLine(agent, context.paint)}\nIts work is in ${agent.worktree ?? agent.cwd}`,
    );
    return 0;
  },
};

async function list(context: Context): Promise<number> {
  const { saved } = await (await context.daemon()).call('agent.saved', {});
  const value = saved.map((one) => ({ ...one, savedAt: new Date(one.savedAt).toISOString() }));
  const now = Date.now();
  context.print({ saved: value }, () =>
    saved.length > 0
      ? table(
          saved.map((one): Cell[] => [
            { text: one.name, style: 'bold' },
            `${since(now - one.savedAt)} ago`,
            one.commit.slice(0, 12),
            { text: one.ref, style: 'dim' },
          ]),
          context.paint,
        )
      : 'No work has been saved.',
  );
  return 0;
}
