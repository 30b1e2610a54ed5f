import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeRepository } from '../support/repository.ts';
import { boocode, json } from './boocode.ts';

let root: string;
beforeAll(() => {
  root = makeRepository();
  mkdirSync(join(root, '.boocode', 'workflows'), { recursive: true });
  const main = `return parallel(args.texts.split(' ').map((text) => () => agent('write ' + text + '.txt ' + text + '\\nwrite same.txt ' + text, { label: text })));`;
  writeFileSync(
    join(root, '.boocode', 'workflows', 'w.js'),
    `export const meta = { name: 'w', description: '', args: { texts: {} } };\nexport default async function main(args) {\n${main}\n}\n`,
  );
});
afterAll(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const workflow = (...words: string[]) => boocode(root, ['workflow', ...words]);
const run = (texts: string, ...more: string[]) =>
  workflow(
    ...['run', 'w', '--trust', '--runtime', 'demo', '--auto-approve', '--wait', '--arg', `texts=${texts}`, ...more],
  );
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const cachedOf = (name: string) =>
  json<{ steps: { cached: boolean }[] }>(root, 'workflow', 'status', name).steps.filter(({ cached }) => cached).length;

test('what a run gave is taken again until it is forgotten, and what its agents changed is brought onto one branch', () => {
  expect(run('a b', '--name', 'one').code).toBe(0);
  expect(run('a b', '--name', 'two').code).toBe(0);
  expect(cachedOf('two')).toBe(2);
  const { code, out } = workflow('combine', 'two', '--branch', 'all');
  expect([code, out]).toEqual([
    1,
    expect.stringMatching(/^The work of [ab] is on all\.\nLeft out:\n {2}[ab]: .*same\.txt/),
  ]);
  expect(git('log', '--format=%s', 'main..all')).toMatch(/^[ab]$/);
  expect(workflow('forget', 'two').out).toBe('2 results are forgotten.\n');
  expect(run('a', '--name', 'three').code).toBe(0);
  expect(cachedOf('three')).toBe(0);
  // Another model is another question.
  expect(run('a', '--name', 'four', '--model', 'big').code).toBe(0);
  expect(cachedOf('four')).toBe(0);
  expect(json(root, 'workflow', 'forget')).toEqual({ cleared: 2 });
  expect(workflow('combine', 'none').code).toBe(3);
});
