import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ConfigProblem } from '../../src/schema/config.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

const world = createWorld({ git: false });
afterAll(() => world.end());

/** Longest answer to a plain question while others flood, in milliseconds: what it takes is the bench's, this is stuck on any machine. */
const ANSWER_MS = 15_000;

test('thirty agents, eight of them flooding: the daemon answers, and records stay small', async () => {
  let bells = 0;
  const client = await world.connect({ on: { signal: () => (bells += 1) } });
  await client.call('subscribe', {});
  const begun = performance.now();
  const names = Array.from({ length: 30 }, (_, n) => `a${n}`);
  const flood = ['sh', '-c', 'while :; do printf "\\033]0;title $((n=n+1))\\007line $n\\n\\a"; done'];
  await Promise.all(names.map((name, n) => world.start(client, name, n < 8 ? flood : ['cat'])));
  expect((await client.call('status', {})).agents).toBe(30);
  let slowest = 0;
  for (let n = 0; n < 20; n += 1) {
    const start = performance.now();
    await client.call('agent.list', { all: true });
    slowest = Math.max(slowest, performance.now() - start);
    await client.call('agent.screen', { agent: 'a20', ansi: false });
  }
  expect(slowest).toBeLessThan(ANSWER_MS);
  // Eight that ring without end are each heard once a second.
  await until('one is heard', () => bells > 0);
  expect(bells).toBeLessThanOrEqual(8 * Math.ceil((performance.now() - begun) / 1000 + 1));
  const sessions = join(world.root, '.boocode', 'sessions');
  for (const name of readdirSync(sessions)) expect(statSync(join(sessions, name)).size).toBeLessThan(50_000);
  const { agents } = await client.call('agent.stopAll', {});
  expect(agents.map(({ status }) => status.state)).toEqual(names.map(() => 'cancelled'));
});

test('a request whose client dies is carried out; a wait nobody waits for goes away', async () => {
  const client = await world.connect();
  const other = await world.connect();
  await world.start(client, 'kept');
  const waiting = other.call('agent.wait', { agent: 'kept', states: ['completed'], timeoutMs: null });
  void world.start(other, 'orphaned').catch(() => {});
  await client.call('status', {});
  other.close();
  await expect(waiting).rejects.toMatchObject({ code: 'no_daemon' });
  await until('it runs all the same', async () => {
    const { agents } = await client.call('agent.list', { all: true });
    return agents.find(({ name }) => name === 'orphaned')?.status.state === 'running';
  });
  await until('one client is left', async () => (await client.call('status', {})).clients === 2);
});

test('a config that changes is read again, and its problems are told with their place', async () => {
  const told: ConfigProblem[][] = [];
  const client = await world.connect({ on: { config: ({ problems }) => told.push(problems) } });
  await client.call('subscribe', {});
  const file = join(world.root, '.boocode', 'config.json');
  writeFileSync(file, '{\n  "ui": { "theme": "pink" }\n}');
  // It may have been read between being emptied and being written.
  await until('the problem', () => told.some((problems) => problems[0]?.path === 'ui.theme'));
  expect(told.at(-1)).toMatchObject([{ file, line: 2, path: 'ui.theme' }]);
  writeFileSync(file, '{}');
  await until('no problem', () => told.at(-1)!.length === 0);
  expect((await client.call('config.get', {})).problems).toEqual([]);
});
