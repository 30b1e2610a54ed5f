import { exactTime } from '../../cockpit/views/numbers.ts';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { onInterrupt } from '../interrupt.ts';
import { painted, RunFeed, type RunLine } from './feed.ts';
import { findRun } from './find.ts';
import { openLink } from './link.ts';
import { eventsAfter, watchRun } from './watch.ts';

/** What happened in a run, a line each, oldest first. */
export async function log(context: Context, word = ''): Promise<number> {
  const follow = context.flag('follow');
  if (follow && context.json) {
    throw new BooError('usage', '--follow and --json exclude each other: one JSON value has an end', 'Leave one out.');
  }
  const client = await context.daemon();
  const { id } = await findRun(client, word);
  const feed = new RunFeed();
  const now = Date.now();
  const print = (line: RunLine) =>
    context.write(`${context.paint('dim', exactTime(line.at, now))}  ${painted(line, context.paint)}\n`);
  const link = await openLink(context);
  try {
    if (follow) return await followLog();
    const { events } = await eventsAfter(link, id, 0);
    const lines = events.flatMap((event) => feed.line(event) ?? []);
    if (!context.json) for (const line of lines) print(line);
    else context.print({ lines: lines.map(lineJson) }, () => '');
    return 0;
  } finally {
    link.close();
  }

  async function followLog(): Promise<number> {
    const stop = new AbortController();
    let interrupted = 0;
    const undo = onInterrupt((code) => {
      interrupted = code;
      stop.abort();
    });
    const take = (event: Parameters<RunFeed['line']>[0]) => {
      const line = feed.line(event);
      if (line) print(line);
    };
    await watchRun({ link, id, take, enough: async () => false, signal: stop.signal });
    undo();
    return interrupted;
  }
}

const lineJson = ({ at, kind, text, step }: RunLine) => ({
  at: new Date(at).toISOString(),
  kind,
  text: text.trim(),
  ...(step && { step: step.id, status: step.status }),
});
