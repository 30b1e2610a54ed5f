import type { Profile, ResolvedConfig } from '../schema/config.ts';
import { BooError } from '../util/errors.ts';
import { acp } from './acp.ts';
import { claudeStream } from './claude/index.ts';
import { codexApp } from './codex/index.ts';
import { command } from './command.ts';
import { demo, demoChat } from './demo.ts';
import { exec } from './exec/index.ts';
import { paseo } from './paseo.ts';
import { presets } from './presets.ts';
import { shell } from './shell.ts';
import type { Runtime } from './types.ts';
import { workflow } from './workflow.ts';

/** What drives the same program without a screen, by the id of its terminal runtime: the richest protocol it has. */
const SIBLINGS: Readonly<Record<string, string>> = {
  claude: 'claude-stream',
  codex: 'codex-app',
  gemini: 'gemini-acp',
  opencode: 'opencode-acp',
  qwen: 'qwen-acp',
  demo: 'demo-chat',
};

/** The runtime that drives what `runtime` drives without a screen: itself when it is structured, else its sibling, else none. */
export function headlessOf(runtime: Runtime): Runtime | undefined {
  if (runtime.structured) return runtime;
  return runtimes.find(({ id }) => id === SIBLINGS[runtime.id]);
}

/** Every runtime there is, in the order in which lists show them: those with a screen of their own first, what needs a command last. */
export const runtimes: readonly Runtime[] = [
  ...presets,
  shell,
  command,
  demo,
  demoChat,
  claudeStream,
  codexApp,
  ...exec,
  ...acp,
  paseo,
  workflow,
];

/** The runtime of this id; throws `usage` listing the known ones. */
export function runtimeOf(id: string): Runtime {
  const found = runtimes.find((one) => one.id === id);
  if (found) return found;
  const known = runtimes.flatMap((one) => (one.internal ? [] : [one.id])).join(', ');
  throw new BooError(
    'usage',
    `there is no runtime ${JSON.stringify(id)}; known: ${known}`,
    'boocode doctor says which are installed.',
  );
}

export interface Choice {
  runtime: Runtime;
  /** Name of the profile, and what it says. */
  profile: string | null;
  settings: Profile | null;
}

/**
 * What drives a new agent: the profile or runtime asked for, `command` for a command line, else the first profile of the
 * config, else the shell; `headless` (or a profile that says so): its structured sibling, where it has one. Throws `usage` for unknown
 * names (listing the known ones) and for a profile of another runtime.
 */
export function chooseRuntime(ask: {
  runtime?: string | null | undefined;
  profile?: string | null | undefined;
  argv?: readonly string[] | null | undefined;
  headless?: boolean | undefined;
  config: Pick<ResolvedConfig, 'profiles'>;
}): Choice {
  const { profiles } = ask.config;
  const asked = ask.runtime ?? ((ask.argv?.length ?? 0) > 0 ? 'command' : null);
  const name = ask.profile ?? (asked === null ? Object.keys(profiles)[0] : undefined);
  const driven = (id: string, headless: boolean | undefined) => {
    const runtime = runtimeOf(id);
    return headless ? (headlessOf(runtime) ?? runtime) : runtime;
  };
  if (name === undefined) return { runtime: driven(asked ?? 'shell', ask.headless), profile: null, settings: null };
  const settings = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (!settings) {
    const known = Object.keys(profiles).join(', ') || 'none';
    throw new BooError(
      'usage',
      `there is no profile ${JSON.stringify(name)}; known: ${known}`,
      'Profiles stand in .boocode/config.json.',
    );
  }
  // An agent of a profile may be opened the other way: by the sibling of what the profile names.
  if (asked !== null && asked !== settings.runtime && !areSiblings(asked, settings.runtime)) {
    throw new BooError(
      'usage',
      `profile ${name} is of runtime ${settings.runtime}, not ${asked}`,
      'Give one of the two.',
    );
  }
  const runtime =
    asked === null ? driven(settings.runtime, ask.headless ?? settings.headless) : driven(asked, ask.headless);
  return { runtime, profile: name, settings };
}

/** Do both drive the same program, one in its screen and one over pipes? */
function areSiblings(one: string, other: string): boolean {
  const terminal = (id: string) => runtimeOf(id).structured?.terminal ?? id;
  return terminal(one) === terminal(other);
}
