import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Search } from '../../src/schema/search.ts';
import { until } from '../support/wait.ts';
import { createWorld, type World } from './world.ts';

type Wish = Partial<Omit<Search, 'pattern'>> & { fixed?: boolean; case?: 'smart' | 'exact' | 'ignore' };

export const searchIn = (
  client: DaemonClient,
  text: string,
  { fixed = false, case: matching = 'smart', ...more }: Wish = {},
) =>
  client.call('search', {
    pattern: { text, fixed, case: matching },
    limit: 50,
    before: 0,
    after: 0,
    since: null,
    agents: [],
    states: [],
    all: false,
    key: null,
    ...more,
  });

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld({ git: false });
  client = await world.connect();
});
afterEach(() => world.end());

/** An agent that prints `count` lines `NAME i` and waits. */
async function printer(name: string, count: number) {
  const agent = await world.start(client, name, [
    'sh',
    '-c',
    `i=1; while [ $i -le ${count} ]; do echo "${name} $i"; i=$((i+1)); done; echo done-${name}; exec cat`,
  ]);
  await until(`${name} has printed`, async () =>
    (await client.call('agent.screen', { agent: name, ansi: false })).lines.includes(`done-${name}`),
  );
  return agent;
}

describe('search of a daemon', () => {
  test('answers from all agents, each with its newest lines and a fair share', async () => {
    await printer('one', 300);
    await printer('two', 5);
    const all = await searchIn(client, '\\d$', { limit: 20 });
    expect(all).toMatchObject({ total: 305, truncated: true, sources: ['ring', 'screen'], lost: [] });
    expect(all.counts.map(({ agent, total }) => [agent, total])).toEqual([
      ['one', 300],
      ['two', 5],
    ]);
    expect(all.matches.filter(({ agent }) => agent === 'two').map(({ text }) => text)).toEqual(
      [1, 2, 3, 4, 5].map((i) => `two ${i}`),
    );
    expect(all.matches.slice(0, 15).map(({ text }) => text)).toEqual(
      Array.from({ length: 15 }, (_, i) => `one ${286 + i}`),
    );
  });
});
