import type { Answer, Approval } from '../../../src/schema/approval.ts';
import type { Reply, Script } from '../../support/models/script.ts';
import type { Models } from '../../support/models/server.ts';
import { until } from '../../support/wait.ts';

/** One recording. */
export interface Scenario {
  script: Script;
  mode?: string;
  /** Prompts of each life of the process. */
  lives: string[][];
  resume?: string;
  /** Null: it is left open, and the turn is interrupted. */
  answer(approval: Approval): Answer | null;
  /** What must have happened before the turn is interrupted; missing: turns end by themselves. */
  during?(models: Models): Promise<unknown>;
  /** Ends with SIGKILL, not with its input. */
  kill?: boolean;
}

const flows = (named: Record<string, Reply[]>): Script => ({
  flows: Object.entries(named).map(([when, replies]) => ({ when, replies })),
});
const allow = (): Answer => ({ verdict: 'once' });
const RESET = 1_795_250_000_000;

const FILE: Reply[] = [
  {
    thinking: 'The user wants a file.',
    text: 'I write b.txt.',
    tools: [{ tool: 'write', path: 'b.txt', content: 'new\nfile\n' }],
    usage: { input: 100, output: 40, cacheRead: 2000, reasoning: 7 },
    limits: [
      { usedPercent: 42, resetsAt: RESET },
      { usedPercent: 85, windowMinutes: 10_080 },
    ],
  },
  {
    text: 'Now an edit.',
    tools: [
      { tool: 'edit', path: 'a.txt', old: 'two', new: 'TWO' },
      { tool: 'bash', command: 'cat a.txt b.txt' },
    ],
    usage: { input: 50, output: 30, cacheRead: 2300 },
    limits: [
      { usedPercent: 42, resetsAt: RESET },
      { usedPercent: 85, windowMinutes: 10_080 },
    ],
  },
  {
    tools: [{ tool: 'bash', command: 'echo "it\'s $HOME" && false' }],
    usage: { input: 60, output: 20, cacheRead: 2400 },
  },
  { text: 'All **done**.', usage: { input: 70, output: 15, cacheRead: 2450 } },
];

export const scenarios: Record<string, Scenario> = {
  tools: { script: flows({ FILE }), mode: 'untrusted', lives: [['FILE please']], answer: allow },
  deny: {
    script: flows({
      SHELL: [{ text: 'I run it.', tools: [{ tool: 'bash', command: 'touch never.txt' }] }, { text: 'Then not.' }],
      'use the makefile': [{ text: 'I see: make.' }],
      WRITE: [{ tools: [{ tool: 'write', path: 'never.txt', content: 'x\n' }] }, { text: 'Then not.' }],
    }),
    mode: 'untrusted',
    lives: [['SHELL please', 'WRITE please']],
    answer: ({ tool }) => ({ verdict: 'deny', ...(tool === 'commandExecution' && { reason: 'use the makefile' }) }),
  },
  interrupt: {
    script: flows({ SLOW: [{ text: 'This is a long answer that never comes to its end.', holdHalf: 'never' }] }),
    lives: [['SLOW please']],
    answer: allow,
    during: ({ asked }) => until('half of the answer', () => asked.some(({ ask }) => ask.prompt === 'SLOW please')),
  },
  withdrawn: {
    script: flows({ SHELL: [{ tools: [{ tool: 'bash', command: 'touch later.txt' }] }] }),
    mode: 'untrusted',
    lives: [['SHELL please']],
    answer: () => null,
  },
  resume: {
    script: flows({
      FIRST: [{ text: 'One.', usage: { input: 10, output: 1, cacheRead: 100 } }],
      SECOND: [{ text: 'Two.', usage: { input: 20, output: 2, cacheRead: 200 } }],
    }),
    lives: [['FIRST please'], ['SECOND please']],
    answer: allow,
    kill: true,
  },
  refused: {
    script: flows({}),
    resume: '01a1fbd8-e2a0-7fa2-b375-524ba1fd62c7',
    lives: [[]],
    answer: allow,
  },
  limit: {
    script: flows({
      LIMIT: [
        {
          status: 429,
          errorType: 'usage_limit_reached',
          error: 'You are out of tokens.',
          limits: [{ usedPercent: 100, resetsAt: RESET }],
        },
      ],
      BUSY: [{ status: 429, error: 'Slow down.' }],
    }),
    lives: [['LIMIT please', 'BUSY please']],
    answer: allow,
  },
  failures: {
    script: flows({
      LOGIN: [{ status: 401, error: 'No such key.' }],
      BROKEN: [{ status: 500, error: 'It broke.' }],
      CUT: [{ text: 'This will be cut in the middle.', cut: true }, { text: 'x' }],
    }),
    lives: [['LOGIN please', 'BROKEN please', 'CUT please']],
    answer: allow,
  },
};
