import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../src/storage/config.ts';
import { userConfigPath } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

const world = createWorld();
const config = userConfigPath();
const file = join(dirname(config), 'command.json');
mkdirSync(dirname(config), { recursive: true });
const write = (detail: string, more = {}) =>
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      seen: '1.0',
      rules: [{ id: 'own', in: 'any', head: 'ready', says: 'idle', detail, ...more }],
    }),
  );
afterAll(async () => {
  rmSync(config, { force: true });
  await world.end();
});

test('rules of a file decide, are read again when it changes, and are said when they are wrong', async () => {
  writeFileSync(config, '{ "detect": { "command": "command.json" } }');
  write('it says ready');
  const client = await world.connect();
  await world.start(client, 'one');
  const why = async () => (await client.call('agent.explain', { agent: 'one' })).agent.status.evidence.detail;
  await until('its rule decides', async () => (await why()) === 'it says ready');
  write('it has changed');
  await until('the changed rule decides', async () => (await why()) === 'it has changed');
  const { explained } = await client.call('agent.explain', { agent: 'one' });
  expect(explained?.book).toEqual({ version: 1, seen: '1.0' });
  expect(explained?.rules.find(({ rule }) => rule === 'command.own')).toMatchObject({ says: 'idle' });
  write('x', { head: '(' });
  const { problems } = loadConfig({ root: world.root });
  expect(problems).toMatchObject([{ file, line: 1, path: 'rules.0.head' }]);
  write('x', { says: 'busy' });
  expect(loadConfig({ root: world.root }).problems).toMatchObject([{ file, line: 1, path: 'rules.0.says' }]);
  rmSync(file);
  expect(loadConfig({ root: world.root }).problems[0]?.message).toContain('not in force');
});
