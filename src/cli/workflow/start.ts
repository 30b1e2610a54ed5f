import { resolve } from 'node:path';
import { BooError } from '../../util/errors.ts';
import type { Context } from '../context.ts';
import { seconds, whole } from '../numbers.ts';
import { warnOfConfig } from '../problems.ts';
import { readText } from '../stdin.ts';
import { runArgs } from './args.ts';
import { chosenRuntime } from './driver.ts';
import { followRun } from './follow.ts';
import { printRun } from './runs.ts';
import { trustContent } from './trust.ts';

/** `boocode workflow run`. */
export async function startRun(context: Context, name = ''): Promise<number> {
  const limits = limitsOf(context);
  const text = context.option('input');
  const input = text === '-' ? await readText(context.io) : text;
  const given = context.values.arg;
  const args = runArgs(Array.isArray(given) ? given : [], input);
  const client = await context.daemon();
  await warnOfConfig(context, client);
  const { workflow } = await client.call('workflow.get', { name });
  if (!workflow.trusted && !workflow.problem && (context.interactive || context.flag('trust'))) {
    await trustContent(context, client, workflow);
  }
  const own = (option: 'name' | 'profile' | 'model') => {
    const value = context.option(option);
    return value === undefined ? {} : { [option]: value };
  };
  const { agent } = await client.call('run.start', {
    workflow: name,
    args,
    fresh: context.flag('fresh'),
    ...limits,
    ...own('name'),
    ...(await chosenRuntime(context, client)),
    ...own('profile'),
    ...own('model'),
    unattended: context.flag('auto-approve') ? 'auto' : context.flag('wait') ? 'pause' : 'ask',
    cwd: resolve(context.io.cwd),
    env: context.env,
  });
  if (context.flag('wait')) return followRun(context, agent);
  await printRun(context, client, agent, () => startedText(agent.name));
  return 0;
}

const startedText = (name: string) =>
  [
    `${name} runs; it goes on without this command.`,
    `  follow it:  boocode workflow status ${name} --wait`,
    `  end it:     boocode workflow cancel ${name}`,
  ].join('\n');

function limitsOf(context: Context) {
  const dollars = context.option('budget-usd');
  const usd = dollars === undefined ? null : Number(dollars);
  if (usd !== null && !(usd > 0 && usd <= 1e6)) {
    throw new BooError('usage', `--budget-usd ${dollars} is no amount of dollars`, 'Write it like 2.50.');
  }
  return {
    tokens: whole('budget-tokens', context.option('budget-tokens'), 1e12) ?? null,
    usd,
    timeoutMs: seconds('timeout', context.option('timeout')) ?? null,
  };
}
