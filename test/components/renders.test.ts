import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { SPINNER_MS } from '../../src/cockpit/views/view.ts';
import { until } from '../support/wait.ts';
import { drawn } from './cockpit.ts';
import { agent, project } from './sample.ts';

let open: ReturnType<typeof drawn>;
afterEach(() => open.close());

test('spinners and times move without a render of Ink', async () => {
  const young = agent('young', 'running');
  young.status.since = Date.now();
  open = drawn({ cols: 120, rows: 40 }, project([young]));
  await open.settle();
  const { renders } = open;
  const seen = new Set<string>();
  await until('five looks of the spinner and two of the time', () => {
    seen.add(open.screen.rows()[2]!.slice(2, 3));
    seen.add(/\ds/.exec(open.screen.rows()[2]!)?.[0] ?? '');
    return seen.size >= 7;
  });
  expect(open.renders).toBe(renders);
});

test('while nothing moves nothing is painted', async () => {
  open = drawn({ cols: 120, rows: 40 }, project([agent('calm', 'idle')]));
  await open.settle();
  const { renders } = open;
  const { frames } = open.cockpit.compositor.stats;
  // The absence of something can only be watched for a while: five moves of a spinner.
  await delay(5 * SPINNER_MS);
  expect(open.renders).toBe(renders);
  expect(open.cockpit.compositor.stats.frames - frames).toBeLessThanOrEqual(1);
});

test('a burst of events is a render or two, not one each', async () => {
  open = drawn({ cols: 120, rows: 40 }, project());
  await open.settle();
  const { renders } = open;
  for (let turn = 0; turn < 100; turn++) open.store.setData(project([agent(`agent-${turn}`, 'idle')]));
  await open.settle();
  expect(open.screen.rows().join('\n')).toContain('agent-99');
  // Header, list and output pane are three components; each may render for each of at most two frames.
  expect(open.renders - renders).toBeLessThanOrEqual(6);
});

test('an event that changes nothing in sight renders nothing', async () => {
  open = drawn({ cols: 120, rows: 40 }, project());
  await open.settle();
  const { renders } = open;
  const state = open.store.getState().data.project!;
  const one = Object.values(state.agents)[3]!;
  open.store.setData({ project: { ...state, agents: { ...state.agents, [one.id]: { ...one, sessionId: 'x' } } } });
  await open.settle();
  expect(open.renders).toBe(renders);
});
