import { expect, test } from 'vitest';
import { runEffort } from '../../src/host/search/effort.ts';

/** A search of so many pieces of so much work (ms) each, in a thread that gets a share of the time. */
function trial({ pieces, work, share }: { pieces: number; work: number; share: number }) {
  let now = 0;
  let cpu = 0;
  let left = work;
  const scan = { done: 0, run() {}, result: () => [] };
  const run = (_scan: unknown, _stopped: unknown, ms: number) => {
    const end = now + ms;
    left = work;
    while (scan.done < pieces) {
      const takes = Math.min(left / share, end - now);
      now += takes;
      cpu += takes * share;
      left -= takes * share;
      if (now >= end) return true;
      scan.done++;
      left = work;
    }
    return false;
  };
  const given = runEffort(scan, { budgetMs: 200, stopped: () => false, cpu: () => cpu, clock: () => now, run });
  return { given, ms: Math.round(now) };
}

test('a usual pattern is searched to its end though others have the cores', () => {
  expect(trial({ pieces: 800, work: 0.05, share: 1 })).toEqual({ given: false, ms: 40 });
  expect(trial({ pieces: 800, work: 0.05, share: 0.1 })).toMatchObject({ given: false });
});

test('a catastrophic one is given up in time, whoever has the cores', () => {
  expect(trial({ pieces: 800, work: 1e9, share: 1 })).toEqual({ given: true, ms: 200 });
  expect(trial({ pieces: 800, work: 1e9, share: 0.5 })).toEqual({ given: true, ms: 200 });
  // As soon as it is seen that it makes no headway by its own fault.
  expect(trial({ pieces: 800, work: 1e9, share: 0.1 }).ms).toBeLessThanOrEqual(1030);
});

test('one that is merely slow has its share of work and no more', () => {
  const { given, ms } = trial({ pieces: 800, work: 5, share: 0.3 });
  expect(given).toBe(true);
  expect(ms).toBeLessThanOrEqual(700);
});
