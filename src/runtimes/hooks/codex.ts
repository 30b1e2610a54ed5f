import { createHash } from 'node:crypto';
import type { HookAsk } from '../types.ts';
import { atLeast } from '../version.ts';
import { hookCommand } from './claude.ts';
import { withCodexNotify } from './codex-notify.ts';

/**
 * From here on a review tells the session that it belongs to; up to 0.130 it told one of its own, with which `resume` would have gone on.
 * Hooks are trusted by the same hash as in the newest. Up to 0.148 an interrupted turn is told by none: its screen shows it, and the next
 * prompt ends the turn.
 */
export const CODEX_HOOKS = '0.133.0';

/**
 * Seconds after which Codex goes on without an answer. It shows its own dialog only when the hook has ended: a request is held no
 * longer than a rule takes. What comes at the end is given 3 seconds by Codex itself.
 */
const EVENTS: Record<string, { name: string; timeout: number }> = {
  SessionStart: { name: 'session_start', timeout: 10 },
  UserPromptSubmit: { name: 'user_prompt_submit', timeout: 10 },
  PreToolUse: { name: 'pre_tool_use', timeout: 10 },
  PermissionRequest: { name: 'permission_request', timeout: 10 },
  PostToolUse: { name: 'post_tool_use', timeout: 10 },
  Stop: { name: 'stop', timeout: 10 },
  Interrupt: { name: 'interrupt', timeout: 3 },
  SessionEnd: { name: 'session_end', timeout: 3 },
};

/** Where Codex says that options of the command line stand. */
const FLAGS = '/<session-flags>/config.toml';

/**
 * The arguments with hooks that make Codex report what it does, for this process alone. Codex runs only hooks that its person trusts, by
 * the hash of each: the hashes of ours are given along, so that nothing else is trusted with them; hooks of a repository are asked about
 * as ever. With hooks among the person's own arguments they are left as they are. An older one tells the ends of its turns alone.
 */
export function withCodexHooks(ask: HookAsk): string[] {
  const { args, version } = ask;
  if (version !== null && !atLeast(version, CODEX_HOOKS)) return withCodexNotify(ask);
  if (args.some((arg) => /^(--config=|-c)?\s*"?hooks\b/.test(arg))) return [...args];
  const command = hookCommand('codex');
  const entries = Object.entries(EVENTS);
  const options = entries.map(
    ([event, { timeout }]) =>
      `hooks.${event}=[{hooks=[{type="command",command=${JSON.stringify(command)},timeout=${timeout}}]}]`,
  );
  const trusted = entries.map(
    ([, { name, timeout }]) => `"${FLAGS}:${name}:0:0"={trusted_hash="${hashOf(name, command, timeout)}"}`,
  );
  return [...options, `hooks.state={${trusted.join(',')}}`].flatMap((option) => ['-c', option]).concat(args);
}

/** As Codex names a hook (seen with 0.169): its keys in the order of the alphabet. */
export function hashOf(event_name: string, command: string, timeout: number): string {
  const identity = { event_name, hooks: [{ async: false, command, timeout, type: 'command' }] };
  return `sha256:${createHash('sha256').update(JSON.stringify(identity)).digest('hex')}`;
}
