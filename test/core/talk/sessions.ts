// Sessions as structured runtimes report them: record lines with the gaps that other events leave.
import type { AgentEvent, RecordLine } from '../../../src/schema/event.ts';
import { createRandom } from '../../support/random.ts';

type Unstamped<E> = E extends unknown ? Omit<E, 'at' | 'epoch'> & { at?: number; epoch?: number } : never;
export type Told = Unstamped<AgentEvent>;

/** Lines with numbers and times; a second each. */
export const lines = (told: readonly Told[], first = 1): RecordLine[] =>
  told.map((event, index) => ({
    seq: first + index,
    event: { at: 1_700_000_000_000 + index * 1000, epoch: 1, ...event } as AgentEvent,
  }));

const TOKENS = { input: 900, output: 100, cacheRead: 2000, cacheWrite: 0, reasoning: 20 };
const used = (turn: number, key: string): Told => ({
  type: 'used',
  turn,
  key,
  model: 'sonnet',
  tokens: TOKENS,
  usd: 0.01,
  provenance: { tokens: 'reported', cost: 'reported' },
});

export const started = (
  call: string,
  turn: number,
  more: Partial<Extract<Told, { type: 'toolStarted' }>> = {},
): Told => ({
  type: 'toolStarted',
  call,
  turn,
  tool: 'Bash',
  kind: 'execute',
  title: 'npm test',
  input: '{"command":"npm test"}',
  locations: [],
  ...more,
});
export const finished = (call: string, more: Partial<Extract<Told, { type: 'toolFinished' }>> = {}): Told => ({
  type: 'toolFinished',
  call,
  outcome: 'done',
  output: 'ok',
  error: null,
  diff: null,
  durationMs: 1200,
  ...more,
});
export const turn = (number: number, prompt: string | null): Told => ({
  type: 'turnStarted',
  turn: number,
  prompt,
  model: 'sonnet',
});
export const ended = (number: number, more: Partial<Extract<Told, { type: 'turnEnded' }>> = {}): Told => ({
  type: 'turnEnded',
  turn: number,
  outcome: 'completed',
  message: null,
  durationMs: 41_000,
  ...more,
});
export const said = (text: string, item = text, parent: string | null = null): Told => ({
  type: 'said',
  item,
  who: 'agent',
  text,
  parent,
});

export const DIFF = [
  'diff --git a/src/auth.ts b/src/auth.ts',
  '--- a/src/auth.ts',
  '+++ b/src/auth.ts',
  '@@ -1,4 +1,4 @@',
  " import { log } from './log.ts';",
  '-const tries = 3;',
  '+const tries = 5; // as agreed',
  ' export const limit = () => tries;',
  ' log(limit());',
  '',
].join('\n');

const ANSWER = [
  '## What I found',
  '',
  'The limit is in `src/auth.ts`, and **nobody** reads it:',
  '',
  '1. the *old* value stays',
  '   - until a restart',
  '2. the new one is [documented](https://example.org/limits)',
  '',
  '```ts',
  'export const limit = (n: number) => n + 1; // here',
  '```',
  '',
  '| file | lines |',
  '| --- | ---: |',
  '| src/auth.ts | 12 |',
].join('\n');

/** A session of at least so many events, the same for the same seed: turns of messages, thoughts, tools, subagents and plans. */
export function session(count: number, seed = 1): RecordLine[] {
  const random = createRandom(seed);
  const told: Told[] = [];
  for (let number = 1; told.length < count; number++) {
    const prompt = `Task ${number}: make it ${random.pick(['faster', 'right', 'simple'])}`;
    if (random.chance(0.5)) told.push(prompted(prompt, 'accepted'));
    told.push(turn(number, prompt), { type: 'configured', model: 'sonnet', mode: random.pick(['default', 'plan']) });
    if (random.chance(0.5)) told.push(prompted(prompt, 'submitted'));
    const steps = 3 + random.below(8);
    for (let step = 0; step < steps; step++) told.push(...oneStep(number, step, random));
    told.push(
      used(number, `m${number}`),
      ended(number, random.chance(0.1) ? { outcome: 'failed', message: '529' } : {}),
    );
  }
  return lines(told).map((line) => ({ ...line, seq: line.seq * 2 }));
}

const prompted = (text: string, receipt: 'accepted' | 'submitted'): Told => ({
  type: 'prompted',
  text,
  receipt,
  evidence: { source: 'protocol', detail: 'it said so' },
});

function oneStep(number: number, step: number, random: ReturnType<typeof createRandom>): Told[] {
  const call = `call-${number}-${step}`;
  const steps: (() => Told[])[] = [
    () => [said(`${ANSWER}\n\nThat was step ${step}.`, `m-${number}-${step}`)],
    () => [
      { type: 'thought', item: `t-${number}-${step}`, text: 'I should look at the tests first.\nThen at the code.' },
    ],
    () => [started(call, number), started(call, number, { title: 'npm test --all' }), finished(call)],
    () => [
      started(call, number, { tool: 'Edit', kind: 'edit', title: 'src/auth.ts' }),
      finished(call, { diff: DIFF, output: '' }),
    ],
    () => [
      started(call, number, { tool: 'Task', kind: 'agent', title: 'look for uses' }),
      started(`${call}-1`, number, { tool: 'Grep', kind: 'search', title: 'limit', parent: call }),
      said('Two uses.', `${call}-said`, call),
      finished(`${call}-1`, { output: 'a\nb' }),
      finished(call),
    ],
    () => [
      {
        type: 'planned',
        entries: [
          { text: 'look', status: 'done' },
          { text: 'change', status: step > 3 ? 'done' : 'running' },
        ],
      },
    ],
    () => [{ type: 'raw', stream: 'stderr', why: 'text', text: `warning ${step}` }],
    () => [
      { type: 'troubled', trouble: { kind: 'overloaded', message: '529', status: 529, retries: true, until: null } },
    ],
  ];
  return random.pick(steps)();
}
