import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { until } from '../support/wait.ts';
import { createWorld, kill } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const changesOf = async (agent: Agent) =>
  (await (await world.connect()).call('agent.get', { agent: agent.id })).agent.changes;
const counts = (agent: Agent, files: number, added: number, removed: number) =>
  until(
    `${agent.name} differs in ${files} files, +${added} -${removed}`,
    async () => {
      const now = await changesOf(agent);
      return now?.files === files && now.added === added && now.removed === removed;
    },
    { seen: () => changesOf(agent) },
  );

test('what a living agent changes is followed: files, commits, merges into its base, and after a crash of the daemon', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'edits', ['cat'], { worktree: true });
  const at = agent.worktree!;
  await counts(agent, 0, 0, 0);
  writeFileSync(join(at, 'file.txt'), 'first\nsecond\n');
  await counts(agent, 1, 1, 0);
  mkdirSync(join(at, 'new/deep'), { recursive: true });
  writeFileSync(join(at, 'new/deep/x.txt'), 'a\nb\n');
  await counts(agent, 2, 3, 0);
  git(at, 'add', '-A');
  git(at, 'commit', '-qm', 'work');
  writeFileSync(join(at, 'file.txt'), 'FIRST\nsecond\n');
  await counts(agent, 2, 4, 1);
  await kill(await world.daemonPid(client));
  rmSync(join(at, 'new'), { recursive: true });
  await counts(agent, 1, 2, 1);
  git(world.root, 'merge', '-q', '--ff-only', 'boo/edits');
  git(at, 'checkout', '-q', '--', '.');
  git(at, 'commit', '-q', '--allow-empty', '-m', 'HEAD moves');
  await counts(agent, 0, 0, 0);
});

test('an agent that ends keeps its last numbers, written to its record', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'short', ['sh', '-c', 'read line; echo more > more.txt'], { worktree: true });
  await client.call('agent.keys', { agent: agent.id, keys: ['Enter'] });
  await client.call('agent.wait', { agent: agent.id, states: ['completed'], timeoutMs: 10_000 });
  await counts(agent, 1, 1, 0);
});

test('a worktree that vanishes is no trouble', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'gone', ['cat'], { worktree: true });
  writeFileSync(join(agent.worktree!, 'file.txt'), 'other\n');
  // The base has two lines by now.
  await counts(agent, 1, 1, 2);
  rmSync(agent.worktree!, { recursive: true });
  await client.call('agent.stop', { agent: agent.id });
  expect((await client.call('agent.get', { agent: agent.id })).agent.status.state).toBe('cancelled');
});
