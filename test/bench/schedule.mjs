// The scheduler of flows by itself: every step of a flow begun and ended, in layers and as one chain, for 100, 1,000 and 10,000 steps.
import { Schedule } from '../../src/core/flows/schedule.ts';
import { Flow } from '../../src/schema/flow.ts';
import { median } from './support.mjs';

const LIMIT_MS = 1000;
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 5);
const SHAPES = {
  layers: (at) => (at < 10 ? [] : [at - 10, at - 1 - (at % 10)].map((dep) => `s${dep}`)),
  chain: (at) => (at === 0 ? [] : [`s${at - 1}`]),
  'one join': (at, count) => (at < count - 1 ? [] : Array.from({ length: count - 1 }, (_, dep) => `s${dep}`)),
};

function runOnce(flow) {
  const start = performance.now();
  const schedule = new Schedule(flow, { when: () => true });
  while (!schedule.complete) for (const { step } of schedule.take()) schedule.end(step.id, 'completed');
  return performance.now() - start;
}

export async function run() {
  const rows = [];
  for (const [name, deps] of Object.entries(SHAPES)) {
    for (const count of [100, 1000, 10_000]) {
      const steps = Array.from({ length: count }, (_, at) => ({
        id: `s${at}`,
        kind: 'agent',
        prompt: 'x',
        deps: deps(at, count),
      }));
      const flow = Flow.parse({ name: 'f', steps });
      const ms = median(Array.from({ length: ROUNDS }, () => runOnce(flow)));
      const target = count === 10_000 ? `≤ ${LIMIT_MS} ms` : null;
      rows.push({
        name: `schedule ${name}, ${count} steps`,
        value: ms,
        unit: 'ms',
        ratio: null,
        target,
        ok: ms <= LIMIT_MS,
      });
      rows.push({ name: '  a step', value: (ms / count) * 1000, unit: 'µs', ratio: null, target: null, ok: true });
    }
  }
  return rows;
}
