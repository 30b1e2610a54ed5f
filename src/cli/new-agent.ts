import { resolve } from 'node:path';
import type { DaemonClient } from '../client/daemon.ts';
import type { NewAgent } from '../schema/daemon.ts';
import { BooError } from '../util/errors.ts';
import type { Context } from './context.ts';
import { seconds } from './numbers.ts';
import { readText } from './stdin.ts';
import type { Option } from './verb.ts';

export const NEW_USAGE =
  '[NAME] [--runtime R] [--profile P] [--prompt TEXT|-] [--model M] [--base REF] [--branch B] [--no-worktree]';

/** Runtimes that are told which program they drive by what stands after `--`. */
const TAKES_COMMAND = new Set(['command', 'acp']);

/** Options that `new` and `run` have in common. */
export const newOptions: Record<string, Option> = {
  runtime: {
    type: 'string',
    short: 'r',
    value: 'R',
    summary: 'what kind of agent (doctor lists them)',
    completes: 'runtimes',
  },
  profile: { type: 'string', short: 'p', value: 'P', summary: 'a profile of the config instead of a runtime' },
  prompt: { type: 'string', value: 'TEXT|-', summary: 'what it is to do; - reads standard input' },
  base: { type: 'string', value: 'REF', summary: 'the commit or branch its own branch is made from' },
  branch: { type: 'string', value: 'B', summary: 'the name of its branch (default: boo/NAME)' },
  model: { type: 'string', short: 'm', value: 'M', summary: 'the model it is to use, as its program calls it' },
  mode: { type: 'string', value: 'M', summary: 'its permission mode, as its program calls it' },
  image: {
    type: 'string',
    value: 'FILE,…',
    summary: 'images that go with the prompt, with commas',
    completes: 'files',
  },
  'no-worktree': { type: 'boolean', summary: 'run in the checkout itself, without a branch of its own' },
  inactivity: { type: 'string', value: 'S', summary: 'stop it after so many seconds without output' },
};

/** What the daemon is asked for. Throws `usage` for options that contradict each other. */
export async function newAgent(context: Context): Promise<NewAgent> {
  const { words, command, io } = context;
  const runtime = context.option('runtime');
  const profile = context.option('profile');
  if (command && runtime && !TAKES_COMMAND.has(runtime)) {
    throw new BooError(
      'usage',
      `a command after -- and --runtime ${runtime} exclude each other`,
      'Leave one of them out.',
    );
  }
  if (runtime && profile) {
    throw new BooError('usage', '--runtime and --profile exclude each other', 'A profile names its runtime itself.');
  }
  if (command && profile) {
    throw new BooError('usage', 'a command after -- and --profile exclude each other', 'Leave one of them out.');
  }
  const place = (['branch', 'base'] as const).find((one) => context.option(one) !== undefined);
  if (context.flag('no-worktree') && place) {
    throw new BooError('usage', `--no-worktree and --${place} exclude each other`, 'Leave one of them out.');
  }
  const prompt = context.option('prompt');
  const inactivity = seconds('inactivity', context.option('inactivity'));
  return {
    ...(words[0] === undefined ? {} : { name: words[0] }),
    ...(runtime ? { runtime } : {}),
    ...(profile ? { profile } : {}),
    ...(prompt === undefined ? {} : { prompt: prompt === '-' ? await readText(io) : prompt }),
    ...(context.option('base') ? { base: context.option('base') } : {}),
    ...(context.option('branch') ? { branch: context.option('branch') } : {}),
    ...(context.option('model') ? { model: context.option('model') } : {}),
    ...(context.option('mode') ? { mode: context.option('mode') } : {}),
    ...(context.option('image') ? { images: imagesOf(context) } : {}),
    ...(context.flag('no-worktree') ? { worktree: false } : {}),
    ...(command ? { argv: command } : {}),
    ...(inactivity === undefined ? {} : { timeouts: { inactivity } }),
    cwd: io.cwd,
    env: context.env,
  };
}

/** Of a project that is no repository, with its first agent: it has no worktree, and why. */
export async function sayNoWorktree(context: Context, daemon: DaemonClient): Promise<void> {
  const { root, git } = context.project();
  if (git || (await daemon.call('agent.list', { all: true })).agents.length > 1) return;
  context.note(`${root} is no git repository: agents work in it itself, without worktrees of their own.`);
}

const imagesOf = ({ io, option }: Context): string[] =>
  option('image')!
    .split(',')
    .map((file) => resolve(io.cwd, file));
