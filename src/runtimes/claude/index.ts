import type { Structured, StructuredAsk, StructuredPlan } from '../driver.ts';
import { claudeTools } from '../tools.ts';
import type { Runtime } from '../types.ts';
import { atLeast } from '../version.ts';
import { ClaudeDriver } from './driver.ts';

/** Since this version what subagents say is forwarded on request: 2.1.197 ends at the option, 2.1.329 has it, between is not known. */
const FORWARDS = '2.1.329';

const STREAM = [
  '-p',
  ...['--input-format', 'stream-json', '--output-format', 'stream-json', '--verbose', '--include-partial-messages'],
  ...['--permission-prompt-tool', 'stdio', '--replay-user-messages'],
];

function plan({ resume, args, model, mode, version }: StructuredAsk): StructuredPlan {
  return {
    args: [
      ...STREAM,
      ...(version !== null && atLeast(version, FORWARDS) ? ['--forward-subagent-text'] : []),
      ...(resume === null ? [] : ['--resume', resume]),
      ...(model === null ? [] : ['--model', model]),
      ...(mode === null ? [] : ['--permission-mode', mode]),
      ...args,
    ],
    before: [],
    env: {},
    stdin: null,
    carriesPrompt: false,
  };
}

const structured: Structured = {
  plan,
  driver: (options) => new ClaudeDriver(options),
  oneShot: false,
  terminal: 'claude',
  pictures: true,
  // Its protocol can say it: every request is answered.
  auto: [],
};

/** Claude Code over its bidirectional stream of JSON: every message, tool call and permission request, without a screen. */
export const claudeStream: Runtime = {
  id: 'claude-stream',
  title: 'Claude Code (structured)',
  binary: 'claude',
  argv: ({ program }) => [program ?? 'claude'],
  prompting: 'argument',
  listens: true,
  version: ['--version'],
  install: 'npm i -g @anthropic-ai/claude-code',
  titles: [],
  verified: 'driven against 2.1.197 and 2.1.329',
  withTools: claudeTools,
  structured,
};
