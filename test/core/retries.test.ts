import { expect, test } from 'vitest';
import { emptyState, reduce } from '../../src/core/reduce.ts';
import { goOnPrompt, holdOf, waitOf } from '../../src/core/retries.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import { agentWith } from './agents.ts';

const NOW = Date.UTC(2026, 0, 5, 12);
const trouble = (until: number | null, more: object = {}): Agent['trouble'] => ({
  ...{ kind: 'rateLimit', message: 'limit', status: 429, retries: false, until },
  ...more,
});
const limited = (until: number | null, more: Partial<Agent> = {}) => agentWith({ trouble: trouble(until), ...more });
const wait = (one: Agent, limits = 5) => waitOf(one, { now: NOW }, { limits });

test('one that lives waits for a reset that is known and still to come, a bounded number of times', () => {
  expect(wait(limited(NOW + 5000))).toMatchObject({ aborts: 0, limits: 1, nextAt: NOW + 6000 });
  expect(wait(limited(NOW + 5000))!.held).toMatch(/goes on by itself at \d\d:\d\d:\d\d$/);
  expect(wait(limited(NOW + 3 * 86_400_000))!.held).toMatch(/ on \w{3} Jan 0\d$/);
  const scope = { scope: 'five_hour', status: 'exceeded' as const, usedPercent: 100, observedAt: NOW };
  expect(wait(limited(null, { rateLimits: [{ ...scope, resetsAt: NOW + 9000 }] }))?.nextAt).toBe(NOW + 10_000);
  const once = { aborts: 1, limits: 1, nextAt: null };
  expect(wait(limited(NOW + 5000, { retries: once }))).toMatchObject({ aborts: 1, limits: 2 });
  const left = [
    limited(null),
    limited(NOW - 1),
    limited(NOW + 5000, { paused: 'a budget' }),
    limited(NOW + 5000, { stopping: 'user' }),
    agentWith({ trouble: trouble(NOW + 5000, { kind: 'overloaded' }) }),
    agentWith({ trouble: trouble(NOW + 5000, { retries: true }) }),
    agentWith({}),
  ];
  for (const one of left) expect(wait(one)).toBeNull();
  expect(wait(limited(NOW + 5000, { retries: { ...once, limits: 2 } }), 2)).toBeNull();
});

test('it is paused exactly as long as the limit holds it, and no pause of another kind is lifted with it', () => {
  const one = agentWith();
  const { id } = one;
  const empty = emptyState({ root: '/repo', name: 'repo', git: true, createdAt: 0 });
  const first = reduce(empty, id, { type: 'created', at: 0, epoch: 1, agent: one });
  const fold = (events: object[]) =>
    events.reduce<typeof first>((now, event) => reduce(now, id, { at: 1, epoch: 1, ...event } as AgentEvent), first)
      .agents[id]!;
  const held = { type: 'retry', retries: { aborts: 0, limits: 1, nextAt: 9, held: 'until nine' } };
  expect(fold([held]).paused).toBe('until nine');
  expect(holdOf(fold([held]))).toEqual({ source: 'protocol', detail: 'until nine' });
  const counted = { aborts: 0, limits: 1, nextAt: null };
  for (const end of [
    { type: 'paused', paused: false, reason: 'somebody' },
    { type: 'exited', exit: { code: 0, signal: null } },
    { type: 'retry', retries: counted },
  ]) {
    const { paused, retries } = fold([held, end]);
    expect([paused, retries]).toEqual([undefined, counted]);
  }
  expect(fold([held, { type: 'retry', retries: null }])).not.toHaveProperty('retries.limits');
  const budget = { type: 'paused', paused: true, reason: 'a budget' };
  const byBudget = { source: 'user', detail: 'a budget' };
  expect(holdOf(fold([held, budget]))).toEqual(byBudget);
  expect(holdOf(fold([held, budget, { type: 'retry', retries: null }]))).toEqual(byBudget);
  expect(holdOf(fold([]))).toBeUndefined();
});

test('each wait has one prompt of its own to go on with', () => {
  const ids = [1, 2].map((nextAt) => goOnPrompt('x', { epoch: 3, retries: { aborts: 0, limits: 1, nextAt } }).id);
  expect(new Set(ids).size).toBe(2);
});
