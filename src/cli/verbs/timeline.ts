import { turnJson } from '../traces/json.ts';
import { timelineTable } from '../traces/tables.ts';
import type { Verb } from '../verb.ts';

export const timeline: Verb = {
  name: 'timeline',
  usage: 'AGENT',
  summary: "list an agent's turns: model, duration, tool calls, tokens, cache and reasoning share",
  details:
    'A turn is one prompt and all that the agent does until it waits again; turns are counted over all lives of an agent. CACHE is the share of the read tokens that came from the cache (● above 50 %, ◐ above 10 %, ○ less), REASONING the share of the written ones that were reasoning. Ended and removed agents have theirs as long as their record is kept.',
  options: {},
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [{ line: 'boocode timeline auth-fix', does: 'where its time and tokens went' }],
  async run(context) {
    const client = await context.daemon();
    const { turns } = await client.call('timeline.get', { agent: context.words[0]! });
    context.print({ turns: turns.map(turnJson) }, () =>
      turns.length > 0
        ? timelineTable(turns, Date.now(), context.paint)
        : `${context.words[0]} has reported no turn: agents in their own screen do so only where they have hooks.`,
    );
    return 0;
  },
};
