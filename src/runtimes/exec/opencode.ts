import { cutMiddle } from '../../core/cut.ts';
import type { Effect } from '../driver.ts';
import { countOf, type Json, numberOrNull, objectOf, parseObject, textOf, textOrNull } from '../json.ts';
import { opencodeTools } from '../tools.ts';
import type { ExecDecoder, ExecOptions, ExecRow } from './frame.ts';
import { raw, report, Turn, troubled } from './turn.ts';

function decoder(options: ExecOptions): ExecDecoder {
  const turn = new Turn(options);
  let session: string | null = options.agent.sessionId;
  const read = (message: Json): Effect[] | null => {
    const part = objectOf(message.part);
    const id = textOf(part.id);
    switch (message.type) {
      case 'step_start':
        return [];
      case 'text':
        return [report({ type: 'said', item: id, who: 'agent', text: textOf(part.text) })];
      case 'reasoning':
        return [report({ type: 'thought', item: id, text: textOf(part.text) })];
      case 'tool_use':
        return tool(turn, part);
      case 'step_finish':
        return [used(turn, part, id)];
      case 'error': {
        const { data, name } = objectOf(message.error);
        const text = textOf(objectOf(data).message) || textOf(name) || 'opencode reports an error';
        return [troubled(text, numberOrNull(objectOf(data).statusCode)), turn.ended('failed', text)];
      }
      default:
        return null;
    }
  };
  return {
    line(text) {
      const message = parseObject(text);
      if (!message) return [raw(text, 'text')];
      const sessionId = textOrNull(message.sessionID);
      const fresh = sessionId !== null && sessionId !== session;
      session = sessionId ?? session;
      const told = read(message) ?? [raw(text, 'unknown')];
      return [...(fresh ? [report({ type: 'session', sessionId })] : []), ...turn.begin(), ...told];
    },
    error: (text) => (/session not found|NotFoundError/i.test(text) ? [{ type: 'refused', message: text }] : []),
  };
}

/** It tells of a tool when it has run. */
function tool(turn: Turn, part: Json): Effect[] {
  const { status, input, output, error, time, metadata } = objectOf(part.state);
  const call = textOf(part.callID);
  const { start, end } = objectOf(time);
  const message = textOf(error);
  const outcome = status !== 'error' ? 'done' : /reject|permission/i.test(message) ? 'denied' : 'failed';
  const diff = textOrNull(objectOf(metadata).diff);
  return [
    turn.tool(call, textOf(part.tool), objectOf(input)),
    report({
      ...{ type: 'toolFinished', call, outcome, output: cutMiddle(textOf(output)), error: message || null },
      // What stands before is Subversion's way of naming a file.
      diff: diff === null ? null : cutMiddle(diff.replace(/^Index: .*\n=+\n/gm, '')),
      durationMs: numberOrNull(start) === null || numberOrNull(end) === null ? null : countOf(end) - countOf(start),
    }),
  ];
}

/** Of one request; reasoning is beside its output there. */
function used(turn: Turn, part: Json, id: string): Effect {
  const { input, output, reasoning, cache } = objectOf(part.tokens);
  const { read, write } = objectOf(cache);
  const tokens = { input: countOf(input), output: countOf(output) + countOf(reasoning), reasoning: countOf(reasoning) };
  return turn.used(id, { ...tokens, cacheRead: countOf(read), cacheWrite: countOf(write) }, numberOrNull(part.cost));
}

/** `opencode run`, one turn a life: what it would ask for is refused by itself. */
export const opencodeExec: ExecRow = {
  id: 'opencode-exec',
  title: 'opencode (one turn)',
  binary: 'opencode',
  install: 'npm i -g opencode-ai',
  terminal: 'opencode',
  args: ({ resume, model, args }) => [
    ...['run', '--format', 'json'],
    ...(resume === null ? [] : ['--session', resume]),
    ...(model === null ? [] : ['--model', model]),
    ...args,
  ],
  decoder,
  auto: ['--auto'],
  verified: 'driven against 1.18.33',
  withTools: opencodeTools,
};
