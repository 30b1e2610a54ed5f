import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { entryPath } from '../../util/entry.ts';
import { shellWord } from '../../util/shell.ts';
import { type Json, listOf, objectOf, parseObject, textOf } from '../json.ts';
import type { HookAsk } from '../types.ts';
import { atLeast } from '../version.ts';

/** What runs our program for a source. */
export const hookArgv = (...words: string[]): string[] => [process.execPath, entryPath('hook'), ...words];

/** The same for a shell. */
export const hookCommand = (...words: string[]): string =>
  hookArgv(...words)
    .map(shellWord)
    .join(' ');

/** Versions before had other hooks, or none. */
const LEAST = '2.1.0';

/** Seconds after which Claude Code goes on without an answer: long for who has to be asked, short for what is only told. */
const EVENTS: Record<string, number> = {
  SessionStart: 10,
  UserPromptSubmit: 10,
  PreToolUse: 10,
  PermissionRequest: 600,
  PostToolUse: 10,
  PostToolUseFailure: 10,
  Stop: 10,
  SessionEnd: 10,
};

/**
 * The arguments with settings that make Claude Code report what it does, for this process alone. Settings of the person's own in them
 * stay in force; with such as cannot be read the arguments are left as they are.
 */
export function withClaudeHooks({ args, env, cwd, version }: HookAsk): string[] {
  const own = settingsIn(args, cwd);
  if (!own || (version !== null && !atLeast(version, LEAST))) return [...args];
  const hooks = Object.fromEntries(
    Object.entries(EVENTS).map(([event, timeout]) => {
      const ours = { hooks: [{ type: 'command', command: hookCommand('claude'), timeout }] };
      return [event, [...listOf(objectOf(own.settings.hooks)[event]), ours]];
    }),
  );
  const settings = {
    ...own.settings,
    hooks: { ...objectOf(own.settings.hooks), ...hooks },
    ...statusLine(own.settings, env, cwd),
  };
  return ['--settings', JSON.stringify(settings), ...own.rest];
}

/** The last settings among the arguments, which are those that count, and all other arguments. Null: they cannot be read. */
function settingsIn(args: readonly string[], cwd: string): { settings: Json; rest: string[] } | null {
  const rest: string[] = [];
  let given: string | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!;
    if (arg === '--settings') given = args[++at] ?? '';
    else if (arg.startsWith('--settings=')) given = arg.slice('--settings='.length);
    else rest.push(arg);
  }
  if (given === undefined) return { settings: {}, rest };
  const settings = parseObject(given.trim()) ?? readSettings(resolve(cwd, given));
  return settings && { settings, rest };
}

function readSettings(path: string): Json | null {
  try {
    return parseObject(readFileSync(path, 'utf8').trim());
  } catch {
    return null;
  }
}

/**
 * A status line tells what it costs and how full its context is. The person's own goes on to be shown: ours runs it. One that comes
 * with the project is left to Claude Code, which knows whether it is trusted.
 */
function statusLine(given: Json, env: HookAsk['env'], cwd: string): Json {
  const folder = env.CLAUDE_CONFIG_DIR || join(env.HOME || homedir(), '.claude');
  const inProject = ['settings.json', 'settings.local.json'].map((name) => readSettings(join(cwd, '.claude', name)));
  if (given.statusLine === undefined && inProject.some((settings) => settings?.statusLine !== undefined)) return {};
  const own = objectOf(given.statusLine ?? readSettings(join(folder, 'settings.json'))?.statusLine);
  const command = textOf(own.command);
  const words = command === '' ? ['claude-status'] : ['claude-status', command];
  return { statusLine: { ...own, type: 'command', command: hookCommand(...words) } };
}
