import { isLive } from '../../core/lifecycle.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { onInterrupt } from '../interrupt.ts';
import { whole } from '../numbers.ts';
import { chooseLife, lineOfLast, lineSince, type Past, type PastLine, pastLines } from '../past-lines.ts';
import { sinceOf } from '../since.ts';
import { standOf, streamOutput } from '../stream.ts';
import type { Verb } from '../verb.ts';

/** Lines printed when neither -n nor --since says anything. */
const DEFAULT_LINES = 1000;

export const output: Verb = {
  name: 'output',
  usage: 'AGENT [-f] [-n N] [--since T] [--ansi] [--life N]',
  summary: 'print what an agent has printed: its history, then its screen',
  details:
    'Plain text without control sequences; wrapped lines are whole. Works for ended, archived and removed agents as long as their history is kept. With -f it goes on until the agent ends, through restarts: a line is printed when it stands complete above the cursor, and once more when the program redraws it. What is on the screen has no time of its own: for --since it is of when something was last printed on it.',
  options: {
    follow: { type: 'boolean', short: 'f', summary: 'go on with what comes' },
    lines: { type: 'string', short: 'n', value: 'N', summary: `the last N lines (default ${DEFAULT_LINES})` },
    since: { type: 'string', value: 'T', summary: 'only what came after a time, or in the last 10m, 2h, 1d' },
    ansi: { type: 'boolean', summary: 'with its colours (SGR sequences and nothing else)' },
    life: { type: 'string', value: 'N', summary: 'another life than its last one; restarts are counted from 1' },
  },
  words: { min: 1, max: 1, completes: 'agents' },
  examples: [
    { line: 'boocode output api-tests -n 200', does: 'its last 200 lines' },
    { line: 'boocode output api-tests -f', does: 'and whatever comes' },
    { line: 'boocode output api-tests --since 10m --ansi', does: 'the last ten minutes, in colour' },
  ],
  async run(context) {
    const followed = context.flag('follow');
    for (const other of ['json', 'life']) {
      if (!followed || context.values[other] === undefined) continue;
      throw new BooError('usage', `--follow and --${other} exclude each other`, 'Leave one of them out.');
    }
    const wanted = wantedOf(context);
    const client = await context.daemon();
    const known = await client.call('agent.lives', { agent: context.words[0]! });
    const life = chooseLife(known, wanted.life);
    const endedAt = life.live ? null : life.endedAt;
    const { since } = wanted;
    const past: Past = { client, agent: known.id, epoch: life.epoch, styled: context.flag('ansi'), endedAt, since };
    if (followed && life.live) return followLines(context, past, wanted);
    const { lines, notice } = await read(past, wanted);
    if (notice) context.note(notice);
    const details = lines.map(({ line, at }) => ({ line, time: at === null ? null : new Date(at).toISOString() }));
    const value = { agent: known.name, lines: lines.map(({ text }) => text), details, notice };
    context.print(value, () => value.lines.join('\n'));
    return 0;
  },
};

interface Wanted {
  /** Milliseconds since the epoch. */
  since: number | undefined;
  /** How many of the last lines. */
  count: number;
  life: number | undefined;
}

/** What the options ask for; wrong ones are refused before anything is started. */
function wantedOf(context: Context): Wanted {
  const since = sinceOf(context.option('since'), Date.now());
  const count = whole('lines', context.option('lines'), 1_000_000);
  const life = whole('life', context.option('life'), 1_000_000);
  return { since, count: count ?? (since === undefined ? DEFAULT_LINES : Number.POSITIVE_INFINITY), life };
}

async function read(past: Past, { since, count }: Wanted): Promise<{ lines: PastLine[]; notice: string | null }> {
  const begins = Math.max(
    since === undefined ? 1 : await lineSince(past, since),
    Number.isFinite(count) ? await lineOfLast(past, count) : 1,
  );
  const pages = pastLines(past, begins);
  let lines: PastLine[] = [];
  let page = await pages.next();
  for (; !page.done; page = await pages.next()) lines = lines.concat(page.value);
  return { lines: Number.isFinite(count) ? lines.slice(-count) : lines, notice: page.value };
}

/** What there is, then what comes; the exit code. */
async function followLines(context: Context, past: Past, wanted: Wanted): Promise<number> {
  const { client } = past;
  const { agent } = await client.call('agent.get', { agent: past.agent });
  const stand = isLive(agent) ? await standOf(client, agent) : null;
  const { lines } = await read(past, wanted);
  const texts = lines.map(({ text }) => text);
  if (texts.length > 0) context.write(`${texts.join('\n')}\n`);
  const ahead = lines.flatMap(({ line, text }) => (line === null ? [text] : []));
  const from = stand ?? { line: lines.findLast(({ line }) => line !== null)?.line ?? 0, ahead };
  const stop = new AbortController();
  let code = 0;
  const undo = onInterrupt((signalled) => {
    code = signalled;
    stop.abort();
  });
  const write = (more: string[]) => context.write(`${more.join('\n')}\n`);
  await streamOutput({ client, agent, from, write, signal: stop.signal, styled: past.styled });
  undo();
  return code;
}
