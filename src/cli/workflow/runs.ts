import type { DaemonClient } from '../../client/daemon.ts';
import { since } from '../../cockpit/views/numbers.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import type { Context } from '../context.ts';
import { type Cell, table } from '../print.ts';
import { allRuns, findRun } from './find.ts';
import { followRun } from './follow.ts';
import { runJson, runRow, statusOf, waitsForPerson } from './json.ts';
import { countsText, fitLast, runText, statusCell, usedText } from './text.ts';

/** Columns of a row where the output is no terminal: what a step gave is whole with --json. */
const WIDE = 160;
const widthOf = ({ io }: Context) => io.stdout.columns ?? WIDE;

/** Prints a run as it is now; `text`: what a person reads instead of all of it. */
export async function printRun(
  context: Context,
  client: DaemonClient,
  { id }: Agent,
  text?: () => string,
): Promise<number> {
  const sight = await client.call('run.get', { agent: id });
  context.print(runJson(sight), text ?? (() => runText(sight, Date.now(), widthOf(context), context.paint)));
  return 0;
}

/** All runs, or one with its steps. */
export async function status(context: Context, word: string | undefined): Promise<number> {
  const client = await context.daemon();
  if (word !== undefined) {
    const run = await findRun(client, word);
    return context.flag('wait') ? followRun(context, run) : printRun(context, client, run);
  }
  const runs = await allRuns(client);
  const { agents } = await client.call('agent.list', { all: true });
  const all = runs.map((agent) => ({ agent, children: agents.filter(({ parentId }) => parentId === agent.id) }));
  context.print({ runs: all.map(({ agent, children }) => runRow(agent, children)) }, () => {
    if (all.length === 0) return 'There are no runs. boocode workflow ls lists what can be started.';
    const head = ['RUN', 'STATUS', 'SINCE', 'WORKFLOW', 'USED', 'STEPS'].map((text): Cell => ({ text, style: 'dim' }));
    return table(fitLast([head, ...all.map(rowOf)], widthOf(context)), context.paint);
  });
  return 0;
}

function rowOf({ agent, children }: { agent: Agent; children: Agent[] }): Cell[] {
  const state = statusOf({ agent, outcome: agent.run?.outcome ?? null, waits: waitsForPerson([agent, ...children]) });
  return [
    { text: agent.name, style: 'bold' },
    statusCell(state),
    since(Date.now() - agent.status.since),
    agent.run?.workflow ?? '',
    { text: usedText(children), style: 'dim' },
    agent.run ? countsText(agent.run) : '',
  ];
}

/** Stops a run and the agents that work for it. What they did so far stays; resume goes on with it. */
export async function cancel(context: Context, word = ''): Promise<number> {
  const client = await context.daemon();
  const run = await findRun(client, word);
  if (!isLive(run)) return printRun(context, client, run, () => `${run.name} has ended already.`);
  const { agent } = await client.call('agent.stop', { agent: run.id });
  return printRun(
    context,
    client,
    agent,
    () => `${agent.name} is cancelled. What is done stays: boocode workflow resume ${agent.name} goes on with it.`,
  );
}

/** Goes on with a run that has ended: finished calls are not done again. */
export async function resume(context: Context, word = ''): Promise<number> {
  const client = await context.daemon();
  const run = await findRun(client, word);
  const { agent, notes } = await client.call('agent.resume', { agent: run.id, env: context.env });
  for (const note of notes) context.note(note);
  if (context.flag('wait')) return followRun(context, agent);
  return printRun(context, client, agent, () => `${agent.name} goes on: boocode workflow status ${agent.name} --wait`);
}
