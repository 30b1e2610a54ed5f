import type { Agent, Size, Timeouts } from '../schema/agent.ts';
import type { ToolServer } from '../schema/bridge.ts';
import type { Profile, ResolvedConfig } from '../schema/config.ts';
import { BooError } from '../util/errors.ts';
import { chooseRuntime } from './choose.ts';
import type { Structured } from './driver.ts';
import { scrubEnv } from './env.ts';
import { knownVersion, learnVersion } from './probe.ts';
import { toolServer } from './tools.ts';
import type { GivenTools, Runtime } from './types.ts';
import { atLeast } from './version.ts';
import { which } from './which.ts';

export { chooseRuntime, headlessOf, runtimeOf, runtimes } from './choose.ts';
export type { Runtime } from './types.ts';

/** How an agent's process is to be started. */
export interface LaunchPlan {
  runtime: string;
  profile: string | null;
  /** Absolute program and its arguments, the prompt included where the program takes it so. */
  argv: string[];
  env: Record<string, string>;
  /** pipe: a structured runtime. */
  kind: 'pty' | 'pipe';
  /** For pipes: what is written to its standard input, which is then closed; null: it stays open. */
  stdin: string | null;
  /** Over pipes: its prompt, and whether its command line carries it already; null: it has none, or a terminal. */
  first: { text: string; carried: boolean } | null;
  /** What the profile wants; null: whatever the viewer has. */
  size: Size | null;
  /** The prompt it begins with, however it gets there; null: none. */
  prompt: string | null;
  /** Set when the prompt must be typed once its screen is up, because the program has no argument for it. */
  typed: string | null;
  timeouts: Timeouts;
  /** What it is to run with; null: its own default. */
  model: string | null;
  mode: string | null;
  /** What the profile wants; null: as configured. */
  worktree: boolean | null;
  /** Whether its profile wants its work checked after each turn, and that can be done. */
  autofix: NonNullable<Agent['autofix']>;
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
  /** The structured sibling of the runtime, where it has one. */
  headless?: boolean | undefined;
  model?: string | null | undefined;
  /** Its permission mode, as it calls it. */
  mode?: string | null | undefined;
  /** The provider's session to go on with. */
  resume?: string | null | undefined;
  /** The agent that the plan is for, as far as it is known; structured runtimes need it. */
  agent?: Agent | undefined;
  /** The environment of the command that asks. */
  env: Record<string, string | undefined>;
  /** The agent's name, for its BOOCODE_AGENT. */
  name: string;
  /** The project's root, for its BOOCODE_PROJECT; default: `cwd`. */
  root?: string | undefined;
  /** The folder it will run in; relative programs are taken from there. */
  cwd: string;
  config: Pick<ResolvedConfig, 'profiles' | 'timeouts'>;
  /** It is given BooCode's own tools, where its runtime takes some and its profile does not say otherwise. */
  tools?: boolean | undefined;
}

/**
 * Learns what `planLaunch` needs to know of a program and cannot wait for; where nobody has looked at the list of runtimes, nobody has
 * asked yet. Resolves with the version, null where it is not known. Null at once: it is of no matter, and nobody need wait, so that who
 * asks for an agent and then for its state finds it on record. Throws only what `planLaunch` throws too.
 */
export function beforePlan(
  ask: Pick<LaunchRequest, 'runtime' | 'profile' | 'argv' | 'headless' | 'env' | 'cwd' | 'config'>,
): Promise<string | null> | null {
  const { runtime, settings } = chooseRuntime(ask);
  // A program of the profile's own may be anything, on another machine perhaps.
  if (!runtime.asksVersion || runtime.version === null || settings?.command !== undefined) return null;
  const env = scrubEnv(ask.env, { ...settings?.env });
  const path = which(runtime.binary!, env, ask.cwd);
  return path === null ? null : learnVersion(path, runtime.version, env);
}

/**
 * Turns what was asked for into what is to be started. Starts and writes nothing. Throws BooError `usage` (unknown runtime
 * or profile, nothing to run) or `not_found` (the program is not on this machine: with what to install).
 */
export function planLaunch(ask: LaunchRequest): LaunchPlan {
  const { runtime, profile, settings } = chooseRuntime(ask);
  const prompt = nonEmpty(ask.prompt) ?? nonEmpty(settings?.prompt);
  const asked = {
    prompt,
    args: settings?.args ?? [],
    resume: ask.resume ?? null,
    model: nonEmpty(ask.model) ?? nonEmpty(settings?.model),
    mode: nonEmpty(ask.mode) ?? nonEmpty(settings?.mode),
  };
  const extra = { ...settings?.env, BOOCODE: '1', BOOCODE_AGENT: ask.name, BOOCODE_PROJECT: ask.root ?? ask.cwd };
  const started = runtime.structured
    ? onPipes(runtime, runtime.structured, ask, { ...asked, settings, extra })
    : inTerminal(runtime, ask, { ...asked, settings, extra });
  return {
    runtime: runtime.id,
    profile,
    ...started,
    size: settings?.size ?? null,
    prompt,
    timeouts: { ...ask.config.timeouts, ...defined(settings?.timeouts) },
    model: asked.model,
    mode: asked.mode,
    worktree: settings?.worktree ?? null,
    autofix: settings?.autofix
      ? tellsTurns(runtime, settings, knownVersion(started.argv[0]!))
        ? 'on'
        : 'screen'
      : 'off',
    titles: runtime.titles,
  };
}

/** How it is made to tell by hooks what it does. A program of the profile's own may be anything, on another machine perhaps: it is told to only when that is asked for. */
const hooksOf = (runtime: Runtime, settings: Profile | null): Pick<Runtime, 'withHooks' | 'hookEnv'> =>
  (settings?.hooks ?? settings?.command === undefined) ? runtime : {};

/** It tells itself when its turns begin and end, over its protocol or by hooks. `version`: null where it is not known. */
export function tellsTurns(runtime: Runtime, settings: Profile | null, version: string | null): boolean {
  if (runtime.turnsSince && version !== null && !atLeast(version, runtime.turnsSince)) return false;
  const { withHooks, hookEnv } = hooksOf(runtime, settings);
  return [runtime.structured, withHooks, hookEnv].some((one) => one !== undefined);
}

interface With {
  prompt: string | null;
  args: string[];
  resume: string | null;
  model: string | null;
  mode: string | null;
  settings: Profile | null;
  extra: Record<string, string>;
}

type Started = Pick<LaunchPlan, 'argv' | 'env' | 'kind' | 'stdin' | 'typed' | 'first'>;

function inTerminal(runtime: Runtime, ask: LaunchRequest, { settings, extra, ...rest }: With): Started {
  const env = scrubEnv(ask.env, extra);
  const asked = { ...rest, program: settings?.command ?? null, argv: [...(ask.argv ?? [])], env };
  const path = find(runtime.argv(asked)[0]!, runtime, env, ask.cwd);
  const { withHooks, hookEnv } = hooksOf(runtime, settings);
  const hooks = { args: rest.args, env, cwd: ask.cwd, version: knownVersion(path) };
  const hooked = withHooks?.(hooks) ?? rest.args;
  const tools = toolsOf(runtime, ask, { settings, env, path });
  const argv = [path, ...runtime.argv({ ...asked, args: [...tools.args, ...hooked] }).slice(1)];
  return {
    argv,
    env: { ...env, ...tools.env, ...hookEnv?.(hooks) },
    kind: 'pty',
    stdin: null,
    typed: runtime.prompting === 'typed' || (runtime.typesResumed && rest.resume !== null) ? rest.prompt : null,
    first: null,
  };
}

/** Words that a structured runtime takes for "everything is allowed": `NAME=value` is environment, the rest arguments. */
const VARIABLE = /^([A-Z_][A-Z0-9_]*)=(.*)$/s;

function onPipes(runtime: Runtime, structured: Structured, ask: LaunchRequest, asked: With): Started {
  if (!ask.agent) throw new Error(`a plan for ${runtime.id} needs its agent`);
  const { prompt, args, resume, model, mode, settings, extra } = asked;
  const bare = scrubEnv(ask.env, extra, { headless: true });
  const own = { program: settings?.command ?? null, args: [], prompt: null, resume: null, model: null, mode: null };
  const [program, ...before] = runtime.argv({ ...own, argv: [...(ask.argv ?? [])], env: bare });
  const path = find(program!, runtime, bare, ask.cwd);
  const tools = toolsOf(runtime, ask, { settings, env: bare, path });
  const plan = structured.plan({
    ...{ agent: ask.agent, prompt, resume, args: [...tools.args, ...args], model, mode },
    ...{ version: knownVersion(path), tools: serverFor(ask, settings) },
  });
  // What may do only some things asks for all: beyond them it is denied, the rest is allowed unasked by us.
  const auto = ask.agent.unattended === 'auto' && !ask.agent.capabilities ? structured.auto : [];
  const variables = [...auto].map((word) => VARIABLE.exec(word)).filter((found) => found !== null);
  return {
    argv: [...plan.before, path, ...before, ...plan.args, ...auto.filter((word) => !VARIABLE.test(word))],
    env: {
      ...bare,
      // A program of the profile's own may be anything, on another machine perhaps.
      ...(settings?.command === undefined && runtime.quietEnv?.(bare)),
      ...tools.env,
      ...plan.env,
      ...Object.fromEntries(variables.map(([, name, value]) => [name!, value!])),
    },
    kind: 'pipe',
    stdin: plan.stdin,
    typed: null,
    first: prompt === null ? null : { text: prompt, carried: plan.carriesPrompt },
  };
}

/** What it gets beside its own tools. A program of a profile's own may be anything: it is given some only when that is asked for. */
function serverFor({ tools, agent, root, cwd }: LaunchRequest, settings: Profile | null): ToolServer | null {
  const wanted = tools === true && (settings?.tools ?? settings?.command === undefined);
  return wanted && agent ? toolServer(root ?? cwd, agent.id) : null;
}

function toolsOf(
  runtime: Runtime,
  ask: LaunchRequest,
  { settings, env, path }: { settings: Profile | null; env: Record<string, string>; path: string },
): GivenTools {
  const server = serverFor(ask, settings);
  const given = server && runtime.withTools?.({ server, env, version: knownVersion(path) });
  return given ?? { args: [], env: {} };
}

/** Absolute path of a program. Throws `not_found` with what to install. */
function find(program: string, runtime: Runtime, env: Record<string, string>, cwd: string): string {
  const path = which(program, env, cwd);
  if (path === null) throw missing(program, runtime);
  return path;
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
