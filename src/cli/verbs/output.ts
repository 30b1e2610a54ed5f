import { isLive } from '../../core/lifecycle.ts';
import { BooError } from '../../util/errors.ts';
import { onInterrupt } from '../interrupt.ts';
import { whole } from '../numbers.ts';
import { standOf, streamOutput } from '../stream.ts';
import type { Verb } from '../verb.ts';

/** Lines printed when -n says nothing. */
const DEFAULT_LINES = 1000;

export const output: Verb = {
  name: 'output',
  usage: 'AGENT [-f] [-n N]',
  summary: 'print what an agent has printed: its history, then its screen',
  details:
    'Plain text without control sequences. With -f it goes on until the agent ends: a line is printed when it stands complete above the cursor, and once more when the program redraws it.',
  options: {
    follow: { type: 'boolean', short: 'f', summary: 'go on with what comes' },
    lines: { type: 'string', short: 'n', value: 'N', summary: `the last N lines (default ${DEFAULT_LINES})` },
  },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode output api-tests -n 200', does: 'its last 200 lines' },
    { line: 'boocode output api-tests -f', does: 'and whatever comes' },
  ],
  async run(context) {
    const name = context.words[0]!;
    const followed = context.flag('follow');
    if (followed && context.json) {
      throw new BooError(
        'usage',
        '--follow and --json exclude each other: one JSON value has an end',
        'Leave one of them out.',
      );
    }
    const lineCount = whole('lines', context.option('lines'), 1_000_000) ?? DEFAULT_LINES;
    const client = await context.daemon();
    const { agent } = await client.call('agent.get', { agent: name });
    const stand = followed && isLive(agent) ? await standOf(client, agent) : undefined;
    const { lines } = await client.call('agent.output', { agent: agent.id, count: lineCount });
    context.print({ agent: agent.name, lines }, () => lines.join('\n'));
    if (stand === undefined) return 0;
    const from = stand ?? { line: lines.length, ahead: [], tail: lines.slice(-20) };
    const stop = new AbortController();
    let code = 0;
    const undo = onInterrupt((signalled) => {
      code = signalled;
      stop.abort();
    });
    const write = (more: string[]) => void context.io.stdout.write(`${more.join('\n')}\n`);
    await streamOutput({ client, agent, from, write, signal: stop.signal });
    undo();
    return code;
  },
};
