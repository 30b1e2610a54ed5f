import type { Size, Timeouts } from '../schema/agent.ts';
import type { ResolvedConfig } from '../schema/config.ts';
import { BooError } from '../util/errors.ts';
import { chooseRuntime } from './choose.ts';
import { scrubEnv } from './env.ts';
import type { Runtime } from './types.ts';
import { which } from './which.ts';

export { chooseRuntime, runtimeOf, runtimes } from './choose.ts';
export type { Runtime } from './types.ts';

/** How an agent's process is to be started. */
export interface LaunchPlan {
  runtime: string;
  profile: string | null;
  /** Absolute program and its arguments, the prompt included where the program takes it so. */
  argv: string[];
  env: Record<string, string>;
  kind: 'pty' | 'pipe';
  /** What the profile wants; null: whatever the viewer has. */
  size: Size | null;
  /** The prompt it begins with, however it gets there; null: none. */
  prompt: string | null;
  /** Set when the prompt must be typed once its screen is up, because the program has no argument for it. */
  typed: string | null;
  timeouts: Timeouts;
  /** What the profile wants; null: as configured. */
  worktree: boolean | null;
  /** Title rules for core/observe. */
  titles: Runtime['titles'];
}

export interface LaunchRequest {
  runtime?: string | null | undefined;
  /** Name of a profile of the config. */
  profile?: string | null | undefined;
  prompt?: string | null | undefined;
  /** The command line given after `--`. */
  argv?: readonly string[] | null | undefined;
  /** The environment of the command that asks. */
  env: Record<string, string | undefined>;
  /** The agent's name, for its BOOCODE_AGENT. */
  name: string;
  /** The project's root, for its BOOCODE_PROJECT; default: `cwd`. */
  root?: string | undefined;
  /** The folder it will run in; relative programs are taken from there. */
  cwd: string;
  config: Pick<ResolvedConfig, 'profiles' | 'timeouts'>;
}

/**
 * Turns what was asked for into what is to be started. Starts and writes nothing. Throws BooError `usage` (unknown runtime
 * or profile, nothing to run) or `not_found` (the program is not on this machine: with what to install).
 */
export function planLaunch(ask: LaunchRequest): LaunchPlan {
  const { runtime, profile, settings } = chooseRuntime(ask);
  const prompt = nonEmpty(ask.prompt) ?? nonEmpty(settings?.prompt);
  const env = scrubEnv(ask.env, {
    ...settings?.env,
    BOOCODE: '1',
    BOOCODE_AGENT: ask.name,
    BOOCODE_PROJECT: ask.root ?? ask.cwd,
  });
  const [program, ...args] = runtime.argv({
    program: settings?.command ?? null,
    args: settings?.args ?? [],
    prompt,
    argv: [...(ask.argv ?? [])],
    env,
  });
  const path = which(program!, env, ask.cwd);
  if (path === null) throw missing(program!, runtime);
  return {
    runtime: runtime.id,
    profile,
    argv: [path, ...args],
    env,
    kind: 'pty',
    size: settings?.size ?? null,
    prompt,
    typed: runtime.prompting === 'typed' ? prompt : null,
    timeouts: { ...ask.config.timeouts, ...defined(settings?.timeouts) },
    worktree: settings?.worktree ?? null,
    titles: runtime.titles,
  };
}

function missing(program: string, runtime: Runtime): BooError {
  const install = program === runtime.binary && runtime.install ? `Install it with: ${runtime.install}` : null;
  const what = program.includes('/')
    ? `${program} is not a program that can be run`
    : `there is no program ${program} on the PATH`;
  // A runtime of its own name is what was asked for; a command line is only its program.
  const needed = runtime.binary === null ? what : `${runtime.title} cannot be started: ${what}`;
  return new BooError('not_found', needed, install ?? 'Check the name, or give its full path.');
}

const nonEmpty = (text: string | null | undefined) =>
  text === undefined || text === null || text === '' ? null : text;

const defined = <T extends object>(fields: T | undefined) =>
  Object.fromEntries(Object.entries(fields ?? {}).filter(([, value]) => value !== undefined)) as Partial<Timeouts>;
