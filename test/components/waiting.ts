// Agents that wait, as runtimes report them; and a daemon that takes answers.
import { reduce } from '../../src/core/reduce.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Approval } from '../../src/schema/approval.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import type { drawn } from './cockpit.ts';
import { agent, team } from './sample.ts';

/** In its middle, so that pictures stay as they are. */
const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000 - 30_000;

export function approval(id: string, more: Partial<Approval> = {}): Approval {
  return {
    ...{ id, at: minutesAgo(41), turn: 1, kind: 'tool', tool: 'Bash', call: null, title: 'npm test' },
    ...{ input: '{}', command: null, paths: [], diff: null, reason: null, questions: null },
    ...{ verdicts: ['once', 'session', 'always', 'deny'], takesReason: true, cut: false },
    via: { type: 'protocol', request: `r-${id}` },
    ...more,
  };
}

export const migrate = approval('a1', {
  title: 'npm run migrate -- --force',
  command: 'npm run migrate -- --force',
  reason: 'the schema of the tests is older than the code',
  input: JSON.stringify({ command: 'npm run migrate -- --force', description: 'Run the migration', timeout: 120_000 }),
});

export const edit = approval('a2', {
  at: minutesAgo(7),
  tool: 'Edit',
  title: 'eslint.config.js',
  paths: ['/data/worktrees/lint-sub/eslint.config.js'],
  diff: [
    '--- a/eslint.config.js',
    '+++ b/eslint.config.js',
    '@@ -1,4 +1,6 @@',
    " import js from '@eslint/js';",
    '-export default [js.configs.recommended];',
    '+export default [',
    '+  js.configs.recommended,',
    "+  { rules: { 'no-var': 'error' } },",
    '+];',
    ' ',
    ' // the end',
    '',
  ].join('\n'),
  input: JSON.stringify({ file_path: 'eslint.config.js', old_string: 'a\nb', new_string: 'c\nd' }),
});

export const question = approval('a3', {
  at: minutesAgo(3),
  kind: 'question',
  tool: 'AskUserQuestion',
  title: 'Which database should the tests use?',
  verdicts: ['once', 'deny'],
  questions: [
    {
      text: 'Which database should the tests use?',
      choices: [
        { label: 'SQLite', description: 'fast, in memory' },
        { label: 'Postgres', description: 'as in production' },
      ],
      many: false,
    },
    {
      text: 'What else should be set up?',
      choices: [
        { label: 'Fixtures', description: '' },
        { label: 'Coverage', description: '' },
      ],
      many: true,
    },
  ],
});

/** The team of the drawing, with what it asks. */
export const asking = (): Agent[] =>
  team.map((one) => {
    if (one.name === 'auth-fix') return { ...one, approvals: [migrate] };
    if (one.name === 'lint-sub') return { ...one, approvals: [edit, question] };
    return one;
  });

/** `count` agents that ask for a command each, the first one first. */
export const crowd = (count: number): Agent[] =>
  Array.from({ length: count }, (_, index) =>
    agent(`agent-${index + 1}`, 'waiting', {
      createdAt: index + 1,
      approvals: [
        approval(`q${index + 1}`, {
          at: Date.now() - 60_000 + index,
          title: `make step-${index + 1}`,
          command: `make step-${index + 1}`,
        }),
      ],
    }),
  );

/** An event, folded as the mirror folds it. */
export function happens({ store, cockpit }: ReturnType<typeof drawn>, id: string, event: AgentEvent): void {
  const { project } = store.getState().data;
  if (event.type === 'answered') cockpit.bridge.inbox.ended(event.id, event.by);
  store.setData({ project: reduce(project!, id, event) });
}

export const asked = (one: Approval): AgentEvent => ({ type: 'asked', at: Date.now(), epoch: 1, approval: one });
export const ended = (id: string, who: 'person' | 'rule' | 'elsewhere' | 'withdrawn', detail = ''): AgentEvent => ({
  ...{ type: 'answered', at: Date.now(), epoch: 1, id, answer: null },
  by: { who, detail },
});

export const working = (): AgentEvent => ({
  ...{ type: 'status', at: Date.now(), epoch: 1, state: 'running' },
  evidence: { source: 'protocol', detail: 'its request was answered' },
});
