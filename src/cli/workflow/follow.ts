import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Context } from '../context.ts';
import { onInterrupt } from '../interrupt.ts';
import { painter, wantsColour } from '../print.ts';
import { painted, RunFeed } from './feed.ts';
import { type RunSight, type RunStatus, runJson } from './json.ts';
import { type Link, openLink } from './link.ts';
import { countsText, endText, resultText, statusCell, usedText, waitingText } from './text.ts';
import { watchRun } from './watch.ts';

/** A request that a rule answers is open for a moment: so long (ms) one must be open before it counts as waiting for a person. */
const RULE_MS = 400;

/** Follows a run until it has ended or waits for a person; what happens goes to standard error, its report to standard output. Gives the exit code. */
export async function followRun(context: Context, { id }: Agent): Promise<number> {
  const link = await openLink(context);
  const stop = new AbortController();
  let interrupted = 0;
  const undo = onInterrupt((code) => {
    interrupted = code;
    stop.abort();
  });
  const { stderr, env } = context.io;
  const paint = painter(wantsColour(stderr.isTTY, env));
  const feed = new RunFeed();
  try {
    await watchRun({
      link,
      id,
      take(event) {
        const line = feed.line(event);
        if (line) context.note(painted(line, paint));
      },
      enough: waitsLong(link, id),
      signal: stop.signal,
    });
    const sight = await link.call('run.get', { agent: id });
    return finish(context, sight, interrupted);
  } finally {
    undo();
    link.close();
  }
}

/** Says whether something in a run has waited for a person for longer than a rule takes. */
function waitsLong(link: Link, run: string): () => Promise<boolean> {
  const parents = new Map<string, string | null>();
  const isInside = async (id: string): Promise<boolean> => {
    for (let one: string | null = id; one !== null; one = parents.get(one)!) {
      if (one === run) return true;
      if (!parents.has(one)) parents.set(one, (await link.call('agent.get', { agent: one })).agent.parentId);
    }
    return false;
  };
  let openSince: number | null = null;
  return async () => {
    const { approvals } = await link.call('approvals.list', {});
    let open = false;
    for (const { agent } of approvals) open ||= await isInside(agent);
    openSince = open ? (openSince ?? Date.now()) : null;
    return openSince !== null && Date.now() - openSince >= RULE_MS;
  };
}

const EXIT: Readonly<Record<RunStatus, number>> = {
  completed: 0,
  failed: 1,
  cancelled: 1,
  timed_out: 124,
  waiting: 10,
  // It is followed until it has ended, waits, or somebody interrupts that.
  running: 10,
};

function finish(context: Context, sight: RunSight, interrupted: number): number {
  const { run, agent, children } = sight;
  const value = runJson(sight);
  context.print(value, () => (run.result === null || isLive(agent) ? '' : resultText(run.result)));
  const { text } = statusCell(value.status);
  const counts = agent.run ? countsText(agent.run) : '';
  context.note([agent.name, text, counts, usedText(children)].filter(Boolean).join('  '));
  if (!isLive(agent)) {
    // How it ended was told while it was followed, unless its process could not say it.
    if (run.outcome === null) for (const line of endText(sight, (_, one) => one).filter(Boolean)) context.note(line);
    return EXIT[value.status];
  }
  for (const line of waitingText([agent, ...children])) context.note(line);
  context.note(`  go on:   boocode workflow status ${agent.name} --wait`);
  context.note(`  end it:  boocode workflow cancel ${agent.name}`);
  return interrupted || EXIT[value.status];
}
