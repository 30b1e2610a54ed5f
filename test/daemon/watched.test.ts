// What is written in the very moment in which its watcher begins is told as what is written later.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { watchConfig } from '../../src/daemon/config.ts';
import { watchWorkflows } from '../../src/daemon/runs/files.ts';
import { until } from '../support/wait.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } as never;

afterEach(() => void vi.unstubAllEnvs());

function project(): string {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'w-'));
  mkdirSync(join(root, '.boocode/workflows'), { recursive: true });
  return root;
}

test('a config that is changed while its watcher begins', async () => {
  const root = project();
  const file = join(root, '.boocode/config.json');
  writeFileSync(file, '{}');
  const told: (number | null)[] = [];
  const config = watchConfig({ root, log, onChange: (loaded) => told.push(loaded.config.stalledAfter) });
  writeFileSync(file, '{ "stalledAfter": 77 }');
  await until('it is told', () => told.length > 0);
  expect(told).toHaveLength(1);
  await config.close();
});

test('a config of the user whose folder was not there', async () => {
  const root = project();
  const home = join(root, 'home/.config');
  mkdirSync(join(root, 'home'));
  vi.stubEnv('XDG_CONFIG_HOME', home);
  const told: (number | null)[] = [];
  const config = watchConfig({ root, log, onChange: (loaded) => told.push(loaded.config.stalledAfter) });
  writeFileSync(join(root, '.boocode/config.json'), '{ "stalledAfter": 1 }');
  await until('it watches', () => told.at(-1) === 1);
  writeFileSync(join(root, '.boocode/config.json'), '{}');
  await until('it is as it was', () => told.at(-1) !== 1);
  mkdirSync(join(home, 'boocode'), { recursive: true });
  for (const value of [2, 3]) {
    writeFileSync(join(home, 'boocode/config.json'), `{ "stalledAfter": ${value} }`);
    await until(`${value} is told`, () => told.at(-1) === value);
  }
  await config.close();
});

test('workflow files that are written while their watcher begins', async () => {
  const root = project();
  let told = 0;
  const workflows = watchWorkflows({ root, log, publish: () => void told++ });
  writeFileSync(join(root, '.boocode/workflows/fresh.js'), "export const meta = { name: 'fresh' };\n");
  await until('it is told', () => told > 0);
  await workflows.close();
});
