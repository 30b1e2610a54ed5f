import { cutMiddle } from '../../core/cut.ts';
import type { ToolKind, ToolOutcome } from '../../schema/activity.ts';
import type { Report } from '../driver.ts';
import { type Json, listOf, numberOrNull, objectOf, objectsOf, textOf } from '../json.ts';
import { changesOf, diffOf, shortPath } from './diff.ts';
import { unwrapShell } from './shell.ts';

/** Where an item stands: the turn that runs, the folder of the agent, and the tool call it belongs to. */
export interface Place {
  turn: number;
  cwd: string;
  parent: string | null;
}

type ToolStarted = Extract<Report, { type: 'toolStarted' }>;
type Said = Pick<ToolStarted, 'tool' | 'kind' | 'title' | 'locations'> & { input: unknown };

/** The reports of an item that begins. Messages and thoughts are told when they are whole. */
export function itemStarted(item: Json, place: Place): Report[] {
  const said = toolOf(item, place);
  return said ? [toolStarted(item, said, place)] : [];
}

/** The reports of an item that is whole. `begun`: its beginning was told. */
export function itemCompleted(item: Json, place: Place, begun: boolean): Report[] {
  const id = textOf(item.id);
  const parent = place.parent === null ? {} : { parent: place.parent };
  switch (item.type) {
    case 'agentMessage':
    case 'plan':
      return textOf(item.text) === ''
        ? []
        : [{ type: 'said', item: id, who: 'agent', text: textOf(item.text), ...parent }];
    case 'reasoning': {
      const parts = listOf(item.summary).length > 0 ? item.summary : item.content;
      const text = listOf(parts).map(textOf).join('\n\n');
      return text === '' ? [] : [{ type: 'thought', item: id, text, ...parent }];
    }
    case 'contextCompaction':
      return [{ type: 'said', item: id, who: 'system', text: 'Its context was compacted.', ...parent }];
    case 'exitedReviewMode':
      return [{ type: 'said', item: id, who: 'agent', text: textOf(item.review), ...parent }];
  }
  const said = toolOf(item, place);
  if (!said) return [];
  // What is looked for is known only when it was found.
  const again = !begun || item.type === 'webSearch';
  return [...(again ? [toolStarted(item, said, place)] : []), toolFinished(item, place)];
}

const toolStarted = (item: Json, { input, ...said }: Said, { turn, parent }: Place): Report => ({
  type: 'toolStarted',
  call: textOf(item.id),
  turn,
  ...said,
  title: said.title.replace(/\s+/g, ' ').trim(),
  input: cutMiddle(JSON.stringify(input)),
  ...(parent !== null && { parent }),
});

/** What a tool call is, in our words; null: the item is none. */
function toolOf(item: Json, { cwd }: Place): Said | null {
  switch (item.type) {
    case 'commandExecution':
      return command(item);
    case 'fileChange': {
      const changes = changesOf(item);
      const title = changes.map(({ kind, path }) => `${kind} ${shortPath(path, cwd)}`).join(', ');
      const locations = changes.map(({ path }) => ({ path, line: null }));
      return {
        tool: 'fileChange',
        kind: 'edit',
        title: title || 'change files',
        input: { changes: item.changes },
        locations,
      };
    }
    case 'mcpToolCall':
      return plain(`mcp__${textOf(item.server)}__${textOf(item.tool)}`, 'other', textOf(item.tool), item.arguments);
    case 'dynamicToolCall':
      return plain(textOf(item.tool), 'other', textOf(item.tool), item.arguments);
    case 'collabAgentToolCall': {
      const { tool, prompt, model, receiverThreadIds } = item;
      return plain(textOf(tool), 'agent', textOf(prompt) || textOf(tool), { prompt, model, receiverThreadIds });
    }
    case 'webSearch':
      return plain('webSearch', 'fetch', textOf(item.query) || 'search the web', {
        query: item.query,
        action: item.action,
      });
    case 'imageView': {
      const path = textOf(item.path);
      const title = `look at ${shortPath(path, cwd)}`;
      return { tool: 'imageView', kind: 'read', title, input: { path }, locations: [{ path, line: null }] };
    }
    case 'imageGeneration':
      return plain('imageGeneration', 'other', 'make an image', { prompt: item.revisedPrompt });
    default:
      return null;
  }
}

const plain = (tool: string, kind: ToolKind, title: string, input: unknown): Said => ({
  ...{ tool, kind, title, input: input ?? {} },
  locations: [],
});

const KINDS: Record<string, ToolKind> = { read: 'read', listFiles: 'search', search: 'search' };

function command(item: Json): Said {
  const actions = objectsOf(item.commandActions);
  const kinds = new Set(actions.map(({ type }) => KINDS[textOf(type)] ?? 'execute'));
  const [kind] = kinds;
  return {
    tool: 'commandExecution',
    kind: kinds.size === 1 && kind ? kind : 'execute',
    title: unwrapShell(textOf(item.command)),
    input: { command: item.command, cwd: item.cwd },
    locations: actions.flatMap(({ path }) => (textOf(path) === '' ? [] : [{ path: textOf(path), line: null }])),
  };
}

const OUTCOMES: Record<string, ToolOutcome> = {
  completed: 'done',
  failed: 'failed',
  declined: 'denied',
  interrupted: 'cancelled',
};

function toolFinished(item: Json, { cwd }: Place): Report {
  const outcome = OUTCOMES[textOf(item.status)] ?? 'done';
  const error = objectOf(item.error).message;
  const code = numberOrNull(item.exitCode);
  return {
    type: 'toolFinished',
    call: textOf(item.id),
    outcome,
    output: cutMiddle(outputOf(item)),
    error: outcome === 'done' ? null : textOf(error) || (code === null ? FAILURES[outcome] : `exit code ${code}`),
    diff: item.type === 'fileChange' && outcome === 'done' ? cutDiff(item, cwd) : null,
    durationMs: numberOrNull(item.durationMs) ?? lasted(item),
  };
}

const FAILURES: Record<Exclude<ToolOutcome, 'done'>, string> = {
  failed: 'it failed',
  denied: 'not allowed',
  cancelled: 'interrupted',
};

function cutDiff(item: Json, cwd: string): string | null {
  const diff = diffOf(changesOf(item), cwd);
  return diff === null ? null : cutMiddle(diff);
}

function lasted({ startedAtMs, completedAtMs }: Json): number | null {
  const start = numberOrNull(startedAtMs);
  const end = numberOrNull(completedAtMs);
  return start === null || end === null ? null : end - start;
}

function outputOf(item: Json): string {
  if (item.type === 'commandExecution') return textOf(item.aggregatedOutput);
  const parts = item.type === 'mcpToolCall' ? objectOf(item.result).content : item.contentItems;
  return objectsOf(parts)
    .map(({ text, type }) => textOf(text) || `[${textOf(type) || 'content'}]`)
    .join('\n');
}
