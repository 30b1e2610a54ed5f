import { expect, test } from 'vitest';
import { RunFold } from '../../../src/core/runs/fold.ts';
import type { RunEvent } from '../../../src/core/runs/summary.ts';
import { NO_STEPS, summaryAfter } from '../../../src/core/runs/summary.ts';
import type { RunStep } from '../../../src/schema/run.ts';

const stamp = (at: number) => ({ at, epoch: 1 });
const began = (at: number): RunEvent => ({
  type: 'runBegan',
  ...stamp(at),
  workflow: 'w',
  form: 'flow',
  phases: [{ title: 'Plan' }],
});
const step = (at: number, fields: Partial<RunStep>, counts = {}): RunEvent => ({
  type: 'step',
  ...stamp(at),
  counts: { ...NO_STEPS, ...counts },
  step: {
    id: 'a',
    label: 'a',
    phase: null,
    kind: 'agent',
    status: 'pending',
    attempt: 0,
    cached: false,
    agent: null,
    deps: [],
    parent: null,
    detail: null,
    result: null,
    ...fields,
  },
});
const ended = (at: number): RunEvent => ({
  type: 'runEnded',
  ...stamp(at),
  outcome: 'failed',
  result: null,
  error: 'no',
  place: 'w.js:3:1',
});

test('steps keep their order and know when they began and ended, also when they are begun again', () => {
  const events: RunEvent[] = [
    began(1),
    step(2, {}),
    step(2, { id: 'b', status: 'running', attempt: 1 }),
    step(3, { status: 'running', attempt: 1 }),
    step(5, { status: 'timed_out', attempt: 1 }),
    step(6, { status: 'running', attempt: 2 }),
    step(9, { status: 'completed', attempt: 2, result: 'fine' }),
  ];
  const { run } = new RunFold({ id: 'r', name: 'run' }, events);
  expect(run.steps.map(({ id, status, startedAt, endedAt }) => [id, status, startedAt, endedAt])).toEqual([
    ['a', 'completed', 6, 9],
    ['b', 'running', 2, null],
  ]);
  expect(run.startedAt).toBe(1);
});

test('a run that is taken up again has not ended, and keeps what was done', () => {
  const fold = new RunFold({ id: 'r', name: 'run' }, [
    began(1),
    step(2, { status: 'completed', attempt: 1 }),
    ended(3),
  ]);
  expect(fold.run).toMatchObject({ outcome: 'failed', error: 'no', place: 'w.js:3:1', endedAt: 3 });
  fold.take(began(9));
  fold.take({ type: 'phase', ...stamp(9), title: 'Build' });
  fold.take({ type: 'noted', ...stamp(9), level: 'log', text: 'on' });
  expect(fold.run).toMatchObject({ outcome: null, error: null, endedAt: null, startedAt: 1, phase: 'Build' });
  expect(fold.run.phases.map(({ title }) => title)).toEqual(['Plan', 'Build']);
  expect(fold.run.steps).toHaveLength(1);
  expect(fold.run.log).toEqual([{ at: 9, level: 'log', text: 'on' }]);
});

test('the summary has the newest counts, and an event told twice changes nothing more', () => {
  const events = [began(1), step(2, { status: 'running' }, { known: 1, running: 1 }), ended(3)];
  const once = events.reduce<ReturnType<typeof summaryAfter>>((at, event) => summaryAfter(at, event), undefined);
  expect(once).toMatchObject({ workflow: 'w', form: 'flow', outcome: 'failed', steps: { known: 1, running: 1 } });
  expect(summaryAfter(once, events[2]!)).toEqual(once);
  expect(summaryAfter(once, began(5))?.outcome).toBeNull();
  expect(summaryAfter(undefined, ended(3))).toBeUndefined();
});
