import type { DaemonClient } from '../client/daemon.ts';
import { agentJson } from '../core/agent-json.ts';
import { isLive } from '../core/lifecycle.ts';
import type { Agent } from '../schema/agent.ts';
import { agentLine } from './agents.ts';
import type { Context } from './context.ts';
import { onInterrupt } from './interrupt.ts';
import { streamOutput } from './stream.ts';

/** Exit code of a run by how its agent ended. */
export const codeOf = ({ status }: Agent): number => ({ completed: 0, timed_out: 124 })[status.state as string] ?? 1;

/** Follows an agent in its own screen until it has ended. Gives the exit code. */
export async function runScreen(context: Context, client: DaemonClient, started: Agent): Promise<number> {
  const stop = new AbortController();
  let interrupted = 0;
  const undo = onInterrupt((code) => {
    interrupted = code;
    stop.abort();
  });
  const lines: string[] = [];
  const write = (more: string[]) => {
    if (context.json) for (const line of more) lines.push(line);
    else context.write(`${more.join('\n')}\n`);
  };
  const needsSomebody = ({ status }: Agent) => status.state === 'waiting' && status.waitingFor === 'approval';
  const until = context.flag('pause-on-approval') ? needsSomebody : undefined;
  let agent = await streamOutput({ client, agent: started, write, signal: stop.signal, ...(until ? { until } : {}) });
  if (interrupted && isLive(agent)) agent = (await client.call('agent.stop', { agent: agent.id })).agent;
  undo();
  const pending = !interrupted && isLive(agent) ? await pendingOf(client, agent) : null;
  context.print({ agent: agentJson(agent), lines, ...(pending ? { pending } : {}) }, () => '');
  context.note(agentLine(agent, (_, text) => text));
  if (interrupted) return interrupted;
  if (pending) {
    context.note(
      `It waits for an approval: ${pending.question}\n  ${pending.resume} answers it and goes on (or, without looking: boocode keys ${agent.name} y Enter); boocode stop ${agent.name} ends it.`,
    );
    return 10;
  }
  return codeOf(agent);
}

/** What it asks, as its screen shows it: the nearest question at or above the cursor, else the nearest words. */
async function pendingOf(client: DaemonClient, { name, id }: Agent): Promise<{ question: string; resume: string }> {
  const { lines, cursor } = await client.call('agent.screen', { agent: id, ansi: false });
  const above = lines.slice(0, cursor.y + 1);
  const question = above.findLast((line) => line.includes('?')) ?? above.findLast((line) => /\p{L}/u.test(line)) ?? '';
  return { question: question.trim(), resume: `boocode attach ${name}` };
}
