import type { ToolKind } from '../../schema/activity.ts';

/** One thing that an agent of Paseo did, as its log tells it: `[Shell] ls`, `[Thought] …`; what has no name before it was said. */
export interface LogEntry {
  type: 'user' | 'said' | 'thought' | 'error' | 'tool';
  /** Of a tool its name. */
  tool: string;
  text: string;
}

const KINDS: Record<string, ToolKind> = {
  Write: 'edit',
  Edit: 'edit',
  Read: 'read',
  Shell: 'execute',
  Bash: 'execute',
  Search: 'search',
  Grep: 'search',
  Glob: 'search',
  Fetch: 'fetch',
  WebFetch: 'fetch',
  Task: 'agent',
};
export const kindOf = (tool: string): ToolKind => KINDS[tool] ?? 'other';

/** What stands in `after` and not yet in `before`, the same log earlier; the whole where that was cut off at its beginning. */
export const newIn = (before: string, after: string): string =>
  before !== '' && after.startsWith(before) ? after.slice(before.length).replace(/^\n/, '') : after;

/** Reads a log, or a part of one. `prompt`: the text of the person in it, which may have lines of its own. */
export function readLog(log: string, prompt: string): LogEntry[] {
  const entries: LogEntry[] = [];
  const whole = log.replace(`[User] ${prompt.trimEnd()}`, () => '[User] ');
  for (const line of whole.split('\n')) {
    const [, name, text] = /^\[([A-Z][\w ]*)\] ?(.*)$/.exec(line) ?? [];
    const last = entries.at(-1);
    if (name !== undefined) entries.push(entryOf(name, text!));
    else if (last && (last.type === 'said' || last.type === 'error')) last.text += `\n${line}`;
    else entries.push({ type: 'said', tool: '', text: line });
  }
  return entries
    .map((one) => ({ ...one, text: one.text.trim() }))
    .filter(({ text, type }) => text !== '' || type === 'tool');
}

function entryOf(name: string, text: string): LogEntry {
  if (name === 'User') return { type: 'user', tool: '', text };
  if (name === 'Thought') return { type: 'thought', tool: '', text };
  if (name === 'System Error' || name === 'Error') return { type: 'error', tool: '', text };
  return { type: 'tool', tool: name, text };
}
