import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { NEW_USAGE, newAgent, newOptions } from '../new-agent.ts';
import { seconds } from '../numbers.ts';
import { warnOfConfig } from '../problems.ts';
import { runScreen } from '../run-screen.ts';
import { runSession } from '../run-session.ts';
import { Heard, sinceAsked } from '../session-run.ts';
import { readText } from '../stdin.ts';
import type { Verb } from '../verb.ts';

export const run: Verb = {
  name: 'run',
  usage: `${NEW_USAGE} [--timeout S] [--pause-on-approval|--auto-approve] [--resume AGENT] [-- COMMAND …]`,
  summary: 'start an agent without a screen, print what it says, and end with it',
  details:
    'What an agent says goes to standard output as it is said, what it does to standard error; it is ended when its work is done. ' +
    'Exit code: 0 when it completed, 1 when it failed, 124 when its time was over, 10 when it waits for a person and --pause-on-approval was given (it keeps running; what it asks and the commands that answer and go on are printed), ' +
    '130 after Ctrl-C, which stops it. With --json nothing is streamed: at the end {"agent", "lines"}, with "result", "turns", "tokens" and "cost" of a conversation, and "pending" where it waits. ' +
    'One that a rate limit ended is waited for. --screen runs it in its own screen instead and prints what that shows.',
  options: {
    ...newOptions,
    timeout: { type: 'string', value: 'S', summary: 'stop it after so many seconds' },
    'pause-on-approval': { type: 'boolean', summary: 'end with exit code 10 when it waits for a person' },
    'auto-approve': { type: 'boolean', summary: 'let it do everything unasked, where its runtime has a way to say so' },
    resume: {
      type: 'string',
      value: 'AGENT',
      summary: 'go on with this agent instead of a new one',
      completes: 'agents',
    },
    screen: { type: 'boolean', summary: 'in its own screen, also where it can be driven without one' },
  },
  words: { min: 0, max: 1 },
  takesCommand: true,
  examples: [
    { line: 'boocode run fix -r claude --prompt "Fix the login test"', does: 'prints what it says until it is done' },
    { line: 'boocode run --timeout 600 -- npm test', does: 'runs a command in a worktree of its own' },
    { line: 'boocode run --resume fix', does: 'goes on after an answer: boocode inbox lists what waits' },
  ],
  async run(context) {
    if (context.flag('pause-on-approval') && context.flag('auto-approve')) throw excluded('pause-on-approval');
    if (context.flag('screen') && context.flag('auto-approve')) throw excluded('screen');
    const heard = new Heard();
    const again = context.option('resume');
    const ask = again === undefined ? await asked(context) : null;
    const client = await context.daemon({ on: heard.on });
    await client.call('subscribe', {});
    if (again !== undefined) {
      const { agent, since } = await goOn(context, again);
      return runSession(context, client, heard, agent, since);
    }
    await warnOfConfig(context, client);
    const { agent } = await client.call('agent.new', ask!);
    const { runtimeOf } = await import('../../runtimes/choose.ts');
    if (runtimeOf(agent.runtime).structured) return runSession(context, client, heard, agent);
    heard.close();
    return runScreen(context, client, agent);
  },
};

const excluded = (other: string) =>
  new BooError('usage', `--${other} and --auto-approve exclude each other`, 'Leave one of them out.');

/** What a new agent is asked for. */
async function asked(context: Context) {
  const ask = await newAgent(context);
  if (context.flag('auto-approve') && ask.argv && ask.runtime !== 'acp') throw cannot('a command');
  const total = seconds('timeout', context.option('timeout'));
  const timeouts = { ...ask.timeouts, ...(total === undefined ? {} : { total }) };
  const unattended = context.flag('auto-approve') ? 'auto' : context.flag('pause-on-approval') ? 'pause' : 'ask';
  return { ...ask, timeouts, headless: !context.flag('screen'), unattended } as const;
}

const cannot = (what: string) =>
  new BooError(
    'usage',
    `${what} cannot be told to approve everything`,
    "Give the agent's own flag for it in a profile's args, or use --pause-on-approval.",
  );

/** The agent that goes on: one that lives as it is, one that has ended by its session. */
async function goOn(context: Context, name: string) {
  const client = await context.daemon();
  const text = context.option('prompt');
  const prompt = text === '-' ? await readText(context.io) : text;
  const { agent } = await client.call('agent.get', { agent: name });
  const ended = agent.endedAt !== null;
  if (!ended && prompt === undefined && agent.paused === undefined) {
    return { agent, since: await sinceAsked(client, agent) };
  }
  const resumed = await client.call('agent.resume', {
    agent: name,
    prompt: prompt ?? (ended ? 'Continue.' : undefined),
    env: context.env,
  });
  for (const note of resumed.notes) context.note(note);
  return { agent: resumed.agent, since: [] };
}
