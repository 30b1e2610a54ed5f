import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createWorld, type World } from './world.ts';

let world: World;
afterEach(() => world.end());

test("an agent's files are named as git has or would take them", async () => {
  world = createWorld();
  const client = await world.connect();
  const { id, cwd } = await world.start(client, 'writer');
  mkdirSync(join(cwd, 'src'));
  writeFileSync(join(cwd, 'src/näme.ts'), '');
  writeFileSync(join(cwd, '.gitignore'), '*.log\n');
  writeFileSync(join(cwd, 'build.log'), '');
  const files = async (query: string) => (await client.call('agent.files', { agent: id, query, limit: 10 })).files;
  expect(await files('')).toEqual(['.gitignore', 'file.txt', 'src/näme.ts']);
  expect(await files('näm')).toEqual(['src/näme.ts']);
});

test('where there is no git there are none', async () => {
  world = createWorld({ git: false });
  const client = await world.connect();
  const { id } = await world.start(client, 'writer');
  expect(await client.call('agent.files', { agent: id, query: '', limit: 10 })).toEqual({ files: [] });
});
