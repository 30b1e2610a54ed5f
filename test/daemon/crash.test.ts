import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { followAll, keepDaemon } from '../../src/client/keep.ts';
import { runtimeFolder, runtimePath } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';
import { createWorld, env, kill } from './world.ts';

const daemonEnv = { BOOCODE_IDLE_MS: '400' };
const world = createWorld({ daemonEnv });
afterAll(() => world.end());

test('eight that start a daemon at once get the same one', async () => {
  const clients = await Promise.all(Array.from({ length: 8 }, () => world.connect()));
  const pids = await Promise.all(clients.map(world.daemonPid));
  expect(new Set(pids).size).toBe(1);
  await kill(pids[0]!);
  const again = await Promise.all(Array.from({ length: 8 }, () => world.connect()));
  expect(new Set(await Promise.all(again.map(world.daemonPid))).size).toBe(1);
  for (const client of [...clients, ...again]) client.close();
});

test('a daemon that is told to leave right after its agents were stopped leaves no host and no folder behind', async () => {
  const other = createWorld();
  const client = await other.connect();
  await other.start(client, 'one');
  await other.start(client, 'two', ['sh', '-c', 'seq 1 2000; exec cat']);
  const printed = async () => (await client.call('agent.output', { agent: 'two', count: 10 })).lines;
  await until('it has printed', async () => (await printed()).includes('2000'));
  await client.call('agent.stopAll', {});
  await client.call('stop', { agents: false });
  client.close();
  await until('no process of the project is left', () => other.processes().length === 0, { seen: other.processes });
  await until('nor the folder of its sockets', () => !existsSync(runtimePath(other.root)));
  const later = await other.connect();
  const { lines } = await later.call('agent.output', { agent: 'two', count: 10 });
  expect(lines).toContain('2000');
  later.close();
  await other.end();
});

test('after kill -9 of the daemon agents go on with the same pid and screen; an end nobody saw is recorded', async () => {
  let client = await world.connect();
  const { pid } = await world.start(client, 'lives');
  await world.start(client, 'ends', ['sh', '-c', 'read line; exit 3']);
  await until('it is ready', async () =>
    (await client.call('agent.output', { agent: 'lives', count: 5 })).lines.includes('ready'),
  );
  const before = await client.call('agent.screen', { agent: 'lives', ansi: true });
  const { pid: other } = (await client.call('agent.get', { agent: 'ends' })).agent;
  await kill(await world.daemonPid(client));
  process.kill(other!, 'SIGTERM');
  await until('it has ended', () => processStart(other!) === null);
  client = await world.connect();
  expect((await client.call('agent.get', { agent: 'lives' })).agent).toMatchObject({
    pid,
    status: { state: expect.stringMatching(/running|idle|unknown|waiting/) },
  });
  expect(await client.call('agent.screen', { agent: 'lives', ansi: true })).toEqual(before);
  expect((await client.call('agent.get', { agent: 'ends' })).agent).toMatchObject({
    status: { state: 'failed' },
    exit: { code: null, signal: 'SIGTERM' },
  });
  client.close();
});

test('the first cockpit is told that a torn state was set aside, and only it', async () => {
  const other = createWorld({ daemonEnv });
  const first = await other.connect();
  await first.call('stop', { agents: true });
  first.close();
  await until('it is gone', () => other.processes().length === 0, { seen: other.processes });
  writeFileSync(join(other.root, '.boocode/state.json'), '{"format":');
  const attention = { sees: [], focused: null, asks: false, tells: false, shows: false, env: {} };
  const screen = async (tells: boolean) => {
    const texts: string[] = [];
    const client = await other.connect({ on: { message: ({ text }) => void texts.push(text) } });
    await client.call('screen.attend', { ...attention, tells });
    // What was said before an answer has arrived with it.
    await client.call('status', {});
    client.close();
    return texts.join('\n');
  };
  expect(await screen(false)).toBe('');
  expect(await screen(true)).toMatch(/state\.json could not be used \(it is torn.*set aside as .*state\.json\.broken-/);
  expect(await screen(true)).toBe('');
  await other.end();
});

test('after kill -9 of the daemon what was seen stays seen, and what is printed later is marked', async () => {
  let client = await world.connect();
  const get = async () => (await client.call('agent.get', { agent: 'looked-at' })).agent;
  await world.start(client, 'looked-at');
  await until('it is marked', async () => (await get()).unread);
  await until('it rests', async () => (await get()).status.state !== 'running');
  await client.call('agent.seen', { agent: 'looked-at' });
  expect((await get()).unread).toBe(false);
  await kill(await world.daemonPid(client));
  client = await world.connect();
  await until('its screen is known again', async () => {
    const { explained } = await client.call('agent.explain', { agent: 'looked-at' });
    return explained?.outputAt;
  });
  expect((await get()).unread).toBe(false);
  await until('what it prints marks it', async () => {
    await client.call('agent.keys', { agent: 'looked-at', keys: ['x', 'Enter'] });
    return (await get()).unread;
  });
  client.close();
});

test('agents of a killed host have failed with that evidence, and the next one gets a new host', async () => {
  const client = await world.connect();
  await world.start(client, 'lost');
  const { hosts } = await client.call('status', {});
  for (const { pid } of hosts) await kill(pid);
  const { agent } = await client.call('agent.wait', { agent: 'lost', states: ['failed'], timeoutMs: 60_000 });
  expect(agent.status).toMatchObject({ state: 'failed', evidence: { source: 'process' } });
  const again = await client.call('agent.restart', { agent: 'lost', env: env() });
  expect(again.agent.status.state).toBe('running');
  await until('it runs', async () =>
    (await client.call('agent.output', { agent: 'lost', count: 5 })).lines.includes('ready'),
  );
  client.close();
});

test('a host that died together with the daemon is found out at the next start', async () => {
  let client = await world.connect();
  await world.start(client, 'both');
  const { hosts, pid } = await client.call('status', {});
  await Promise.all([pid, ...hosts.map((host) => host.pid)].map(kill));
  client = await world.connect();
  expect((await client.call('agent.get', { agent: 'both' })).agent.status).toMatchObject({
    state: 'failed',
    evidence: { source: 'process' },
  });
  client.close();
});

test('what was acknowledged is there after kill -9 at any moment', async () => {
  const known = new Set<string>();
  const removed = new Set<string>();
  let round = 0;
  for (; round < 30; round += 1) {
    const client = await world.connect();
    const pid = await world.daemonPid(client);
    const make = async (n: number) => {
      const name = `k${round}-${n}`;
      await world.start(client, name, ['true']);
      known.add(name);
      if (n % 2 === 1) return;
      removed.add(name);
      await client.call('agent.rm', { agent: name });
      known.delete(name);
      removed.delete(name);
    };
    const work = Promise.allSettled([0, 1, 2, 3].map(make));
    const moment = Math.random() * 60;
    await new Promise((resolve) => setTimeout(resolve, moment));
    await kill(pid);
    await work;
    client.close();
  }
  const client = await world.connect();
  const names = (await client.call('agent.list', { all: true })).agents.map(({ name }) => name);
  for (const name of known) if (!removed.has(name)) expect(names).toContain(name);
  const { agents } = await client.call('agent.list', { all: true });
  await Promise.all(
    agents.map(({ name }) => client.call('agent.wait', { agent: name, states: [], timeoutMs: 60_000 })),
  );
  expect(readdirSync(join(world.root, '.boocode')).filter((name) => name.includes('broken'))).toEqual([]);
  client.close();
});

test('an agent whose preparing was cut short by kill -9 leaves no worktree, no branch and no setup command', async () => {
  let client = await world.connect();
  execFileSync('mkdir', ['-p', join(process.env.XDG_CONFIG_HOME!, 'boocode')]);
  const config = join(process.env.XDG_CONFIG_HOME!, 'boocode', 'config.json');
  writeFileSync(config, JSON.stringify({ worktrees: { setup: ['while :; do sleep 0.05; done'] } }));
  const failed = world.start(client, 'half', ['cat'], { worktree: true }).catch((error) => error);
  await until('it is being prepared', async () =>
    (await client.call('agent.get', { agent: 'half' })).agent.status.evidence.detail.startsWith('setup'),
  );
  const { worktree } = (await client.call('agent.get', { agent: 'half' })).agent;
  expect(existsSync(worktree!)).toBe(true);
  const runs = join(world.root, '.git', 'worktrees', 'half', 'boocode-runs');
  const runner = await until('its setup command is on disk', () =>
    existsSync(runs) ? parseInt(readFileSync(runs, 'utf8'), 10) : undefined,
  );
  await kill(await world.daemonPid(client));
  expect(await failed).toMatchObject({ code: 'no_daemon' });
  execFileSync('rm', [config]);
  // What a setup command does outlives the daemon that was killed.
  expect(processStart(runner)).not.toBeNull();
  client = await world.connect();
  expect((await client.call('agent.get', { agent: 'half' })).agent.status).toMatchObject({ state: 'failed' });
  expect(existsSync(worktree!)).toBe(false);
  await until('its setup command has ended', () => processStart(runner) === null);
  expect(execFileSync('git', ['branch'], { cwd: world.root, encoding: 'utf8' })).not.toContain('half');
  client.close();
});

test('a kept connection comes back to a daemon that it starts again, with the state', async () => {
  const seen: string[] = [];
  const link = await keepDaemon({
    root: world.root,
    env: { ...process.env, ...daemonEnv },
    follow: followAll,
    onConnected: (state) => seen.push(`connected ${Object.keys(state.agents).length > 0}`),
    onLost: () => seen.push('lost'),
  });
  await kill((await link.call('status', {})).pid);
  await until('it is connected again', () => seen.length === 3, { seen: () => seen });
  expect(seen).toEqual(['connected true', 'lost', 'connected true']);
  link.close();
});

test('with nothing alive and nobody connected it leaves, and leaves no socket and no process', async () => {
  const client = await world.connect();
  await client.call('agent.stopAll', {});
  await world.start(client, 'last', ['sh', '-c', 'echo last words']);
  await client.call('agent.wait', { agent: 'last', states: ['completed'], timeoutMs: 60_000 });
  const run = runtimeFolder(world.root);
  client.close();
  await until('everything has left', () => world.processes().length === 0, { seen: world.processes });
  await until('the runtime folder is gone', () => !existsSync(run), { seen: () => readdirSync(run) });
  const later = await world.connect();
  expect(await later.call('agent.output', { agent: 'last', count: 5 })).toEqual({ lines: ['last words'] });
  expect((await later.call('agent.screen', { agent: 'last', ansi: false })).lines[0]).toBe('last words');
  later.close();
});
