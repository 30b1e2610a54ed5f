import { sinceOf } from '../since.ts';
import { statsText } from '../traces/tables.ts';
import type { Verb } from '../verb.ts';

export const stats: Verb = {
  name: 'stats',
  usage: '[--since T]',
  summary: 'tokens, cost, turns and tool calls per agent, model and day, and how far budgets are used up',
  details:
    "Days are those of this machine's time zone. Agents that were removed count as long as their records are kept. A cost is only known where an agent reports it: a sum has what was reported, and says so. Budgets stand in the config (budgets): they warn at 80 and 100 %, and can pause agents.",
  options: {
    since: { type: 'string', value: 'T', summary: 'only what was used since then: 10m, 2h, 1d, or a time' },
  },
  words: { min: 0, max: 0 },
  examples: [{ line: 'boocode stats --since 7d', does: 'the last week' }],
  async run(context) {
    const since = sinceOf(context.option('since'), Date.now()) ?? null;
    const client = await context.daemon();
    const found = await client.call('stats.get', { since });
    context.print(found, () => statsText(found, context.paint));
    return 0;
  },
};
