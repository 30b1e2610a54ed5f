import { describe, expect, test } from 'vitest';
import { Output } from '../../../src/core/autofix/output.ts';
import { isChecking } from '../../../src/core/autofix/state.ts';
import { nextOf, verdictOf } from '../../../src/core/autofix/verdict.ts';
import { checkWords, fixText } from '../../../src/core/autofix/words.ts';
import { emptyState, reduce } from '../../../src/core/reduce.ts';
import type { Agent } from '../../../src/schema/agent.ts';
import { CHECK_TEXT } from '../../../src/schema/check.ts';
import type { Activity, AgentEvent } from '../../../src/schema/event.ts';
import { agentWith } from '../agents.ts';

type Ended = Extract<Activity, { type: 'checkEnded' }>;
const common = { at: 5, epoch: 1 };
const begun = (turn: number): AgentEvent => ({ ...common, type: 'turnStarted', turn, prompt: 'x', model: null });
const over = (turn: number, outcome: 'completed' | 'interrupted' = 'completed'): AgentEvent => ({
  ...common,
  ...{ type: 'turnEnded', turn, outcome, message: null, durationMs: null },
});
const ended = (turn: number, round: number, what: Partial<Ended>): Ended => ({
  ...{ ...common, type: 'checkEnded', turn, round, rounds: 2, outcome: 'passed', command: 'make', code: 1 },
  ...{ output: 'bad', durationMs: 1200, tree: null },
  ...what,
});
const after = (agent: Agent, ...events: AgentEvent[]): Agent =>
  events.reduce(
    (state, event) => reduce(state, agent.id, event),
    reduce(emptyState({ root: '/', name: '', git: true, createdAt: 0 }), agent.id, {
      ...common,
      type: 'created',
      agent,
    }),
  ).agents[agent.id]!;
const on = agentWith({ autofix: 'on' });

describe('what is due', () => {
  test('is known with the end of a turn, and only where it is wanted', () => {
    expect(after(on, begun(1), over(1)).check).toEqual({ turn: 1, round: 0, state: 'due', since: 5 });
    expect(after(on, begun(1), over(1, 'interrupted')).check).toBeUndefined();
    expect(after(agentWith(), begun(1), over(1)).check).toBeUndefined();
    expect(after(agentWith({ autofix: 'screen' }), begun(1), over(1)).check).toBeUndefined();
  });

  test('errors are a prompt with the event that tells of them, once, and the turn that follows is their round', () => {
    const failed = ended(1, 0, { outcome: 'failed', next: 'told' });
    const told = after(on, begun(1), over(1), failed);
    expect(told.queue).toEqual([{ id: 'fix-1', text: fixText(failed) }]);
    expect(isChecking(told)).toBe(true);
    expect(after(told, failed).queue).toHaveLength(1);
    const next = after(on, begun(1), over(1), failed, begun(2));
    expect(isChecking(next)).toBe(false);
    expect(after(on, begun(1), over(1), failed, begun(2), over(2)).check).toMatchObject({ turn: 2, round: 1 });
    // A turn in between that was not completed: what comes then is somebody's own prompt.
    const other = after(on, begun(1), over(1), failed, begun(2), over(2, 'interrupted'), begun(3), over(3));
    expect(other.check).toMatchObject({ turn: 3, round: 0 });
  });

  test('errors that were not given can be taken back, and nothing else is changed afterwards', () => {
    const failed = ended(1, 0, { outcome: 'failed', next: 'told' });
    const back = after(on, begun(1), over(1), failed, ended(1, 0, { outcome: 'cancelled' }));
    expect(back).toMatchObject({ check: { state: 'cancelled' }, queue: undefined });
    expect(isChecking(back)).toBe(false);
    const late = after(on, begun(1), over(1), begun(2), over(2), ended(1, 0, { outcome: 'overtaken' }));
    expect(late.check).toMatchObject({ turn: 2, state: 'due' });
  });
});

test('what the end of a command says of the edits', () => {
  const end = { code: 0, timedOut: false, flooded: false, bare: false };
  expect(verdictOf(end)).toEqual({ outcome: 'passed' });
  expect(verdictOf({ ...end, bare: true })).toEqual({ outcome: 'passed' });
  expect(verdictOf({ ...end, code: 2 })).toEqual({ outcome: 'failed' });
  expect(verdictOf({ ...end, code: null, timedOut: true })).toEqual({ outcome: 'timedOut' });
  for (const odd of [{ code: 127 }, { code: 126 }, { code: null }, { code: 1, bare: true }, { flooded: true }])
    expect(verdictOf({ ...end, ...odd })).toMatchObject({ outcome: 'unable', reason: expect.any(String) });
  expect([0, 1, 2].map((round) => nextOf('failed', round, 2))).toEqual(['told', 'told', 'gaveUp']);
  expect(nextOf('passed', 0, 2)).toBeUndefined();
});

test('what is told of it', () => {
  const words = (what: Partial<Ended>, round = 0) => checkWords(ended(1, round, what))?.text ?? null;
  expect(words({})).toBe('Check passed: make (1.2s)');
  expect(words({ outcome: 'failed', next: 'told' })).toBe(
    'Check failed: make (1.2s), exit code 1: the agent gets its errors, round 1 of 2',
  );
  expect(words({ outcome: 'failed', next: 'gaveUp' }, 2)).toBe(
    'Check failed: make (1.2s), exit code 1: given up after 2 rounds',
  );
  expect(words({ outcome: 'timedOut' })).toBe('Check timed out: make, ended after 1.2s');
  expect(words({ outcome: 'none' })).toBeNull();
  expect(fixText(ended(1, 0, { output: 'a\n```\nb' }))).toContain('````\na\n```\nb\n````');
});

describe('what a command prints', () => {
  test('is kept without colours and controls', () => {
    const output = new Output();
    output.line('\x1b[31merror\x1b[0m: \x1b]0;title\x07no\x07');
    output.line('second');
    expect(output.text()).toBe('error: no\nsecond\n');
  });

  test('is its beginning and its end, within the limit, however much it is', () => {
    const output = new Output();
    output.line('first');
    for (let line = 0; line < 300_000; line += 1) output.line(`line ${line} 🙂`);
    output.line('last');
    const text = output.text();
    expect(text.length).toBeLessThanOrEqual(CHECK_TEXT);
    expect(text.length).toBeGreaterThan(CHECK_TEXT - 200);
    expect(text.startsWith('first\nline 0')).toBe(true);
    expect(text.endsWith('last\n')).toBe(true);
    expect(text).toMatch(/… \d+ characters left out …/);
    expect(text.isWellFormed()).toBe(true);
  });
});
