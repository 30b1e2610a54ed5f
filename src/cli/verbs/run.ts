import type { DaemonClient } from '../../client/daemon.ts';
import { agentJson } from '../../core/agent-json.ts';
import { isLive } from '../../core/lifecycle.ts';
import type { Agent } from '../../schema/agent.ts';
import { BooError } from '../../util/errors.ts';
import { agentLine } from '../agents.ts';
import type { Context } from '../context.ts';
import { onInterrupt } from '../interrupt.ts';
import { NEW_USAGE, newAgent, newOptions } from '../new-agent.ts';
import { seconds } from '../numbers.ts';
import { warnOfConfig } from '../problems.ts';
import { streamOutput } from '../stream.ts';
import type { Verb } from '../verb.ts';

export const run: Verb = {
  name: 'run',
  usage: `${NEW_USAGE} [--timeout S] [--pause-on-approval|--auto-approve] [-- COMMAND …]`,
  summary: 'start an agent without a screen, print what it says, and end with it',
  details:
    'Exit code: 0 when it completed, 1 when it failed, 124 when its time was over, 10 when it waits for an approval and --pause-on-approval was given (it keeps running; the command that goes on is printed), ' +
    '130 after Ctrl-C, which stops it. With --json nothing is streamed: at the end {"agent", "lines"}, and "pending" {"question", "resume"} where it waits.',
  options: {
    ...newOptions,
    timeout: { type: 'string', value: 'S', summary: 'stop it after so many seconds' },
    'pause-on-approval': { type: 'boolean', summary: 'end with exit code 10 when it asks for an approval' },
    'auto-approve': { type: 'boolean', summary: 'let it do everything unasked, where its runtime has a way to say so' },
  },
  words: { min: 0, max: 1 },
  takesCommand: true,
  examples: [
    { line: 'boocode run --timeout 600 -- npm test', does: 'runs a command in a worktree of its own' },
    { line: 'boocode run fix --runtime demo --pause-on-approval', does: 'ends with 10 when a person is needed' },
  ],
  async run(context) {
    if (context.flag('pause-on-approval') && context.flag('auto-approve')) {
      throw new BooError(
        'usage',
        '--pause-on-approval and --auto-approve exclude each other',
        'Leave one of them out.',
      );
    }
    const ask = await newAgent(context);
    if (context.flag('auto-approve')) {
      const what = ask.argv ? 'a command' : (ask.profile ?? ask.runtime ?? 'this runtime');
      throw new BooError(
        'usage',
        `${what} cannot be told to approve everything`,
        "Give the agent's own flag for it in a profile's args, or use --pause-on-approval.",
      );
    }
    const total = seconds('timeout', context.option('timeout'));
    const timeouts = { ...ask.timeouts, ...(total === undefined ? {} : { total }) };
    const client = await context.daemon();
    await warnOfConfig(context, client);
    const { agent } = await client.call('agent.new', { ...ask, timeouts });
    return follow(context, agent);
  },
};

async function follow(context: Context, started: Agent): Promise<number> {
  const client = await context.daemon();
  const stop = new AbortController();
  let interrupted = 0;
  const undo = onInterrupt((code) => {
    interrupted = code;
    stop.abort();
  });
  const lines: string[] = [];
  const write = (more: string[]) => {
    if (context.json) for (const line of more) lines.push(line);
    else context.io.stdout.write(`${more.join('\n')}\n`);
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
  return { completed: 0, timed_out: 124 }[agent.status.state as string] ?? 1;
}

/** What it asks, as its screen shows it: the nearest question at or above the cursor, else the nearest words. */
async function pendingOf(client: DaemonClient, { name, id }: Agent): Promise<{ question: string; resume: string }> {
  const { lines, cursor } = await client.call('agent.screen', { agent: id, ansi: false });
  const above = lines.slice(0, cursor.y + 1);
  const question = above.findLast((line) => line.includes('?')) ?? above.findLast((line) => /\p{L}/u.test(line)) ?? '';
  return { question: question.trim(), resume: `boocode attach ${name}` };
}
