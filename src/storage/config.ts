import { homedir } from 'node:os';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { ApprovalRule } from '../schema/approval.ts';
import type { Config, ConfigProblem, Profile, ResolvedConfig } from '../schema/config.ts';
import type { RulesFile } from '../schema/detect.ts';
import { DEFAULT_LIMITS } from '../schema/script.ts';
import { projectPaths, userConfigPath } from '../util/paths.ts';
import { readAllowed } from './allowed.ts';
import { readConfigFile } from './config-file.ts';
import { readRules } from './detect.ts';
import { isTrustedContent } from './trust.ts';

type Env = Record<string, string | undefined>;

/** What holds where no file says otherwise. Times in milliseconds, sizes in bytes. */
export const defaultConfig: ResolvedConfig = {
  profiles: {},
  worktrees: { enabled: true, dir: null, branchPrefix: 'boo/', base: null, setup: [], copy: [] },
  merge: { checks: [], timeout: 900_000 },
  history: { lines: 5000, maxBytes: 500_000_000 },
  recording: { enabled: true, maxBytes: 16_000_000, keep: 1, totalBytes: 2_000_000_000 },
  apply: { stage: false },
  timeouts: { inactivity: null, total: null, grace: 5000 },
  approvals: [],
  budgets: [],
  retries: { aborts: 2, limits: 5 },
  subagents: { enabled: true, depth: 2, count: 8 },
  notifications: { terminal: true, tmux: true, desktop: false, on: ['waiting', 'ended', 'failed'] },
  workflows: { cache: { entries: 2000, days: 30 }, limits: { agents: 16, calls: 1000 }, sandbox: DEFAULT_LIMITS },
  detect: {},
  // Agents that work draw spinners; ten minutes of silence is beyond any build step seen.
  stalledAfter: 600_000,
  ui: { theme: 'dark', mouse: true, bell: true, clipboard: false },
  keys: {},
};

const runsCommands = (profile: Profile) =>
  Boolean(profile.command || profile.args || profile.env || profile.prompt || profile.autofix);

const isOutside = (root: string, dir: string) => {
  const path = relative(root, resolve(root, dir));
  return dir.startsWith('~') || isAbsolute(path) || path.split(/[\\/]/)[0] === '..';
};

/**
 * A project's config comes with the repository, perhaps from a stranger. Without its user's trust, what runs commands or
 * speaks to an agent (setup, merge.checks, profiles with command, args, env, prompt or autofix), lets it do something unasked, writes outside
 * the project, opens the clipboard, or bounds runs, subagents or what is kept is left out. `complete` says whether nothing had to be.
 */
export function withoutCommands(root: string, config: Config): { config: Config; complete: boolean } {
  const {
    profiles,
    worktrees,
    merge,
    ui,
    history,
    recording,
    approvals,
    budgets,
    detect,
    workflows,
    subagents,
    ...rest
  } = config;
  const kept = Object.entries(profiles ?? {}).filter(([, profile]) => !runsCommands(profile));
  const safe: Config = { ...rest };
  // What forbids may stay, without words for the agent. Not what asks: it would stand before what its user forbids.
  const denials = approvals?.filter(({ action }) => action === 'deny');
  if (denials) safe.approvals = denials.map(({ reason: _words, ...rule }) => rule);
  if (profiles) safe.profiles = Object.fromEntries(kept);
  if (worktrees) {
    const { setup: _setup, dir, ...harmless } = worktrees;
    safe.worktrees = dir !== undefined && !isOutside(root, dir) ? { ...harmless, dir } : harmless;
  }
  // How many agents others may start: none is always fine.
  if (subagents?.enabled === false) safe.subagents = { enabled: false };
  // How much is kept: less of it takes old histories and recordings away.
  if (history) safe.history = { ...history, maxBytes: undefined };
  if (recording) safe.recording = { ...recording, totalBytes: undefined };
  if (merge) safe.merge = { ...merge, checks: undefined };
  if (ui) safe.ui = ui.clipboard ? { ...ui, clipboard: undefined } : ui;
  const complete =
    kept.length === Object.keys(profiles ?? {}).length &&
    (worktrees?.setup ?? []).length === 0 &&
    (merge?.checks ?? []).length === 0 &&
    worktrees?.dir === safe.worktrees?.dir &&
    history?.maxBytes === undefined &&
    recording?.totalBytes === undefined &&
    (approvals ?? []).every(({ action, reason }) => action === 'deny' && reason === undefined) &&
    (budgets ?? []).length === 0 &&
    Object.keys(detect ?? {}).length === 0 &&
    Object.keys(workflows ?? {}).length === 0 &&
    (subagents === undefined || (subagents.enabled === false && Object.keys(subagents).length === 1)) &&
    !ui?.clipboard;
  return { config: safe, complete };
}

/** Lays one section over another; what is undefined changes nothing. */
const over = <T extends object>(base: T, top: { [K in keyof T]?: T[K] | undefined } | undefined): T => ({
  ...base,
  ...(Object.fromEntries(Object.entries(top ?? {}).filter(([, value]) => value !== undefined)) as Partial<T>),
});

const keyList = (keys: string | string[] | null) => (keys === null ? [] : typeof keys === 'string' ? [keys] : keys);

function merge(base: ResolvedConfig, top: Config): ResolvedConfig {
  const keys = Object.entries(top.keys ?? {}).map(([id, value]) => [id, keyList(value)] as const);
  // The more specific file's profiles come first: a project that names some chooses the default among its own.
  const own = top.profiles ?? {};
  const others = Object.entries(base.profiles).filter(([name]) => !Object.hasOwn(own, name));
  return {
    profiles: { ...own, ...Object.fromEntries(others) },
    worktrees: over(base.worktrees, top.worktrees),
    merge: over(base.merge, top.merge),
    history: over(base.history, top.history),
    recording: over(base.recording, top.recording),
    apply: over(base.apply, top.apply),
    timeouts: over(base.timeouts, top.timeouts),
    // The more specific file's rules are asked first.
    approvals: [...(top.approvals ?? []), ...base.approvals],
    budgets: [...(top.budgets ?? []), ...base.budgets],
    retries: over(base.retries, top.retries),
    subagents: over(base.subagents, top.subagents),
    notifications: over(base.notifications, top.notifications),
    workflows: {
      cache: over(base.workflows.cache, top.workflows?.cache),
      limits: over(base.workflows.limits, top.workflows?.limits),
      sandbox: over(base.workflows.sandbox, top.workflows?.sandbox),
    },
    detect: { ...base.detect, ...top.detect },
    stalledAfter: top.stalledAfter === undefined ? base.stalledAfter : top.stalledAfter,
    ui: over(base.ui, top.ui),
    keys: { ...base.keys, ...Object.fromEntries(keys) },
  };
}

/** `~/x` ▶ in the home folder; anything else relative to the project. Null stays: the user's data folder. */
const folderOf = (root: string, dir: string | null, env: Env) =>
  dir === null ? null : /^~(\/|$)/.test(dir) ? join(env.HOME || homedir(), dir.slice(1)) : resolve(root, dir);

/** Files of rules are named from the folder of the user's config, or from the project's. */
const placed = (config: Config, folder: string, env: Env): Config =>
  config.detect
    ? { ...config, detect: mapValues(config.detect, (file) => folderOf(folder, file, env) ?? file) }
    : config;

const mapValues = <A, B>(from: Record<string, A>, to: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(from).map(([key, value]) => [key, to(value)]));

function screensOf(detect: Record<string, string>): { rules: Record<string, RulesFile>; problems: ConfigProblem[] } {
  const read = Object.entries(detect).map(([runtime, file]) => ({ runtime, ...readRules(file) }));
  const rules = read.flatMap(({ runtime, rules }) => (rules ? [[runtime, rules] as const] : []));
  return { rules: Object.fromEntries(rules), problems: read.flatMap(({ problems }) => problems) };
}

export interface LoadedConfig {
  config: ResolvedConfig;
  problems: ConfigProblem[];
  /** False: parts of the project's config were left out because its user has not trusted it. */
  trusted: boolean;
  /** Names of profiles that were left out for that reason. */
  untrusted: string[];
  /** Why the project's checks before a merge are not known: its config is not trusted and names some, or has a mistake. */
  unchecked: 'untrusted' | 'broken' | null;
  /** The files that are there, the user's first. */
  files: string[];
  /** What the user has allowed for good in this project, and where that stands (storage/allowed). */
  allowed: { file: string; rules: ApprovalRule[] };
  /** Rules of screens from files of the config, by runtime. */
  screens: Record<string, RulesFile>;
}

/**
 * Defaults, then the user's config, then the project's over it. A file with a problem counts as empty, and its problems
 * are returned with file, line and column; nothing is thrown. `worktrees.dir` is absolute or null.
 */
export function loadConfig({ root, env = process.env }: { root: string; env?: Env }): LoadedConfig {
  const userFile = userConfigPath(env);
  const projectFile = projectPaths(root).config;
  const user = readConfigFile(userFile);
  const project = readConfigFile(projectFile);
  const safe = withoutCommands(root, project.config);
  const trusted = safe.complete || isTrustedContent(root, project.content, env);
  const merged = merge(
    merge(defaultConfig, placed(user.config, dirname(userFile), env)),
    placed(trusted ? project.config : safe.config, root, env),
  );
  const files = [user.present && userFile, project.present && projectFile].filter((file) => file !== false);
  merged.worktrees.dir = folderOf(root, merged.worktrees.dir, env);
  const untrusted = Object.keys(project.config.profiles ?? {}).filter((name) => !Object.hasOwn(merged.profiles, name));
  const { file, rules, problems } = readAllowed(root, env);
  const screens = screensOf(merged.detect);
  const all = [...user.problems, ...project.problems, ...problems, ...screens.problems];
  const allowed = { file, rules };
  const hidden = !trusted && (project.config.merge?.checks ?? []).length > 0;
  const unchecked = project.problems.length > 0 ? 'broken' : hidden ? 'untrusted' : null;
  return { config: merged, problems: all, trusted, untrusted, unchecked, files, allowed, screens: screens.rules };
}
