import type { DaemonClient } from '../client/daemon.ts';
import { agentJson } from '../core/agent-json.ts';
import { isLive } from '../core/lifecycle.ts';
import type { Agent } from '../schema/agent.ts';
import type { RecordLine } from '../schema/event.ts';
import { BooError } from '../util/errors.ts';
import { agentLine } from './agents.ts';
import { approvalJson, seen } from './approval-text.ts';
import type { Context } from './context.ts';
import { onInterrupt } from './interrupt.ts';
import { codeOf } from './run-screen.ts';
import type { SessionOut, SessionSum } from './session-feed.ts';
import { followSession, type Heard } from './session-run.ts';
import { openLink } from './workflow/link.ts';

/** Follows the conversation of an agent until its work is done, and ends it then. Gives the exit code. */
export async function runSession(
  context: Context,
  first: DaemonClient,
  heard: Heard,
  started: Agent,
  since: readonly RecordLine[] = [],
): Promise<number> {
  const client = await openLink(context, { first, on: heard.on, again: (next) => heard.again(next) });
  if (started.prompt === null && started.turn === undefined && started.queue === undefined) {
    await client.call('agent.stop', { agent: started.id });
    throw new BooError('usage', `${started.name} was given nothing to do`, 'Give it --prompt TEXT.');
  }
  const stop = new AbortController();
  let interrupted = 0;
  const undo = onInterrupt((code) => {
    interrupted = code;
    stop.abort();
  });
  const pause = context.flag('pause-on-approval');
  const out = outOf(context);
  const end = await followSession({ client, heard, agent: started, since, out, pause, signal: stop.signal });
  const agent = await finish(client, end, interrupted > 0);
  undo();
  const pending = end.waits && !interrupted ? pendingOf(agent) : null;
  const { said, turns } = end.sum;
  const { tokens, cost } = agent;
  const sum = { lines: said, result: said.at(-1) ?? null, turns, tokens, cost };
  context.print({ agent: agentJson(agent), ...sum, ...(pending ? { pending } : {}) }, () => '');
  context.note(agentLine(agent, (_, text) => text));
  if (interrupted) return interrupted;
  if (!pending) return codeOf(agent);
  context.note(pendingText(agent, pending));
  return 10;
}

const outOf = ({ json, write, note }: Context): SessionOut => ({
  said(text) {
    if (!json) write(text);
  },
  did: note,
});

/** Ends an agent whose work is done, or that was interrupted. */
async function finish(
  client: Pick<DaemonClient, 'call'>,
  { agent, sum, waits }: { agent: Agent; sum: SessionSum; waits: boolean },
  interrupted: boolean,
): Promise<Agent> {
  if (!isLive(agent) || (waits && !interrupted)) return agent;
  if (interrupted) return (await client.call('agent.stop', { agent: agent.id })).agent;
  const failed = sum.turns.at(-1)?.outcome === 'failed';
  return (await client.call('agent.stop', { agent: agent.id, because: failed ? 'undone' : 'done' })).agent;
}

interface Pending {
  question: string;
  resume: string;
  approvals: ReturnType<typeof approvalJson>[];
}

function pendingOf(agent: Agent): Pending {
  const approvals = agent.approvals ?? [];
  const { name, id } = agent;
  return {
    question: approvals[0] ? (approvals[0].command ?? approvals[0].title) : agent.status.evidence.detail,
    resume: `boocode run --resume ${name} --pause-on-approval`,
    approvals: approvals.map((approval) => approvalJson({ agent: id, name, approval })),
  };
}

function pendingText({ name }: Agent, { approvals, question, resume }: Pending): string {
  const rows = approvals.map(({ id, tool, command, title }) => `  ${id}  ${seen(tool)}  ${seen(command ?? title)}`);
  const [first] = approvals;
  const answer = first
    ? `boocode approve ${first.id}  (or deny, or boocode inbox ${first.id} to see all of it)`
    : `boocode attach ${name}`;
  return [
    `It waits for a person:${rows.length > 0 ? '' : ` ${seen(question)}`}`,
    ...rows,
    `  answer:  ${answer}`,
    `  go on:   ${resume}`,
    `  end it:  boocode stop ${name}`,
  ].join('\n');
}
