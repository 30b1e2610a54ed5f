// When a saved search that rests looks again: the clock is what matters here.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Lookouts } from '../../src/daemon/search/lookouts.ts';
import type { ChildMatches } from '../../src/schema/search.ts';
import { agent } from '../components/sample.ts';
import { testFolder } from '../support/host.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what an agent says last while a saved search rests is looked at afterwards', async () => {
  const one = { ...agent('docs', 'running'), host: 'h', startedAt: Date.now() };
  const search = { id: 's', name: 's', pattern: { text: 'x', fixed: false, case: 'smart' }, agents: [], createdAt: 0 };
  const told: unknown[] = [];
  let [timedOut, lines] = [true, 0];
  const found = (): ChildMatches => {
    const match = { line: lines, at: 0, text: `x ${lines}`, spans: [], before: [], after: [], source: 'ring' as const };
    const matches = lines > 0 && !timedOut ? [match] : [];
    return { child: `${one.id}.1`, matches, total: matches.length, upTo: lines, complete: true, sources: [] };
  };
  const call = vi.fn(async () => ({ timedOut, children: [found()] }));
  const lookouts = new Lookouts({
    root: testFolder('lookouts'),
    store: {
      get: () => ({ searches: [search], agents: { [one.id]: one } }),
      all: () => [one],
      record: (_: string, event: unknown) => told.push(event),
    },
    hosts: () => ({ get: () => ({ call }) }),
    log: { debug: () => {} },
    publish: () => {},
  } as never);
  lookouts.pulse({ child: `${one.id}.1`, bytes: 1 });
  await vi.advanceTimersByTimeAsync(2000);
  expect(call).toHaveBeenCalledTimes(1);
  [timedOut, lines] = [false, 1];
  lookouts.pulse({ child: `${one.id}.1`, bytes: 2 });
  await vi.advanceTimersByTimeAsync(30_000);
  expect(call).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(call).toHaveBeenCalledTimes(2);
  expect(told).toMatchObject([{ type: 'matched', search: 's', line: 1 }]);
  lookouts.close();
});
