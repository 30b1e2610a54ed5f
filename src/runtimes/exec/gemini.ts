import { cutMiddle } from '../../core/cut.ts';
import type { Effect } from '../driver.ts';
import { countOf, type Json, objectOf, parseObject, textOf } from '../json.ts';
import type { ExecDecoder, ExecOptions, ExecRow } from './frame.ts';
import { raw, report, statusIn, Turn, troubled } from './turn.ts';

function decoder(options: ExecOptions): ExecDecoder {
  const turn = new Turn(options);
  let session = options.agent.sessionId ?? '';
  /** It tells a message in pieces, and never that it is whole. */
  let message = { item: '', text: '' };
  let items = 0;
  const flush = (): Effect[] => {
    const { item, text } = message;
    message = { item: '', text: '' };
    return text === '' ? [] : [report({ type: 'said', item, who: 'agent', text })];
  };
  const piece = (text: string): Effect => {
    if (message.item === '') message.item = turn.id(`message-${++items}`);
    message.text += text;
    return { type: 'delta', delta: { item: message.item, kind: 'said', text } };
  };
  const read = (told: Json): Effect[] | null => {
    switch (told.type) {
      case 'init':
        session = textOf(told.session_id) || session;
        turn.model = textOf(told.model) || turn.model;
        return [
          report({ type: 'session', sessionId: session }),
          report({ type: 'configured', model: turn.model }),
          ...turn.begin(),
        ];
      case 'message':
        return told.role === 'assistant' ? [piece(textOf(told.content))] : [];
      case 'tool_use':
        return [...flush(), turn.tool(textOf(told.tool_id), textOf(told.tool_name), objectOf(told.parameters))];
      case 'tool_result':
        return [...flush(), finished(told)];
      case 'error':
        return [...flush(), troubled(textOf(told.message), statusIn(textOf(told.message)))];
      case 'result':
        return [...flush(), ...result(turn, told, session)];
      default:
        return null;
    }
  };
  return {
    line(text) {
      const told = parseObject(text);
      return told ? (read(told) ?? [raw(text, 'unknown')]) : [raw(text, 'text')];
    },
    error: (text) =>
      /Invalid session identifier|No previous sessions/i.test(text) ? [{ type: 'refused', message: text }] : [],
  };
}

function finished(told: Json): Effect {
  const error = textOf(objectOf(told.error).message);
  const outcome = told.status === 'success' ? 'done' : /denied|not allowed|declined/i.test(error) ? 'denied' : 'failed';
  return report({
    ...{ type: 'toolFinished', call: textOf(told.tool_id), outcome, output: cutMiddle(textOf(told.output)) },
    ...{ error: error || null, diff: null, durationMs: null },
  });
}

/** Sums of this life; `input` counts what the cache gave, too. */
function result(turn: Turn, told: Json, session: string): Effect[] {
  const { input_tokens, output_tokens, cached } = objectOf(told.stats);
  const cacheRead = countOf(cached);
  const output = countOf(output_tokens);
  const tokens = {
    input: Math.max(0, countOf(input_tokens) - cacheRead),
    output,
    cacheRead,
    cacheWrite: 0,
    reasoning: 0,
  };
  const used = tokens.input + output + cacheRead > 0 ? [turn.used(`${session}:${turn.number}`, tokens, null)] : [];
  if (told.status === 'success') return [...used, turn.ended('completed', null)];
  const message = textOf(objectOf(told.error).message) || 'Gemini reports an error';
  return [...used, troubled(message, statusIn(message)), turn.ended('failed', message)];
}

/** `gemini`, one turn a life: what it would ask for is refused by itself. */
export const geminiExec: ExecRow = {
  id: 'gemini-exec',
  title: 'Gemini CLI (one turn)',
  binary: 'gemini',
  install: 'npm i -g @google/gemini-cli',
  terminal: 'gemini',
  args: ({ resume, model, mode, args }) => [
    ...['--output-format', 'stream-json'],
    ...(resume === null ? [] : ['--resume', resume]),
    ...(model === null ? [] : ['--model', model]),
    ...(mode === null ? [] : ['--approval-mode', mode]),
    ...args,
  ],
  decoder,
  auto: ['--approval-mode', 'yolo'],
  verified: 'driven against 0.61.0',
};
