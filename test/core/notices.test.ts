import { describe, expect, test } from 'vitest';
import { newsOf, noticeOf, plainText, stillNews } from '../../src/core/notices.ts';
import { agent } from '../components/sample.ts';
import { approval } from '../components/waiting.ts';

const common = { at: 1, epoch: 1 };
const exited = { type: 'exited', ...common, exit: { code: 0, signal: null } } as const;
const turnEnded = {
  type: 'turnEnded',
  ...common,
  turn: 2,
  outcome: 'completed',
  message: null,
  durationMs: null,
} as const;

describe('news', () => {
  test('a request, a wait, an end, a failure', () => {
    const asked = { type: 'asked', ...common, approval: approval('a1', { title: 'npm test' }) } as const;
    expect(newsOf(asked, agent('one', 'running'))).toMatchObject({
      kind: 'waiting',
      what: 'asks: npm test',
      approval: 'a1',
    });
    const status = {
      type: 'status',
      ...common,
      state: 'waiting',
      evidence: { source: 'prompt', detail: 'x' },
    } as const;
    expect(newsOf(status, agent('one', 'waiting'))?.what).toBe('waits: it printed something');
    expect(newsOf(exited, agent('one', 'completed'))).toMatchObject({ kind: 'ended', what: 'has ended' });
    expect(newsOf(exited, agent('one', 'timed_out'))?.kind).toBe('failed');
    expect(newsOf(turnEnded, agent('one', 'idle'))).toMatchObject({ kind: 'ended', what: 'is done with turn 2' });
  });

  test('what a person did, and what goes on by itself, is none', () => {
    expect(newsOf(exited, agent('one', 'failed', { stopping: 'user' }))).toBeNull();
    expect(newsOf(exited, agent('one', 'cancelled'))).toBeNull();
    expect(newsOf(turnEnded, agent('one', 'idle', { queue: [{ id: 'q', text: 'next' }] }))).toBeNull();
    expect(newsOf({ ...turnEnded, outcome: 'interrupted' }, agent('one', 'idle'))).toBeNull();
  });

  test('a request that was answered meanwhile is none any more', () => {
    const one = agent('one', 'running', { approvals: [approval('a1')] });
    const news = newsOf({ type: 'asked', ...common, approval: approval('a1') }, one)!;
    expect(stillNews(news, { 'id-one': one })).toBe(true);
    expect(stillNews(news, { 'id-one': { ...one, approvals: undefined } })).toBe(false);
    expect(stillNews(news, {})).toBe(false);
  });
});

test('a storm is one line, loudest first', () => {
  const of = (kind: 'waiting' | 'ended' | 'failed', name: string) => ({
    kind,
    agents: [name],
    name,
    what: 'x',
    approval: null,
  });
  expect(
    noticeOf([
      of('ended', 'z'),
      ...['a', 'b', 'c', 'd', 'e', 'f'].map((name) => of('waiting', name)),
      of('failed', 'y'),
    ]),
  ).toEqual({
    kind: 'failed',
    text: '1 has failed: y; 6 wait: a, b, c, d and 2 more; 1 has ended: z',
  });
  expect(noticeOf([])).toBeNull();
});

test('texts are a line without anything that acts on a terminal', () => {
  expect(plainText('\x1b[31mred\x1b[0m\n\x1b]52;c;eA==\x07two\u202e\x07')).toBe('red two');
  expect(plainText('x'.repeat(999))).toHaveLength(200);
});
