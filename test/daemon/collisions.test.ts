import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import type { Collision } from '../../src/schema/collision.ts';
import { readCollisions } from '../../src/storage/collisions.ts';
import { until } from '../support/wait.ts';
import { createWorld, kill } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const lines = (edit: (n: number) => string = String) =>
  Array.from({ length: 60 }, (_, index) => `${edit(index + 1)}\n`).join('');
const list = async () => (await (await world.connect()).call('collisions.list', {})).collisions;
const brief = ({ file, severity, agents, ranges }: Collision) =>
  `${severity} ${file} ${[...agents].sort().join(' ')} ${ranges
    .map((one) => one.map(({ start, end }) => `${start}-${end}`).join(','))
    .sort()
    .join(' ')}`.trim();
const see = (...wanted: string[]) =>
  until(
    `collisions: ${wanted.join('; ') || 'none'}`,
    async () => JSON.stringify((await list()).map(brief)) === JSON.stringify(wanted),
    { seen: async () => (await list()).map(brief) },
  );

test('two agents at one file are seen: uncommitted, committed, from another base, renamed; and no more when one goes', async () => {
  writeFileSync(join(world.root, 'shared.txt'), lines());
  git(world.root, 'add', '-A');
  git(world.root, 'commit', '-qm', 'sixty lines');
  const client = await world.connect();
  const a = await world.start(client, 'a', ['cat'], { worktree: true });
  // The base of the second one is another commit, with a line above.
  writeFileSync(join(world.root, 'shared.txt'), `above\n${lines()}`);
  git(world.root, 'commit', '-qam', 'one above');
  const b = await world.start(client, 'b', ['cat'], { worktree: true });
  await see();
  writeFileSync(
    join(a.worktree!, 'shared.txt'),
    lines((n) => (n === 10 ? 'ten' : `${n}`)),
  );
  writeFileSync(join(b.worktree!, 'shared.txt'), `above\n${lines((n) => (n === 40 ? 'forty' : `${n}`))}`);
  await see('different_area shared.txt a b 10-10 40-40');
  writeFileSync(join(b.worktree!, 'shared.txt'), `above\n${lines((n) => (n === 14 ? 'fourteen' : `${n}`))}`);
  await see('adjacent_line shared.txt a b 10-10 14-14');
  expect((await client.call('agent.get', { agent: 'a' })).agent.collisions).toBe(1);
  git(a.worktree!, 'commit', '-qam', 'ten');
  writeFileSync(join(b.worktree!, 'shared.txt'), `above\n${lines((n) => (n === 10 ? 'TEN' : `${n}`))}`);
  await see('same_line shared.txt a b 10-10 10-10');
  const [{ since }] = (await list()) as [Collision];
  await until('it is written down', () => readCollisions(world.root)[0]?.since === since);
  await kill(await world.daemonPid(client));
  await see('same_line shared.txt a b 10-10 10-10');
  expect((await list())[0]!.since, 'it is no new one').toBe(since);
  git(b.worktree!, 'mv', 'shared.txt', 'renamed.txt');
  await see('same_line shared.txt a b 10-10 10-10');
  writeFileSync(join(a.worktree!, 'new.txt'), 'of a\n');
  writeFileSync(join(b.worktree!, 'new.txt'), 'of b\n');
  await see('same_line new.txt a b', 'same_line shared.txt a b 10-10 10-10');
  writeFileSync(join(b.worktree!, 'new.txt'), 'of a\n');
  await see('same_line shared.txt a b 10-10 10-10', 'identical new.txt a b');
  const again = await world.connect();
  expect((await again.call('agent.get', { agent: 'b' })).agent.collisions).toBe(1);
  rmSync(join(b.worktree!, 'renamed.txt'));
  writeFileSync(join(b.worktree!, 'shared.txt'), `above\n${lines()}`);
  await see('identical new.txt a b');
  await again.call('agent.rm', { agent: 'b' });
  await see();
  expect((await again.call('agent.get', { agent: 'a' })).agent.collisions).toBe(0);
  await again.call('agent.rm', { agent: 'a' });
});

test('a forecast names conflicts, the order that fits, and what is left; again after objects were swept away', async () => {
  const client = await world.connect();
  writeFileSync(join(world.root, 'plan.txt'), lines());
  git(world.root, 'add', '-A');
  git(world.root, 'commit', '-qm', 'a plan');
  const agents: Agent[] = [];
  for (const name of ['f1', 'f2', 'f3']) agents.push(await world.start(client, name, ['cat'], { worktree: true }));
  const edit = (index: number, line: number, text: string) =>
    writeFileSync(
      join(agents[index]!.worktree!, 'plan.txt'),
      lines((n) => (n === line ? text : `${n}`)),
    );
  edit(0, 5, 'five');
  edit(1, 5, 'FIVE');
  edit(2, 30, 'thirty');
  await see(
    'same_line plan.txt f1 f2 5-5 5-5',
    'different_area plan.txt f1 f3 30-30 5-5',
    'different_area plan.txt f2 f3 30-30 5-5',
  );
  const { forecast } = await client.call('forecast.get', { target: null });
  expect(forecast.pairs.map(({ a, b, verdict, files }) => [a, b, verdict, files.map(({ file }) => file)])).toEqual([
    ['f1', 'f2', 'conflict', ['plan.txt']],
    ['f1', 'f3', 'clean', []],
    ['f2', 'f3', 'clean', []],
  ]);
  expect(forecast.order).toHaveLength(2);
  expect(forecast.order).toContain('f3');
  expect(forecast.remaining).toEqual([{ agent: forecast.order.includes('f1') ? 'f2' : 'f1', files: ['plan.txt'] }]);
  git(world.root, 'gc', '-q', '--prune=now');
  edit(1, 5, 'five');
  await see(
    'different_area plan.txt f1 f3 30-30 5-5',
    'different_area plan.txt f2 f3 30-30 5-5',
    'identical plan.txt f1 f2',
  );
  const later = (await client.call('forecast.get', { target: null })).forecast;
  expect(later.pairs.map(({ verdict }) => verdict)).toEqual(['identical', 'clean', 'clean']);
  expect(later.order).toHaveLength(3);
  expect(later.remaining).toEqual([]);
  await expect(client.call('forecast.get', { target: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
  expect(git(world.root, 'status', '--porcelain')).not.toContain('plan.txt');
  expect(git(world.root, 'fsck', '--no-dangling')).toBe('');
});
