import type { TitleRule } from '../core/decide.ts';
import type { ToolServer } from '../schema/bridge.ts';
import type { Structured } from './driver.ts';

/** A way of driving one kind of agent: in its own terminal screen, or over pipes (`structured`). */
export interface Runtime {
  id: string;
  /** What people call it. */
  title: string;
  /** Program looked up on the PATH; null when it is not looked up (the shell, a command line, our own demo). */
  binary: string | null;
  /**
   * Program and arguments. `prompt` is given only when `prompting` is `argument`. Of a structured one only what comes before its
   * plan's arguments: it gets neither prompt nor the profile's arguments here.
   */
  argv(ask: LaunchAsk): string[];
  /**
   * How a prompt reaches it at its start: as its own argument (keys typed while a screen program starts are lost), typed
   * once it is up, or not at all.
   */
  prompting: 'argument' | 'typed';
  /** Going on with a session it gets its prompt typed, though it takes one as an argument else. */
  typesResumed?: true;
  /** It takes what is typed to it as a prompt, so that it can be told things; a shell would run it, an editor write it. */
  listens: boolean;
  /** Arguments that print its version; null: it has none of its own. */
  version: string[] | null;
  /** An old version that is taken for a new one would tell what is wrong: it is asked before a start. */
  asksVersion?: true;
  /** What to do when it is missing. */
  install: string | null;
  /** What its terminal title means, where that was seen. */
  titles: readonly TitleRule[];
  /** How far the above was tried with the real program. */
  verified: string;
  /** Its profile's arguments, and those with which it tells what it does by hooks, for that process alone; missing: it has none. */
  withHooks?(ask: HookAsk): string[];
  /** Its versions before tell nothing of their turns. */
  turnsSince?: string;
  /** The environment with which it tells what it does by hooks, for that process alone; missing: it has none. */
  hookEnv?(ask: HookAsk): Record<string, string>;
  /** Without a screen: the environment that keeps it from asking its model for what only its screen shows; missing: it asks for nothing such. */
  quietEnv?(env: HookAsk['env']): Record<string, string>;
  /** How it is given further tools, for that process alone, by arguments before those of its profile and by its environment; missing: it is not. */
  withTools?(ask: ToolsAsk): GivenTools;
  /** Set: it is driven over pipes, without a screen. */
  structured?: Structured;
  /** Started by BooCode itself, never by a person: no list shows it. */
  internal?: true;
  /** In its screen it can go on with a session (structured ones all can). */
  resumes?: boolean;
}

export interface LaunchAsk {
  /** The program: a profile's `command`, else the runtime's own binary. */
  program: string | null;
  /** A profile's further arguments, before the prompt. */
  args: string[];
  prompt: string | null;
  /** The provider's session to go on with; null: a new one. */
  resume: string | null;
  model: string | null;
  /** Its permission mode, as it calls it. */
  mode: string | null;
  /** The command line given after `--`. */
  argv: string[];
  env: Record<string, string | undefined>;
}

export interface ToolsAsk {
  server: ToolServer;
  env: Record<string, string | undefined>;
  /** As probed; null: not known, then the newest ways are tried. */
  version: string | null;
}

export interface GivenTools {
  args: string[];
  env: Record<string, string>;
}

export interface HookAsk {
  /** The profile's own arguments. */
  args: readonly string[];
  env: Record<string, string | undefined>;
  cwd: string;
  /** As probed; null: not known, then the newest ways are tried. */
  version: string | null;
}
