// What is kept of a call while another call asks for the first time what is kept: a daemon that has just begun.
import { mkdirSync, readdirSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RunCache } from '../../src/daemon/runs/cache.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { testFolder } from '../support/host.ts';

test('a result that is being written is kept when somebody reads what there is in that moment', async () => {
  const root = testFolder('kept');
  const folder = projectPaths(root).cache;
  mkdirSync(folder, { recursive: true });
  const cache = new RunCache({
    root,
    git: false,
    store: { get: () => ({ agents: {} }) },
    config: { get: () => ({ config: { workflows: { cache: { entries: 10, days: 1 } } } }) },
  } as never);
  const entry = { label: 'a', agent: 'a', at: Date.now(), tokens: null, usd: null };
  const key = (digit: string) => digit.repeat(64);
  // So long that it is still being written when it is looked at.
  const put = cache.put(key('a'), { ...entry, output: JSON.stringify('x'.repeat(30_000_000)) });
  while (readdirSync(folder).length === 0) await turn();
  expect(readdirSync(folder)[0]).toMatch(/\.tmp$/);
  expect(cache.get(key('b'))).toBeNull();
  await put;
  expect(cache.get(key('a'))).toMatchObject({ label: 'a' });
  expect(readdirSync(folder)).toEqual([`${key('a')}.json`]);
});
