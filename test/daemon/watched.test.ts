// What is written in the very moment in which its watcher begins is told as what is written later.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchConfig } from '../../src/daemon/config.ts';
import { watchWorkflows } from '../../src/daemon/runs/files.ts';
import { until } from '../support/wait.ts';

const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} } as never;

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

test('workflow files that are written while their watcher begins', async () => {
  const root = project();
  let told = 0;
  const workflows = watchWorkflows({ root, log, publish: () => void told++ });
  writeFileSync(join(root, '.boocode/workflows/fresh.js'), "export const meta = { name: 'fresh' };\n");
  await until('it is told', () => told > 0);
  await workflows.close();
});
