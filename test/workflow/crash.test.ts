import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { createWorld, kill, type World } from '../daemon/world.ts';
import { createRandom } from '../support/random.ts';
import { until } from '../support/wait.ts';
import { configure, linesOf, startRun, untilEnded, writeScript } from './runs.ts';

let world: World;
let client: DaemonClient;

beforeEach(async () => {
  configure({ worktrees: { enabled: false } });
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const gate = () => join(world.root, 'go');
/** A call that writes a line, once the gate is open, and says what it wrote. */
const gated = () =>
  `const gated = (n) => agent('run until [ -e ${gate()} ]; do sleep 0.05; done; echo ' + n + ' >> done.txt\\nsay ' + n);`;
const open = () => writeFileSync(gate(), '');
/** Pids of shells that wait at the gate, without the copies of themselves that are just becoming a `sleep`. */
const atGate = () => {
  const told = (pid: number, file: string) => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  const all = world.processes().filter((pid) => told(pid, 'cmdline').includes(`-e ${gate()}`));
  return all.filter((pid) => !all.includes(Number(/^PPid:\s*(\d+)/m.exec(told(pid, 'status'))?.[1])));
};
const runOf = async (id: string) => (await client.call('run.get', { agent: id })).run;
const recordOf = async (agent: string) => {
  const { lines } = await client.call('session.events', {
    ...{ agent, after: 0, before: null, limit: 1000, activity: true },
  });
  return { events: lines.map(({ event }) => event) };
};
const running = (count: number, id: string) =>
  until(`${count} steps run`, async () => {
    const { steps } = await runOf(id);
    return steps.filter(({ status, agent }) => status === 'running' && agent !== null).length === count;
  });

test('the daemon is killed while calls run: the run goes on with another one, and no call is made twice', async () => {
  writeScript(
    world,
    'killed',
    `${gated()}
    const before = await agent('run echo 0 >> done.txt\\nsay 0');
    const [a, b] = await parallel([() => gated(1), () => gated(2)]);
    return [before, a, b, await gated(3), Math.random()];`,
  );
  const { id } = await startRun(world, client, 'killed');
  await running(2, id);
  await kill(await world.daemonPid(client));
  open();
  client = await world.connect();
  const { run, result, agent, children } = await untilEnded(client, id);
  expect(run).toMatchObject({ outcome: 'completed', error: null });
  expect(result).toEqual(['0', '1', '2', '3', expect.any(Number)]);
  expect(linesOf(world, 'done.txt')).toEqual(['0', '1', '2', '3']);
  expect(children).toHaveLength(4);
  // It is the same process all the time.
  expect(agent.epoch).toBe(1);
});

test('the daemon is killed at any moments: the same result, and nothing twice', async () => {
  open();
  writeScript(
    world,
    'often',
    `${gated()}
    const all = await pipeline([1, 2, 3, 4], (n) => gated(n), (said) => gated(Number(said) + 10), { limit: 2 });
    return all;`,
  );
  const random = createRandom(Number(process.env.SEED ?? 11));
  const { id } = await startRun(world, client, 'often');
  for (let kills = 0; kills < 3; kills++) {
    const lines = random.below(7);
    await until(`${lines} lines are written`, () => linesOf(world, 'done.txt').length >= lines);
    await kill(await world.daemonPid(client));
    client = await world.connect();
  }
  const { run, result, children } = await untilEnded(client, id);
  expect(run).toMatchObject({ outcome: 'completed', error: null });
  expect(result).toEqual(['11', '12', '13', '14']);
  expect(linesOf(world, 'done.txt').map(Number)).toEqual([1, 11, 12, 13, 14, 2, 3, 4]);
  // One that was still being prepared when its daemon was killed never ran: another one has its call.
  expect(children.filter(({ startedAt }) => startedAt !== null)).toHaveLength(8);
  const calls = children.map(({ call }) => call?.key);
  expect(new Set(calls).size).toBe(8);
});

test('the process of the run is killed: it goes on by itself, gives the same, and does nothing again', async () => {
  writeScript(
    world,
    'itself',
    `${gated()}
    const first = await agent('run echo 0 >> done.txt\\nsay 0');
    const number = Math.random();
    return [first, await gated(number), number, Date.now()];`,
  );
  const { id, createdAt } = await startRun(world, client, 'itself');
  await until('the second call runs', async () => (await runOf(id)).steps[1]?.status === 'running');
  await until('it waits at the gate', () => atGate().length > 0);
  const before = (await runOf(id)).steps[1]!.label;
  await kill((await client.call('agent.get', { agent: id })).agent.pid!);
  // Nobody asked it to end: it is taken up again by itself, and its agents live on.
  await until('it lives again', async () => {
    const { agent } = await client.call('agent.get', { agent: id });
    return agent.epoch === 2 && agent.startedAt !== null;
  });
  expect(atGate()).toHaveLength(1);
  open();
  await until('it goes on', async () => (await runOf(id)).outcome === 'completed');
  const { result, run } = await untilEnded(client, id);
  const [first, second, number, now] = result as [string, string, number, number];
  expect([first, second]).toEqual(['0', String(number)]);
  expect(Math.abs(now - createdAt)).toBeLessThan(60_000);
  expect(linesOf(world, 'done.txt')).toEqual(['0', String(number)].sort());
  expect(run.steps.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual(['completed 1', 'completed 1']);
  expect(run.steps[1]!.label).toBe(before);
});

test('the time of a run counts over its lives: what is left of it when its process is killed is what the next one has', async () => {
  const limit = 6000;
  writeScript(
    world,
    'bounded',
    `for (let n = 0; n < 200; n++) {
      await new Promise((done) => setTimeout(done, 500));
      log('half a second ' + n);
    }`,
  );
  const { id, run } = await startRun(world, client, 'bounded', { timeoutMs: limit });
  // Known before its process has said anything: one that never begins is listed with its workflow.
  expect(run).toMatchObject({ workflow: 'bounded', form: 'script', outcome: null });
  await until('it was at work for two seconds', async () => (await runOf(id)).log.length >= 4);
  await kill((await client.call('agent.get', { agent: id })).agent.pid!);
  await until('its second life has told its end', async () => {
    const { events } = await recordOf(id);
    return events.some(({ type, epoch }) => type === 'runEnded' && epoch === 2);
  });
  const { run: ended } = await untilEnded(client, id);
  expect(ended).toMatchObject({ outcome: 'timed_out', error: `it took longer than its ${limit} ms` });
  const { events } = await recordOf(id);
  const lives = events.filter(({ type }) => type === 'runBegan');
  expect(lives).toHaveLength(2);
  const over = events.find(({ type }) => type === 'runEnded')!;
  expect(over.at - lives[1]!.at).toBeLessThan(limit - 1000);
});
