import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Run } from '../../src/schema/run.ts';
import { createWorld, type World } from '../daemon/world.ts';
import { startFlow, untilOver, untilRun } from './flows.ts';
import { configure, startRun, writeScript } from './runs.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  configure({ worktrees: { enabled: false }, workflows: { limits: { agents: 2 } } });
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const gate = () => join(world.root, 'go');
const held = (what: string) => `run until [ -e ${gate()} ]; do sleep 0.05; done\nsay ${what}`;
/** `label status`, with what waits for a place named so. */
const looks = ({ steps }: Run) =>
  steps.map(({ label, status, queued, startedAt }) => `${label} ${queued ? `queued ${startedAt}` : status}`);
const working = ({ steps }: Run) => steps.filter(({ agent }) => agent !== null).length;

/** Seen while as many work as may, and when it is over. */
async function seen(agent: Agent, items: number): Promise<void> {
  const full = await untilRun(client, agent, 'has two at work', (run) => {
    const queued = run.steps.filter((step) => step.queued).length;
    return working(run) === 2 && queued === items - 2;
  });
  expect(looks(full).filter((look) => / queued null$/.test(look))).toHaveLength(items - 2);
  expect(full.steps.filter(({ kind, status }) => kind !== 'batch' && status === 'running')).toHaveLength(2);
  writeFileSync(gate(), '');
  const over = await untilOver(client, agent);
  expect(over).toMatchObject({ outcome: 'completed', error: null });
  expect(over.steps.every(({ status, queued, attempt }) => status === 'completed' && !queued && attempt === 1)).toBe(
    true,
  );
}

test('what waits in a flow until fewer of its agents work is pending and queued, and has not begun', async () => {
  const each = { kind: 'agent', prompt: held('x') };
  const flow = {
    steps: [
      { id: 'all', kind: 'batch', over: '["a", "b", "c", "d"]', maxConcurrent: 4, do: each },
      // It hangs on the batch: it is pending, and not queued.
      { id: 'last', kind: 'code', transform: 'count', from: 'steps.all.output', deps: ['all'] },
    ],
  };
  await seen(await startFlow(world, client, flow, { unattended: 'auto' }), 4);
});

test('what waits in a script until fewer of its agents work is pending and queued', async () => {
  writeScript(
    world,
    'wide',
    `return parallel(['a', 'b', 'c'].map((n) => () => agent(${JSON.stringify(held(''))} + n)), { limit: 3 });`,
  );
  await seen(await startRun(world, client, 'wide'), 3);
});

test('a run that is cancelled has nothing queued', async () => {
  const agent = await startFlow(world, client, {
    steps: ['a', 'b', 'c'].map((id) => ({ id, kind: 'code', run: `until [ -e ${gate()} ]; do sleep 0.05; done` })),
  });
  await untilRun(client, agent, 'has one queued', ({ steps }) => steps.filter((step) => step.queued).length === 1);
  await client.call('agent.stop', { agent: agent.id });
  const { steps } = await untilOver(client, agent);
  expect(steps.map(({ status, queued }) => [status, queued])).toEqual(Array(3).fill(['cancelled', undefined]));
});
