import { expect, test } from 'vitest';
import { TurnFold } from '../../../src/core/runs/turn.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';

const event = (one: object) => ({ at: 0, epoch: 1, ...one }) as AgentEvent;
const started = (turn: number) => event({ type: 'turnStarted', turn, prompt: null, model: null });
const ended = (turn: number, outcome: string, message: string | null = null) =>
  event({ type: 'turnEnded', turn, outcome, message, durationMs: null });
const said = (text: string, who = 'agent', parent: string | null = null) =>
  event({ type: 'said', item: text, who, text, parent });
const tool = (turn: number, call: string) => event({ type: 'toolStarted', turn, call });
const retry = (nextAt: number | null) => event({ type: 'retry', retries: { aborts: 0, limits: 1, nextAt } });
const restarted = event({ type: 'restarted', argv: [] });
const lost = event({
  type: 'prompted',
  text: '',
  receipt: 'not delivered',
  evidence: { source: 'protocol', detail: 'no' },
});

test('what was said last in the turn is its text, not what a subagent or anybody else said', () => {
  const events = [started(1), said('a'), ended(1, 'completed'), started(2), said('b'), said('c', 'user')];
  const turn = new TurnFold(2, [...events, said('d', 'agent', 'call'), ended(2, 'completed'), started(3), said('e')]);
  expect(turn).toMatchObject({ text: 'b', turn: 2, end: { outcome: 'completed' }, running: false });
});

test('each tool call counts once, however often it is told', () => {
  expect(new TurnFold(1, [started(1), tool(1, 'a'), tool(1, 'a'), tool(1, 'b')])).toMatchObject({
    calls: 2,
    running: true,
  });
});

test('a turn goes on in the next one where its life is begun again by itself', () => {
  const first = [started(1), said('a'), ended(1, 'failed', 'limit'), retry(5), restarted];
  expect(new TurnFold(1, first)).toMatchObject({ end: null, running: false });
  const turn = new TurnFold(1, [...first, retry(null), started(2), said('b'), ended(2, 'completed')]);
  expect(turn).toMatchObject({ turn: 2, text: 'b', end: { outcome: 'completed' } });
});

test('a turn that a limit ended goes on in the next one when that is lifted in the same life; with a person it does not', () => {
  const held = [started(1), said('a'), retry(5), ended(1, 'failed', 'limit')];
  expect(new TurnFold(1, held)).toMatchObject({ end: { outcome: 'failed' } });
  expect(new TurnFold(1, [...held, retry(null)])).toMatchObject({ end: null, running: false });
  const turn = new TurnFold(1, [...held, retry(null), started(2), said('b'), ended(2, 'completed')]);
  expect(turn).toMatchObject({ turn: 2, text: 'b', end: { outcome: 'completed' } });
  const person = new TurnFold(1, [...held, started(2), said('b'), ended(2, 'completed')]);
  expect(person).toMatchObject({ turn: 1, text: 'a', end: { outcome: 'failed' } });
});

test('what a person makes of its agent later is not its end', () => {
  const turn = new TurnFold(1, [started(1), ended(1, 'failed', 'x'), restarted, started(2), ended(2, 'completed')]);
  expect(turn).toMatchObject({ turn: 1, end: { outcome: 'failed', message: 'x' } });
});

test('a prompt that never reached it ends the turn that it was for, and no later one', () => {
  expect(new TurnFold(1, [lost]).end).toEqual({ outcome: 'failed', message: 'no' });
  expect(new TurnFold(2, [lost, started(1), ended(1, 'completed')]).end).toBeNull();
});

test('a turn whose beginning is told twice, by a daemon that was killed and the next one, is the same turn', () => {
  const turn = new TurnFold(1, [started(1), started(1), said('a'), ended(1, 'completed')]);
  expect(turn).toMatchObject({ turn: 1, text: 'a', end: { outcome: 'completed' } });
});
