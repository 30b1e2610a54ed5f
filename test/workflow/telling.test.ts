import { expect, test } from 'vitest';
import { createSay } from '../../src/bridge/say.ts';
import { NO_TOKENS } from '../../src/core/activity.ts';
import { RunFold } from '../../src/core/runs/fold.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { DaemonNotes } from '../../src/schema/daemon.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import type { RunStep } from '../../src/schema/run.ts';
import { Children } from '../../src/workflow/children.ts';
import { Slots } from '../../src/workflow/slots.ts';
import { keyOf, stableJson } from '../../src/workflow/stable.ts';
import { Step } from '../../src/workflow/step.ts';
import { Telling } from '../../src/workflow/telling.ts';

/** A telling whose reports are gathered, after a past that these reports make. */
function tellingAfter(past: AgentEvent[] = []) {
  const told: AgentEvent[] = [];
  const say = createSay((line) => told.push({ ...JSON.parse(line).report, at: told.length, epoch: 1 }));
  const run = past.length > 0 ? new RunFold({ id: 'r', name: 'r' }, past).run : null;
  return { telling: new Telling(say, run), told };
}
const known = { id: 'k', label: 'k', phase: null, kind: 'agent' as const, parent: null };
const good = { ok: true as const, output: 1, text: '1', agent: null, by: 'a1', cached: false, changes: null };
const stepsOf = (told: AgentEvent[]): RunStep[] => told.flatMap((one) => (one.type === 'step' ? [one.step] : []));

test('steps are told with their counts, and those that are open when the run ends as cancelled', () => {
  const { telling, told } = tellingAfter();
  const [one, two] = [new Step(telling, known), new Step(telling, { ...known, id: 'k2' })];
  one.pending(false);
  one.running('a1');
  two.running('a2');
  one.end({ ...good, cached: true });
  telling.ended({ outcome: 'failed', result: null, error: 'no', place: null }, 'the run failed');
  expect(stepsOf(told).map(({ id, status }) => `${id} ${status}`)).toEqual([
    ...['k pending', 'k running', 'k2 running', 'k completed', 'k2 cancelled'],
  ]);
  const counts = told.flatMap((event) => (event.type === 'step' ? [event.counts] : []));
  expect(counts.at(-1)).toEqual({ known: 2, running: 0, done: 1, failed: 1, skipped: 0, cached: 1 });
});

test('another life tells nothing again that stands, and begins anew what was cancelled', () => {
  const first = tellingAfter();
  for (const id of ['k', 'k2']) new Step(first.telling, { ...known, id }).running('a1');
  new Step(first.telling, known).end(good);
  first.telling.ended({ outcome: 'cancelled', result: null, error: 'stopped', place: null }, 'the run was stopped');
  const { telling, told } = tellingAfter(first.told);
  const [one, two] = [new Step(telling, known), new Step(telling, { ...known, id: 'k2' })];
  one.running('a1');
  one.end(good);
  two.running('a2');
  expect(stepsOf(told).map(({ id, status, attempt }) => `${id} ${status} ${attempt}`)).toEqual(['k2 running 2']);
});

test('lines that an earlier life has told are not told again, and new ones are', () => {
  const first = tellingAfter();
  for (const text of ['begins', 'round', 'round']) first.telling.note('log', text);
  const { telling, told } = tellingAfter(first.told);
  for (const text of ['begins', 'round', 'round', 'round', 'ends']) telling.note('log', text);
  telling.note('warn', 'begins');
  expect(told.map((event) => event.type === 'noted' && `${event.level} ${event.text}`)).toEqual([
    ...['log round', 'log ends', 'warn begins'],
  ]);
});

test('a script sees what the calls of this life have used, the budget of the run all of it', () => {
  const children = new Children();
  const agentOf = (id: string, input: number) =>
    ({
      id,
      parentId: 'run',
      tokens: { ...NO_TOKENS, input },
      cost: null,
      call: { key: `k-${id}` },
    }) as unknown as Agent;
  const seen: number[] = [];
  children.agents([agentOf('a', 10), agentOf('b', 5)]);
  const undo = children.onSpent(({ tokens }) => seen.push(tokens));
  expect([children.ask('k-b'), children.ask('k-c'), children.total.tokens]).toEqual([true, false, 15]);
  const used = { type: 'used', tokens: { ...NO_TOKENS, input: 7 }, usd: null };
  for (const agent of ['b', 'a', 'stranger'])
    children.event({ agent, seq: 1, event: used } as unknown as DaemonNotes['event']);
  // What is told of it as a whole is what counts.
  children.agent(agentOf('b', 13));
  undo();
  children.agent(agentOf('b', 100));
  expect(seen).toEqual([0, 5, 12, 12, 13]);
});

test('so many are inside at once, the others come in in order, and who gives up leaves no hole', async () => {
  const slots = new Slots(1);
  const order: string[] = [];
  const { signal } = new AbortController();
  const stop = new AbortController();
  const leave = await slots.enter(signal);
  const enter = async (name: string) => {
    const go = await slots.enter(signal);
    order.push(name);
    return go;
  };
  const second = enter('second');
  const third = slots.enter(stop.signal);
  const fourth = enter('fourth');
  stop.abort(new Error('given up'));
  await expect(third).rejects.toThrow('given up');
  expect(slots.free).toBe(false);
  leave();
  leave();
  (await second)();
  (await fourth)();
  expect(order).toEqual(['second', 'fourth']);
  expect(slots.free).toBe(true);
});

test('equal values have equal keys, whatever the order of their names', () => {
  const one = { b: [{ y: 1, x: undefined }], a: { d: 'ä', c: null } };
  const same = { a: { c: null, d: 'ä' }, b: [{ y: 1 }] };
  expect(stableJson(one)).toBe('{"a":{"c":null,"d":"ä"},"b":[{"y":1}]}');
  expect(keyOf(one)).toBe(keyOf(same));
  expect(keyOf(one)).toMatch(/^[0-9a-f]{64}$/);
  expect(keyOf({ ...one, a: 1 })).not.toBe(keyOf(one));
});
