import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { hasHistory } from '../../src/storage/history.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { mountSmall, unmount } from '../support/disk.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

const world = createWorld();
const { history } = projectPaths(world.root);
let mounted = false;
afterAll(async () => {
  if (mounted) unmount(history);
  await world.end();
});

test('a history that finds no room is said once and kept as soon as there is some', async (context) => {
  mounted = mountSmall(history, '16k');
  if (!mounted) return context.skip('no small disk can be mounted here (needs root on Linux)');
  const messages: string[] = [];
  const client = await world.connect({ on: { message: ({ text }) => messages.push(text) } });
  await client.call('subscribe', {});
  const noise = ['sh', '-c', 'head -c 200000 /dev/urandom | base64 -w 100; echo end'];
  const [one, two] = [await world.start(client, 'one', noise), await world.start(client, 'two', noise)];
  for (const agent of ['one', 'two'])
    await client.call('agent.wait', { agent, states: ['completed'], timeoutMs: 60_000 });
  await until('it is said', () => messages.some((text) => /history of (one|two) was not kept/.test(text)));
  const all = async (agent: string) =>
    (await client.call('agent.history', { agent, epoch: null, from: null, count: 10_000, styled: false })).lines;
  const before = await all('one');
  expect(before.length).toBeGreaterThan(2000);
  execFileSync('mount', ['-o', 'remount,size=8m', history]);
  for (const agent of ['one', 'two']) await client.call('agent.archive', { agent });
  for (const { id } of [one, two]) expect(hasHistory(world.root, id, 1)).toBe(true);
  expect(await all('one')).toEqual(before);
  expect(messages.filter((text) => /not kept/.test(text))).toHaveLength(1);
  expect(readdirSync(history).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});
