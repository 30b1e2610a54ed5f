import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import type { Collision } from '../../src/schema/collision.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

const world = createWorld();
const { root } = world;
afterAll(() => world.end());

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
const text = (edits: Record<number, string> = {}) =>
  Array.from({ length: 60 }, (_, index) => `${edits[index + 1] ?? index + 1}\n`).join('');
const list = async () => (await (await world.connect()).call('collisions.list', {})).collisions;
const brief = ({ file, severity, agents, ranges }: Collision) =>
  `${severity} ${file} ${agents
    .map((name, n) => `${name}:${ranges[n]!.map(({ start, end }) => `${start}-${end}`)}`)
    .sort()
    .join(' ')}`;
const see = (...wanted: string[]) =>
  until(
    `collisions: ${wanted.join('; ') || 'none'}`,
    async () => JSON.stringify((await list()).map(brief)) === JSON.stringify(wanted),
    { seen: async () => (await list()).map(brief) },
  );
const stateOf = async ({ id }: Agent) =>
  (await (await world.connect()).call('agent.get', { agent: id })).agent.status.state;
const filesOf = async ({ id }: Agent) =>
  (await (await world.connect()).call('changes.list', { agent: id, fresh: false })).changes[0]!.files;

/** Who is said to have written a file, to whoever looks at what this agent has changed. */
const writers = (agent: Agent, name: string, wanted: string[] | undefined) =>
  until(
    `${name} is by ${wanted}`,
    async () =>
      JSON.stringify((await filesOf(agent)).find(({ file }) => file === name)?.writers) === JSON.stringify(wanted),
    { seen: () => filesOf(agent) },
  );

const SHELL = ['bash', '--norc', '--noprofile', '-i'];
/** Longer than an edit may linger behind the work that made it, in milliseconds. */
const LONG_MS = 2500;

test('agents that share the checkout: what each wrote while it alone was at work, lines of both, and nothing where it cannot be told', async () => {
  writeFileSync(join(root, '.gitignore'), '.boocode\n');
  writeFileSync(join(root, 'plan.txt'), text());
  git('add', '-A');
  git('commit', '-qm', 'a plan');
  const client = await world.connect();
  const start = (name: string, more = {}) => world.start(client, name, SHELL, more);
  const one = await start('one');
  const two = await start('two');
  const rest = async () => {
    await until('both rest', async () => (await stateOf(one)) === 'idle' && (await stateOf(two)) === 'idle');
    const since = Date.now();
    await until('what they did last is long ago', () => Date.now() - since > LONG_MS);
  };
  const write = async (agent: Agent, file: string, content: string) => {
    await rest();
    writeFileSync(join(root, '.boocode', 'next'), content);
    await client.call('agent.send', { agent: agent.id, text: `cp .boocode/next ${file}; sleep 1`, timeoutMs: 0 });
    await until(`${agent.name} is at work`, async () => (await stateOf(agent)) === 'running');
  };
  expect(await filesOf(one)).toEqual([]);
  await write(one, 'plan.txt', text({ 10: 'ten', 40: 'forty' }));
  await see();
  await writers(two, 'plan.txt', ['one']);
  await write(two, 'plan.txt', text({ 10: 'ten', 14: 'fourteen', 40: 'forty' }));
  await see('adjacent_line plan.txt one:10-10 two:14-14');
  await writers(one, 'plan.txt', ['one', 'two']);
  // Written over: what the other one did stays on record.
  await write(two, 'plan.txt', text({ 10: 'TEN', 14: 'fourteen', 40: 'forty' }));
  await see('same_line plan.txt one:10-10 two:10-10');
  expect((await client.call('agent.get', { agent: 'one' })).agent.collisions).toBe(1);
  // A person writes while nobody is at work: nobody did it.
  await rest();
  writeFileSync(join(root, 'other.txt'), 'by hand\n');
  await until('it is seen', async () => (await filesOf(one)).some(({ file }) => file === 'other.txt'));
  await writers(two, 'other.txt', []);
  await write(one, 'other.txt', 'by one\n');
  await see('same_line plan.txt one:10-10 two:10-10');
  // Lines that are as in the base again, nobody has touched.
  git('checkout', '-q', 'plan.txt');
  await see();
  // An agent in a worktree meets both, since what lies in the checkout may be of either.
  const away = await start('away', { worktree: true });
  writeFileSync(join(away.worktree!, 'other.txt'), 'elsewhere\n');
  await see('same_line other.txt away: one:', 'same_line other.txt away: two:');
  await client.call('agent.rm', { agent: 'two' });
  await see('same_line other.txt away: one:');
  await writers(one, 'other.txt', undefined);
}, 60_000);
