import { Decoder } from '../claude/decoder.ts';
import type { StructuredAsk } from '../driver.ts';
import { claudeTools, qwenTools } from '../tools.ts';
import type { ExecDecoder, ExecOptions, ExecRow } from './frame.ts';

/** Claude Code and Qwen Code print the same kinds of lines. */
function streamJson({ agent, past, prompt }: ExecOptions, whole: boolean): ExecDecoder {
  const decoder = new Decoder(agent, past, { whole });
  if (prompt) decoder.turns.give(prompt, null);
  return {
    line(text, at) {
      // Requests and responses belong to the bidirectional stream: here nobody could answer them.
      if (decoder.line('stdout', text, at)) decoder.unknown(text);
      return decoder.take();
    },
    error(text) {
      decoder.refusedBy(text);
      return decoder.take();
    },
    recall: (event) => decoder.recall(event),
  };
}

const flags = ({ resume, model, args }: StructuredAsk, mode: string[]) => [
  ...(resume === null ? [] : ['--resume', resume]),
  ...(model === null ? [] : ['--model', model]),
  ...mode,
  ...args,
];

/** `claude -p`, one turn a life: for where nobody is there to be asked. */
export const claudeExec: ExecRow = {
  id: 'claude-exec',
  title: 'Claude Code (one turn)',
  binary: 'claude',
  install: 'npm i -g @anthropic-ai/claude-code',
  terminal: 'claude',
  args: (ask) => [
    ...['-p', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'],
    ...flags(ask, ask.mode === null ? [] : ['--permission-mode', ask.mode]),
  ],
  decoder: (options) => streamJson(options, false),
  auto: ['--permission-mode', 'bypassPermissions'],
  verified: 'driven against 2.1.329',
  withTools: claudeTools,
};

/** `qwen`, one turn a life. */
export const qwenExec: ExecRow = {
  id: 'qwen-exec',
  title: 'Qwen Code (one turn)',
  binary: 'qwen',
  install: 'npm i -g @qwen-code/qwen-code',
  terminal: 'qwen',
  args: (ask) => [
    ...['--output-format', 'stream-json', '--include-partial-messages'],
    ...flags(ask, ask.mode === null ? [] : ['--approval-mode', ask.mode]),
  ],
  decoder: (options) => streamJson(options, true),
  auto: ['--approval-mode', 'yolo'],
  verified: 'driven against 0.24.4',
  withTools: qwenTools,
};
