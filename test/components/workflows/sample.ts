// Runs and workflows as the daemon would answer of them.
import { NO_STEPS } from '../../../src/core/runs/summary.ts';
import type { Agent } from '../../../src/schema/agent.ts';
import type { Run, RunStep, RunSummary } from '../../../src/schema/run.ts';
import type { WorkflowInfo } from '../../../src/schema/workflow.ts';
import { agent } from '../sample.ts';

export const info = (name: string, more: Partial<WorkflowInfo> = {}): WorkflowInfo => ({
  name,
  description: `What ${name} does`,
  form: 'script',
  from: 'builtin',
  file: null,
  shadows: [],
  trusted: true,
  hash: `hash of ${name}`,
  problem: null,
  phases: [],
  args: {},
  ...more,
});

export const workflows: WorkflowInfo[] = [
  info('review-code', {
    description: 'Several views of one change, merged by how much each finding matters',
    phases: [{ title: 'Look' }, { title: 'Verify' }, { title: 'Report' }],
    args: {
      question: { type: 'string', required: true, description: 'What is to be looked at' },
      depth: { type: 'string', choices: ['quick', 'thorough'], default: 'quick' },
      rounds: { type: 'number', default: 2 },
      strict: { type: 'boolean' },
    },
  }),
  info('release', {
    ...{ form: 'flow', from: 'project', file: '.boocode/flows/release.yaml', trusted: false },
    description: 'Build, check, ask, publish',
  }),
  info('broken', {
    ...{ from: 'project', file: '.boocode/workflows/broken.js', trusted: true },
    problem: { message: "Unexpected token '}'", line: 3, column: 5 },
  }),
];

/** Twenty hours and a half ago: what is shown of it stays the same for as long as a test takes. */
const BEGAN = Date.now() - 20.5 * 3_600_000;

type Step = Run['steps'][number];

export const step = (id: string, status: Step['status'], more: Partial<Step> = {}): Step => ({
  id,
  label: id,
  phase: null,
  kind: 'agent',
  status,
  attempt: status === 'pending' ? 0 : 1,
  cached: false,
  agent: null,
  deps: [],
  parent: null,
  detail: null,
  result: null,
  startedAt: status === 'pending' || status === 'skipped' ? null : BEGAN,
  endedAt: status === 'completed' || status === 'failed' ? BEGAN + 12_400 : null,
  ...more,
});

export const runOf = (name: string, more: Partial<Run> = {}): Run => ({
  id: `id-${name}`,
  name,
  workflow: 'review-code',
  form: 'script',
  outcome: null,
  startedAt: BEGAN,
  endedAt: null,
  phases: [],
  phase: null,
  steps: [],
  log: [],
  result: null,
  error: null,
  place: null,
  ...more,
});

/** The agent of a run, with a summary of it. */
export const runAgentOf = (
  name: string,
  state: Agent['status']['state'],
  { steps, ...summary }: Partial<Omit<RunSummary, 'steps'>> & { steps?: Partial<RunSummary['steps']> } = {},
  more: Partial<Agent> = {},
): Agent =>
  agent(name, state, {
    ...{ runtime: 'workflow', branch: null, worktree: null },
    run: {
      ...{ workflow: 'review-code', form: 'script', phase: null, outcome: null },
      ...summary,
      steps: { ...NO_STEPS, ...steps },
    },
    ...more,
  });

const usage = (input: number, usd: number): Partial<Agent> => ({
  tokens: { input, output: 200, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
  cost: { usd, provenance: 'reported' },
});
/** The sessions list them in the order in which they were made. */
let born = 10;
const of = (run: string, name: string, state: Agent['status']['state'], more: Partial<Agent> = {}) =>
  agent(name, state, { parentId: `id-${run}`, createdAt: born++, ...more });

/** A script in the middle of its work: two phases begun, one to come. */
export function scriptRun() {
  const steps = [
    step('a', 'completed', { label: 'security', phase: 'Look', agent: 'id-look-1', result: 'Two findings' }),
    step('b', 'completed', { label: 'speed', phase: 'Look', cached: true, result: 'Nothing found' }),
    step('c', 'failed', {
      label: 'style',
      phase: 'Look',
      agent: 'id-look-2',
      detail: 'its answer fits no schema: "severity" is missing',
    }),
    step('d', 'running', { label: 'is auth.ts:12 real', phase: 'Verify', agent: 'id-check-1' }),
    step('e', 'running', { label: 'is auth.ts:40 real', phase: 'Verify', agent: 'id-check-2', attempt: 2 }),
  ];
  const counts = { known: 5, running: 2, done: 2, failed: 1, cached: 1 };
  const asks = agent('check-2', 'waiting', {
    parentId: 'id-review',
    createdAt: 1000,
    approvals: [
      {
        ...{ id: 'r1', at: Date.now() - 5000, turn: 1, kind: 'tool', tool: 'Bash', call: null, title: 'npm test' },
        ...{ input: '{"command":"npm test"}', command: 'npm test', paths: [], diff: null },
        ...{ via: { type: 'protocol', request: 'r1' }, verdicts: ['once', 'deny'] },
      } as unknown as NonNullable<Agent['approvals']>[number],
    ],
  });
  return {
    agents: [
      runAgentOf('review', 'running', { phase: 'Verify', steps: counts }, { createdAt: 1 }),
      of('review', 'look-1', 'completed', usage(12_000, 0.21)),
      of('review', 'look-2', 'failed', usage(3000, 0.05)),
      of('review', 'check-1', 'running', usage(800, 0.01)),
      asks,
    ],
    run: runOf('review', {
      phases: [
        { title: 'Look', detail: 'each with its own eyes' },
        { title: 'Verify' },
        { title: 'Report', detail: 'what is left' },
      ],
      phase: 'Verify',
      steps,
      log: [
        { at: BEGAN + 1000, level: 'log', text: 'looking at 3 files' },
        { at: BEGAN + 8000, level: 'warn', text: 'style gave no answer that fits\nit goes on without' },
      ],
    }),
  };
}

/** A flow that has branched and waits for a person. */
export function flowRun() {
  const steps = [
    step('plan', 'completed', { agent: 'id-plan' }),
    step('lint', 'completed', { kind: 'code', deps: ['plan'] }),
    step('test', 'running', { deps: ['plan'], kind: 'batch' }),
    step('test[0]', 'completed', { label: 'unit', kind: 'item', parent: 'test' }),
    step('test[1]', 'running', { label: 'end to end', kind: 'item', parent: 'test' }),
    step('which', 'completed', { deps: ['lint'], kind: 'switch', detail: 'chose the first case: ask' }),
    step('hotfix', 'skipped', { deps: ['which'], detail: 'which chose another branch' }),
    step('ask', 'running', { label: 'publish it?', deps: ['which', 'test'], kind: 'approval' }),
    step('publish', 'pending', { deps: ['ask', 'hotfix'], kind: 'code' }),
  ];
  const counts = { known: 9, running: 3, done: 4, skipped: 1 };
  return {
    agents: [
      runAgentOf('release-1', 'waiting', { workflow: 'release', form: 'flow', steps: counts }, { createdAt: 2 }),
      of('release-1', 'plan', 'completed', usage(4000, 0.04)),
    ],
    run: runOf('release-1', { workflow: 'release', form: 'flow', steps }),
  };
}

/** One of the run's steps as its process tells of it. */
export const told = ({ startedAt: _s, endedAt: _e, ...one }: Step): RunStep => one;
