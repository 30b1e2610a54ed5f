import type { Tokens } from '../../schema/activity.ts';
import { itemCompleted, itemStarted } from '../codex/items.ts';
import { parseTotalKey, tokensOf, totalKey, usedSince } from '../codex/usage.ts';
import type { Effect, StructuredAsk } from '../driver.ts';
import { type Json, objectOf, objectsOf, parseObject, textOf } from '../json.ts';
import { codexTools } from '../tools.ts';
import type { ExecDecoder, ExecOptions, ExecRow } from './frame.ts';
import { raw, report, statusIn, Turn, troubled } from './turn.ts';

/** Items as the app server names them. */
const NAMES: Record<string, string> = {
  ...{ agent_message: 'agentMessage', reasoning: 'reasoning', command_execution: 'commandExecution' },
  ...{ file_change: 'fileChange', mcp_tool_call: 'mcpToolCall', web_search: 'webSearch' },
};

function decoder(options: ExecOptions): ExecDecoder {
  const turn = new Turn(options);
  const totals = new Map<string, Tokens>();
  for (const event of options.past) {
    const known = event.type === 'used' ? parseTotalKey(event.key) : null;
    if (known) totals.set(known.thread, known.total);
  }
  const begun = new Set<string>();
  const place = { turn: turn.number, cwd: turn.cwd, parent: null };
  let thread = options.agent.sessionId ?? '';

  /** A total over the whole thread, what was used in lives before included. */
  const used = (usage: Json): Effect[] => {
    const total = tokensOf({
      ...{ inputTokens: usage.input_tokens, cachedInputTokens: usage.cached_input_tokens },
      ...{ cacheWriteInputTokens: usage.cache_write_input_tokens, outputTokens: usage.output_tokens },
      reasoningOutputTokens: usage.reasoning_output_tokens,
    });
    const before = totals.get(thread);
    totals.set(thread, total);
    const tokens = before ? usedSince(before, total, total) : total;
    return tokens ? [turn.used(totalKey(thread, total), tokens, null)] : [];
  };

  const item = (given: Json, whole: boolean): Effect[] => {
    if (given.type === 'todo_list') return [report({ type: 'planned', entries: objectsOf(given.items).map(entry) })];
    if (given.type === 'error') return [raw(textOf(given.message), 'text')];
    const known = asItem(given, turn);
    const reports = whole ? itemCompleted(known, place, begun.has(known.id)) : itemStarted(known, place);
    begun.add(known.id);
    // It says which files, and not how.
    return reports.map((one) => report(one.type === 'toolFinished' ? { ...one, diff: null } : one));
  };

  const read = (message: Json): Effect[] | null => {
    switch (message.type) {
      case 'thread.started':
        thread = textOf(message.thread_id) || thread;
        return [report({ type: 'session', sessionId: thread })];
      case 'turn.started':
        return turn.begin();
      case 'item.started':
        return item(objectOf(message.item), false);
      case 'item.updated':
        return objectOf(message.item).type === 'todo_list' ? item(objectOf(message.item), false) : [];
      case 'item.completed':
        return item(objectOf(message.item), true);
      case 'turn.completed':
        return [...used(objectOf(message.usage)), turn.ended('completed', null)];
      case 'turn.failed':
        return failed(turn, textOf(objectOf(message.error).message));
      case 'error':
        return retried(textOf(message.message));
      default:
        return null;
    }
  };
  return {
    line(text) {
      const message = parseObject(text);
      return message ? (read(message) ?? [raw(text, 'unknown')]) : [raw(text, 'text')];
    },
    error: (text) => (/no rollout found|invalid session id/.test(text) ? [{ type: 'refused', message: text }] : []),
  };
}

const failed = (turn: Turn, text: string) => [troubled(text, statusIn(text)), turn.ended('failed', text)];

/** The last failure is told by the end of the turn, too. */
const retried = (text: string) => (text.startsWith('Reconnecting') ? [troubled(text, statusIn(text), true)] : []);

const entry = ({ text, completed }: Json) => ({
  text: textOf(text),
  status: completed === true ? ('done' as const) : ('pending' as const),
});

function asItem(given: Json, turn: Turn): Json & { id: string } {
  const { type, text, aggregated_output, exit_code, changes } = given;
  return {
    ...given,
    id: turn.id(textOf(given.id)),
    type: NAMES[textOf(type)] ?? type,
    ...(type === 'reasoning' && { summary: [text] }),
    ...(type === 'command_execution' && { aggregatedOutput: aggregated_output, exitCode: exit_code }),
    ...(type === 'file_change' && {
      changes: objectsOf(changes).map((change) => ({ path: change.path, kind: { type: change.kind } })),
    }),
  };
}

/** Modes of Codex that need nobody to be asked. */
const SANDBOXES: Record<string, string> = {
  'read-only': 'read-only',
  auto: 'workspace-write',
  'full-access': 'danger-full-access',
};

function args({ resume, model, mode, args: own }: StructuredAsk): string[] {
  const sandbox = mode === null ? undefined : SANDBOXES[mode];
  return [
    'exec',
    ...own,
    ...(model === null ? [] : ['--model', model]),
    ...(sandbox === undefined ? [] : ['--sandbox', sandbox]),
    ...(resume === null ? [] : ['resume']),
    '--json',
    '--skip-git-repo-check',
    ...(resume === null ? [] : [resume]),
    '-',
  ];
}

/** `codex exec`, one turn a life: it never asks, what its sandbox does not allow fails. */
export const codexExec: ExecRow = {
  id: 'codex-exec',
  title: 'Codex (one turn)',
  binary: 'codex',
  install: 'npm i -g @openai/codex',
  terminal: 'codex',
  args,
  decoder,
  auto: [],
  verified: 'driven against 0.169.0',
  withTools: codexTools,
};
