import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { demoAgents, makeSampleProject } from '../../src/demo/sample.ts';
import { entryPath } from '../../src/util/entry.ts';
import { sh, tempFolder } from '../support/repository.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

const open: TestTerminal[] = [];
afterEach(() => {
  for (const terminal of open.splice(0)) terminal.kill();
});

test('the sample is a clean repository with a history, whose tests pass', async () => {
  const root = tempFolder('sample');
  await makeSampleProject(root);
  expect(sh(root, 'git', 'status', '--porcelain')).toBe('');
  expect(sh(root, 'git', 'branch', '--show-current').trim()).toBe('main');
  expect(sh(root, 'git', 'log', '--format=%s').trim().split('\n')).toHaveLength(5);
  expect(sh(root, 'git', 'ls-files').trim().split('\n').length).toBeGreaterThanOrEqual(18);
  expect(sh(root, process.execPath, '--test')).toMatch(/pass 3/);
});

test('its three agents do what they say, ask, wait, and two of them cannot be merged as they are', async () => {
  const root = tempFolder('sample');
  await makeSampleProject(root);
  const agents = demoAgents().map(({ name, prompt }) => {
    const worktree = join(tempFolder('trees'), name);
    sh(root, 'git', 'worktree', 'add', '-q', '-b', name, worktree);
    const terminal = openTerminal([process.execPath, entryPath('demo'), '--', prompt], {
      cwd: worktree,
      cols: 100,
      rows: 40,
    });
    open.push(terminal);
    return { name, worktree, terminal };
  });
  const [discount, rounding, docs] = agents as [(typeof agents)[0], (typeof agents)[0], (typeof agents)[0]];
  expect(agents.map((one) => one.name)).toEqual(['discount', 'rounding', 'docs']);

  await rounding.terminal.shows('? Run node scripts/migrate.js? (y/n)');
  await docs.terminal.shows('Shall I describe the cart too?');
  rounding.terminal.type('y');
  docs.terminal.type('yes, please\r');
  await rounding.terminal.shows('the orders are moved');
  await docs.terminal.shows('the cart is described as well');
  await discount.terminal.shows('with a test.');

  for (const { name, worktree, terminal } of agents) {
    await terminal.shows(/^ready · /m);
    expect(terminal.text()).not.toContain('✖');
    expect(sh(worktree, process.execPath, '--test'), name).toMatch(/fail 0/);
    sh(worktree, 'git', 'commit', '-qam', name);
  }
  expect(readFileSync(join(docs.worktree, 'docs/api.md'), 'utf8')).toContain('## Cart');
  expect(() => sh(root, 'git', 'merge-tree', '--write-tree', 'discount', 'rounding')).toThrow();
  sh(root, 'git', 'merge-tree', '--write-tree', 'discount', 'docs');
});
