import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { userConfigPath } from '../../src/util/paths.ts';
import { untilAgent } from './chat.ts';
import { callAgent, startRun, turnOf } from './running.ts';
import { createWorld, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(async () => {
  rmSync(userConfigPath(), { force: true });
  await world.end();
});

const git = (...args: string[]) => execFileSync('git', args, { cwd: world.root, encoding: 'utf8' }).trim();
const refs = () => git('for-each-ref', '--format=%(refname)', 'refs/boocode/cache').split('\n').filter(Boolean);
const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
const entryOf = (agent: string, at = Date.now()) => ({
  ...{ output: '"done"', label: 'a', agent, at, tokens: 3, usd: null },
});
const put = (text: string, agent: string, at?: number) =>
  client.call('cache.put', { key: keyOf(text), entry: entryOf(agent, at) });
const get = async (text: string) => (await client.call('cache.get', { key: keyOf(text) })).entry;
const configure = (cache: object, profiles: object = {}) => {
  mkdirSync(dirname(userConfigPath()), { recursive: true });
  writeFileSync(userConfigPath(), JSON.stringify({ workflows: { cache }, profiles }));
};

/** An agent of the run that has done this, in a worktree of its own. */
async function worked(run: Agent, key: string, prompt: string): Promise<Agent> {
  const { agent } = await callAgent(client, run.id, key, { prompt, worktree: true });
  await turnOf(client, agent);
  return agent;
}
const cancel = async (run: Agent) => {
  await client.call('agent.stop', { agent: run.id });
  await untilAgent(client, run.id, 'has ended', ({ endedAt }) => endedAt !== null);
};

describe('kept results', () => {
  test('outlive the daemon, with what their agent changed, until they are forgotten', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    const agent = await worked(run, 'a', 'write new.txt hello');
    const idle = await worked(run, 'b', 'say nothing changed');
    await put('a', agent.id);
    await put('b', idle.id);
    expect(await get('b')).toMatchObject({ commit: null, output: '"done"' });
    await kill(await world.daemonPid(client));
    client = await world.connect();
    const { commit } = (await get('a'))!;
    expect(git('show', `${commit}:new.txt`)).toBe('hello');
    expect(refs()).toEqual([`refs/boocode/cache/${keyOf('a')}`]);
    expect(await client.call('cache.clear', { run: run.id })).toEqual({ cleared: 2 });
    expect([await get('a'), await get('b'), refs()]).toEqual([null, null, []]);
    expect(readdirSync(join(world.root, '.boocode', 'cache'))).toEqual([]);
  });

  test('are forgotten run by run: what it put there, and what it took', async () => {
    const one = await startRun(world, client);
    const { agent } = await callAgent(client, one.id, 'a', {});
    const { agent: other } = await callAgent(client, one.id, 'b', {});
    await put('a', agent.id);
    await put('b', other.id);
    const step = {
      ...{ id: 'x', label: 'x', phase: null, kind: 'agent', status: 'completed', attempt: 1, cached: true, deps: [] },
      ...{ agent: agent.id, parent: null, detail: null, result: null },
    };
    const counts = { known: 1, running: 0, done: 1, failed: 0, skipped: 0, cached: 1 };
    const reports = [
      { type: 'runBegan', workflow: 'work', form: 'script', phases: [] },
      { type: 'step', step, counts },
    ];
    const two = await startRun(world, client, { reports });
    await untilAgent(client, two.id, 'has told its step', (one) => one.run?.steps.cached === 1);
    expect(await client.call('cache.clear', { run: two.id })).toEqual({ cleared: 1 });
    expect([await get('a'), (await get('b'))?.agent]).toEqual([null, other.id]);
    expect(await client.call('cache.clear', { run: null })).toEqual({ cleared: 1 });
  });

  test('are bounded in number and age', async () => {
    configure({ entries: 2, days: 1 });
    const now = Date.now();
    await put('old', 'x', now - 25 * 60 * 60_000);
    expect(await get('old')).toBeNull();
    for (const name of ['a', 'b', 'c']) await put(name, 'x');
    expect((await Promise.all(['a', 'b', 'c'].map(get))).map((entry) => entry !== null)).toEqual([false, true, true]);
    expect(readdirSync(join(world.root, '.boocode', 'cache'))).toHaveLength(2);
    configure({ entries: 0 });
    await put('d', 'x');
    expect(await get('d')).toBeNull();
    await expect(client.call('cache.get', { key: '../../x' })).rejects.toMatchObject({ code: 'usage' });
  });

  test('hang on the tree that an agent starts from: that of a commit, or the checkout as it lies there', async () => {
    const tree = async (worktree?: boolean, profile?: string) =>
      (
        await client.call('cache.tree', {
          base: null,
          ...(profile && { profile }),
          ...(worktree !== undefined && { worktree }),
        })
      ).tree;
    const first = git('rev-parse', 'HEAD^{tree}');
    expect([await tree(true), await tree(false)]).toEqual([first, first]);
    writeFileSync(join(world.root, 'file.txt'), 'changed\n');
    expect(await tree(true)).toBe(first);
    expect(await tree(false)).not.toBe(first);
    // A profile says by itself where its agents work.
    configure({}, { here: { runtime: 'demo', worktree: false }, apart: { runtime: 'demo', worktree: true } });
    expect(await tree(undefined, 'here')).toBe(await tree(false));
    expect(await tree(undefined, 'apart')).toBe(first);
    expect(git('status', '--porcelain')).toBe('M file.txt');
  });
});

test('without a repository results are kept, and hang on no tree', async () => {
  const plain = createWorld({ git: false });
  const one = await plain.connect();
  expect(await one.call('cache.tree', { base: null })).toEqual({ tree: null });
  await one.call('cache.put', { key: keyOf('a'), entry: entryOf('x') });
  expect((await one.call('cache.get', { key: keyOf('a') })).entry).toMatchObject({ commit: null });
  await plain.end();
});

describe('what the agents of a run did', () => {
  test('is brought onto one branch, as far as it fits together, without touching the checkout', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    await worked(run, 'one', 'write file.txt one');
    await worked(run, 'two', 'write file.txt two');
    await worked(run, 'three', 'write other.txt three');
    await worked(run, 'four', 'say nothing');
    await expect(client.call('run.combine', { agent: run.id })).rejects.toMatchObject({ code: 'conflict' });
    await cancel(run);
    const before = git('status', '--porcelain', '--branch');
    const made = await client.call('run.combine', { agent: run.id });
    expect(made).toMatchObject({
      branch: 'boo/work-combined',
      merged: ['one', 'three'],
      conflicts: [{ agent: 'two', files: ['file.txt'] }],
    });
    expect(git('show', `${made.branch}:other.txt`)).toBe('three');
    expect(git('show', `${made.branch}:file.txt`)).toBe('first\none');
    expect(git('log', '--format=%s', `main..${made.branch}`)).toBe('three\none');
    expect(git('status', '--porcelain', '--branch')).toBe(before);
    expect((await client.call('run.combine', { agent: run.id })).branch).toBe('boo/work-combined-2');
    await expect(client.call('run.combine', { agent: run.id, branch: 'main' })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  test('is committed by who asks for it, as their environment says it', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    await worked(run, 'one', 'write file.txt one');
    await cancel(run);
    const author = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.org' };
    const identity = { ...author, GIT_COMMITTER_NAME: 'Bea', GIT_COMMITTER_EMAIL: 'bea@example.org' };
    const { branch } = await client.call('run.combine', { agent: run.id, identity });
    expect(git('log', '-1', '--format=%an %ae %cn %ce', branch)).toBe('Ann ann@example.org Bea bea@example.org');
  });

  test('counts for another run, too, that took its result from the cache; not where its call failed', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    const agent = await worked(run, 'one', 'write new.txt one');
    await put('one', agent.id);
    await cancel(run);
    await client.call('agent.rm', { agent: agent.id });
    const common = { label: 'x', phase: null, kind: 'agent', attempt: 1, deps: [], parent: null, detail: null };
    const step = { ...common, id: 'x', status: 'completed', cached: true, agent: agent.id, result: null };
    const counts = { known: 1, running: 0, done: 1, failed: 0, skipped: 0, cached: 1 };
    const reports = [
      { type: 'runBegan', workflow: 'work', form: 'script', phases: [] },
      { type: 'step', step, counts },
    ];
    const other = await startRun(world, client, { reports, unattended: 'auto' });
    await untilAgent(client, other.id, 'has told its step', (one) => one.run?.steps.cached === 1);
    await cancel(other);
    const { branch, merged } = await client.call('run.combine', { agent: other.id });
    expect(merged).toEqual(['a']);
    expect(git('show', `${branch}:new.txt`)).toBe('one');
  });

  test('where nothing was changed makes no branch', async () => {
    const run = await startRun(world, client);
    await worked(run, 'one', 'say nothing');
    await cancel(run);
    await expect(client.call('run.combine', { agent: run.id })).rejects.toMatchObject({ code: 'conflict' });
    expect(git('branch', '--list', '*combined*')).toBe('');
  });
});
