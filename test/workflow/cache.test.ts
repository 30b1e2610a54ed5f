import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { createWorld, env, type World } from '../daemon/world.ts';
import { until } from '../support/wait.ts';
import { startFlow, untilOver, untilRun } from './flows.ts';
import { carryOut, configure, type Ended, writeScript } from './runs.ts';

let world: World;
let client: DaemonClient;

beforeAll(async () => {
  configure({ worktrees: { enabled: false } });
  world = createWorld();
  client = await world.connect();
  writeScript(
    world,
    'kept',
    `const call = (n) => agent.detail('run echo ' + n + ' >> ' + args.file + '\\ntokens 10 5\\nsay ' + n, { label: 'call ' + n });
    const all = await parallel(args.words.map((word) => () => call(word)));
    return all.map(({ output, error, cached, tokens }) => [output ?? error, cached, tokens]);`,
  );
});
afterAll(() => world.end());

/** Outside of the project: what is written there changes no tree. */
const file = () => join(process.env.BOOCODE_TEST_ROOT!, 'done.txt');
const done = () => (existsSync(file()) ? readFileSync(file(), 'utf8').split('\n').filter(Boolean).sort() : []);
const run = (words: string[], more: object = {}) =>
  carryOut(world, client, 'kept', { args: { file: file(), words }, ...more });
const cachedOf = ({ run }: Ended) => run.steps.map(({ label, cached }) => `${label}${cached ? ' cached' : ''}`).sort();

test('a run that was made before is taken from the cache whole, with its marks; one changed prompt re-runs that call alone', async () => {
  const first = await run(['a', 'b', 'c']);
  const made = ['a', 'b', 'c'].map((word) => [word, false, 35]);
  expect(first.result).toEqual(made);
  expect(first.children).toHaveLength(3);
  const second = await run(['a', 'b', 'c']);
  expect(second.result).toEqual(['a', 'b', 'c'].map((word) => [word, true, 0]));
  expect([second.children, cachedOf(second)]).toEqual([[], ['call a cached', 'call b cached', 'call c cached']]);
  expect(second.agent.run?.steps).toMatchObject({ known: 3, done: 3, cached: 3 });
  expect(second.run.steps.map(({ agent }) => agent).sort()).toEqual(first.children.map(({ id }) => id).sort());
  const third = await run(['a', 'x', 'c']);
  expect(cachedOf(third)).toEqual(['call a cached', 'call c cached', 'call x']);
  expect(done()).toEqual(['a', 'b', 'c', 'x']);
});

test('--fresh takes nothing and keeps what it made; what a run gave can be forgotten', async () => {
  const before = done().length;
  const fresh = await run(['f', 'g'], { fresh: true });
  expect(cachedOf(fresh)).toEqual(['call f', 'call g']);
  expect(cachedOf(await run(['f', 'g'], { fresh: true }))).toEqual(['call f', 'call g']);
  expect(cachedOf(await run(['f', 'g']))).toEqual(['call f cached', 'call g cached']);
  expect(done()).toHaveLength(before + 4);
  const last = await run(['f', 'h']);
  expect(cachedOf(last)).toEqual(['call f cached', 'call h']);
  await client.call('cache.clear', { run: last.agent.id });
  expect(cachedOf(await run(['f', 'g', 'h']))).toEqual(['call f', 'call g cached', 'call h']);
});

test('in a flow too another model is another matter', async () => {
  const agents = [{ id: 'say', kind: 'agent', prompt: 'say it' }];
  const cached = async (model: string) =>
    (await untilOver(client, await startFlow(world, client, { steps: agents }, { model }))).steps[0]!.cached;
  expect([await cached('one'), await cached('two'), await cached('one')]).toEqual([false, false, true]);
});

test('a step that nobody could carry out is done when the run is resumed: nothing of its failure is said any more', async () => {
  const steps = [{ id: 'say', kind: 'agent', prompt: 'say late', profile: 'later' }];
  const agent = await startFlow(world, client, { steps });
  const [failed] = (await untilOver(client, agent)).steps;
  expect(failed).toMatchObject({ status: 'failed', agent: null, detail: expect.stringContaining('later') });
  await until('its process has ended', async () => {
    const { endedAt } = (await client.call('run.get', { agent: agent.id })).agent;
    return endedAt !== null;
  });
  configure({ worktrees: { enabled: false }, profiles: { later: { runtime: 'demo-chat' } } });
  await until('the profile is known', async () => {
    const { config } = await client.call('config.get', {});
    return Object.keys((config as { profiles: object }).profiles).length === 1;
  });
  await client.call('agent.resume', { agent: agent.id, env: env() });
  const { steps: resumed } = await untilRun(client, agent, 'went well', ({ outcome }) => outcome === 'completed');
  expect(resumed[0]).toMatchObject({ status: 'completed', detail: null });
  expect(resumed[0]!.startedAt).toBeGreaterThan(failed!.endedAt!);
});

test('another tree is another matter, and what failed is not kept', async () => {
  expect(cachedOf(await run(['t']))).toEqual(['call t']);
  expect(cachedOf(await run(['t']))).toEqual(['call t cached']);
  writeFileSync(join(world.root, 'file.txt'), 'second\n');
  execFileSync('git', ['commit', '-qam', 'second'], { cwd: world.root });
  expect(cachedOf(await run(['t']))).toEqual(['call t']);
  const bad = 'x\nfail no such thing';
  const failed = await run([bad]);
  expect(failed.result).toEqual([[expect.stringContaining('no such thing'), null, null]]);
  expect((await run([bad])).children).toHaveLength(1);
});
