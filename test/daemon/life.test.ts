import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AgentEvent } from '../../src/schema/event.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';
import { createWorld, env } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const get = async (agent: string) => (await (await world.connect()).call('agent.get', { agent })).agent;

test('an agent gets a worktree, runs there, and its key is refused while it lives', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'one', ['sh', '-c', 'pwd; exec cat'], { worktree: true });
  expect(agent.branch).toBe('boo/one');
  expect(agent.status.state).toBe('running');
  expect(readFileSync(join(agent.worktree!, 'file.txt'), 'utf8')).toBe('first\n');
  await until(
    'its first line',
    async () => (await client.call('agent.output', { agent: 'one', count: 5 })).lines[0] === agent.worktree,
  );
  await expect(world.start(client, 'one')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('one (command) is running'),
  });
});

test('a name that is made up passes over branches that outlived their agents, where it gets one itself', async () => {
  const client = await world.connect();
  for (const branch of ['boo/command-1', 'boo/deep/command-2'])
    execFileSync('git', ['branch', branch], { cwd: world.root });
  const ask = { argv: ['cat'], cwd: world.root, env: env() };
  const inWorktree = (await client.call('agent.new', { ...ask, worktree: true })).agent;
  expect(inWorktree).toMatchObject({ name: 'command-2', branch: 'boo/command-2' });
  const here = (await client.call('agent.new', { ...ask, worktree: false })).agent;
  expect(here).toMatchObject({ name: 'command-1', branch: null });
});

test('a command that ends at once is told with its code and its time', async () => {
  const client = await world.connect();
  await world.start(client, 'short', ['sh', '-c', 'echo said; exit 127']);
  const { agent } = await client.call('agent.wait', { agent: 'short', states: ['failed'], timeoutMs: 60_000 });
  expect(agent.status).toMatchObject({ state: 'failed', evidence: { source: 'exit' } });
  expect(agent.status.evidence.detail).toMatch(/^exit code 127 after \d+ ms$/);
  expect(agent.exit).toEqual({ code: 127, signal: null });
  expect(await client.call('agent.output', { agent: 'short', count: 9 })).toEqual({ lines: ['said'] });
});

test('what cannot be started is refused in one sentence and leaves nothing behind', async () => {
  const client = await world.connect();
  const before = (await client.call('agent.list', { all: true })).agents.length;
  const ask = { name: 'bad', cwd: world.root, env: env() };
  await expect(client.call('agent.new', { ...ask, runtime: 'nope' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('known: claude'),
  });
  await expect(client.call('agent.new', { ...ask, argv: ['no-such-program'] })).rejects.toMatchObject({
    code: 'not_found',
  });
  await expect(client.call('agent.new', { ...ask, name: '../x', argv: ['cat'] })).rejects.toMatchObject({
    code: 'usage',
  });
  await expect(client.call('agent.new', { ...ask, argv: ['cat'], branch: 'main' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(client.call('agent.new', { ...ask, argv: ['cat'], base: 'nowhere' })).rejects.toThrow('nowhere');
  expect((await client.call('agent.list', { all: true })).agents.length).toBe(before);
  expect(execFileSync('git', ['worktree', 'list'], { cwd: world.root, encoding: 'utf8' })).not.toContain('bad');
  expect(execFileSync('git', ['branch'], { cwd: world.root, encoding: 'utf8' })).not.toContain('bad');
});

test('a setup command that fails takes everything it was made for away', async () => {
  const client = await world.connect();
  execFileSync('git', ['branch', '-f', 'keep'], { cwd: world.root });
  writeFileSync(join(process.env.XDG_CONFIG_HOME!, 'x'), '');
  const folder = join(process.env.XDG_CONFIG_HOME!, 'boocode');
  execFileSync('mkdir', ['-p', folder]);
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ worktrees: { setup: ['touch made', 'exit 7'] } }));
  await expect(world.start(client, 'unset', ['cat'], { worktree: true })).rejects.toThrow('exit code 7');
  writeFileSync(join(folder, 'config.json'), '{}');
  expect((await client.call('agent.list', { all: true })).agents.map(({ name }) => name)).not.toContain('unset');
  expect(execFileSync('git', ['worktree', 'list'], { cwd: world.root, encoding: 'utf8' })).not.toContain('unset');
  expect(execFileSync('git', ['branch'], { cwd: world.root, encoding: 'utf8' })).not.toContain('unset');
});

test('stop ends everything it started, for good: later events change nothing', async () => {
  const client = await world.connect();
  await world.start(client, 'tree', ['sh', '-c', 'sleep 1000 & echo child $!; wait']);
  const child = await until('the pid of its child', async () => {
    const { lines } = await client.call('agent.output', { agent: 'tree', count: 5 });
    return Number(/child (\d+)/.exec(lines.join())?.[1]) || undefined;
  });
  const { agent } = await client.call('agent.stop', { agent: 'tree' });
  expect(agent.status).toMatchObject({ state: 'cancelled', evidence: { source: 'user' } });
  expect(processStart(child)).toBeNull();
  expect((await client.call('agent.stop', { agent: 'tree' })).agent.status).toEqual(agent.status);
});

test('a restart is a new life with the environment of who asks, which is stored nowhere', async () => {
  const client = await world.connect();
  await world.start(client, 'again', ['sh', '-c', 'echo "secret $SECRET $CLAUDECODE."; exec cat']);
  const { agent } = await client.call('agent.restart', {
    agent: 'again',
    env: { ...env(), SECRET: 'tulip-7734', CLAUDECODE: '1' },
  });
  expect(agent.epoch).toBe(2);
  await until('the new environment', async () =>
    (await client.call('agent.output', { agent: 'again', count: 3 })).lines.includes('secret tulip-7734 .'),
  );
  await until('the snapshot', async () =>
    readFileSync(join(world.root, '.boocode', 'state.json'), 'utf8').includes('again'),
  );
  // Its output shows it, and so may the recording; nothing else may.
  const found = spawnSync('grep', ['-rl', 'tulip-7734', '.boocode/state.json', '.boocode/log', '.boocode/sessions'], {
    cwd: world.root,
    encoding: 'utf8',
  });
  expect(found).toMatchObject({ status: 1, stdout: '' });
});

test('rm saves uncommitted work, and restore brings it back', async () => {
  const client = await world.connect();
  const { worktree } = await world.start(client, 'worker', ['cat'], { worktree: true });
  writeFileSync(join(worktree!, 'new.txt'), 'precious\n');
  expect(await client.call('agent.risk', { agent: 'worker' })).toEqual({
    uncommitted: ['new.txt'],
    unpushed: 0,
    unmerged: 0,
    ignored: [],
  });
  const { saved } = await client.call('agent.rm', { agent: 'worker' });
  expect(saved?.ref).toMatch(/^refs\/boocode\/saved\/worker\//);
  expect(existsSync(worktree!)).toBe(false);
  await expect(client.call('agent.get', { agent: 'worker' })).rejects.toMatchObject({ code: 'not_found' });
  const { agent } = await client.call('agent.restore', { agent: 'worker' });
  expect(readFileSync(join(agent.worktree!, 'new.txt'), 'utf8')).toBe('precious\n');
  expect(agent.status.state).toBe('cancelled');
  expect((await client.call('agent.restart', { agent: 'worker', env: env() })).agent.status.state).toBe('running');
});

test('a removed agent without work at risk is listed among what can be brought back', async () => {
  const client = await world.connect();
  const { id } = await world.start(client, 'clean', ['cat'], { worktree: true });
  expect((await client.call('agent.rm', { agent: 'clean' })).saved).toBeNull();
  const { removed } = await client.call('agent.saved', {});
  expect(removed[0]).toMatchObject({ id, name: 'clean', branch: 'boo/clean', savedRef: null });
  expect((await client.call('agent.restore', { agent: id })).agent.name).toBe('clean');
  expect((await client.call('agent.saved', {})).removed.map((one) => one.id)).not.toContain(id);
});

test('an archived agent without work at risk comes back from its branch', async () => {
  const client = await world.connect();
  await world.start(client, 'shelf', ['cat'], { worktree: true });
  expect((await client.call('agent.archive', { agent: 'shelf' })).saved).toBeNull();
  expect((await client.call('agent.list', { all: false })).agents.map(({ name }) => name)).not.toContain('shelf');
  await expect(client.call('agent.restart', { agent: 'shelf', env: env() })).rejects.toMatchObject({
    code: 'conflict',
  });
  const { agent } = await client.call('agent.restore', { agent: 'shelf' });
  expect(agent).toMatchObject({ archived: false, branch: 'boo/shelf' });
  expect(existsSync(join(agent.worktree!, 'file.txt'))).toBe(true);
});

test('inactivity and total time end an agent as timed_out', async () => {
  const client = await world.connect();
  await world.start(client, 'quiet', ['sleep', '1000'], { timeouts: { inactivity: 300 } });
  await world.start(client, 'busy', ['sh', '-c', 'while :; do echo x; sleep 0.1; done'], {
    timeouts: { total: 1500, inactivity: 700 },
  });
  const quiet = await client.call('agent.wait', { agent: 'quiet', states: ['timed_out'], timeoutMs: 60_000 });
  expect(quiet.agent.status).toMatchObject({ state: 'timed_out', evidence: { source: 'timeout' } });
  const busy = (await client.call('agent.wait', { agent: 'busy', states: ['timed_out'], timeoutMs: 60_000 })).agent;
  expect(busy.status.state).toBe('timed_out');
  expect(busy.endedAt! - busy.startedAt!).toBeGreaterThanOrEqual(1500);
});

/** Reads its keys only now and then, echoes them, and takes an Enter that comes in the same read for text. */
const BUSY = `
process.stdin.setRawMode(true);
process.stdout.write('ready\\r\\n');
process.stdin.on('data', (keys) => process.stdout.write(String(keys) === '\\r' ? '\\r\\nsent' : keys));
setInterval(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 800), 1);`;

test('Enter waits until a busy program has taken what was typed', async () => {
  const client = await world.connect();
  await world.start(client, 'seldom', [process.execPath, '-e', BUSY]);
  const shows = async (text: string) =>
    (await client.call('agent.screen', { agent: 'seldom', ansi: false })).lines.join('\n').includes(text);
  await until('it is ready', () => shows('ready'));
  expect(await client.call('agent.send', { agent: 'seldom', text: 'hello' })).toMatchObject({ receipt: 'submitted' });
  await until('it was sent', () => shows('hello\nsent'));
});

test('receipts: submitted, accepted, not delivered', async () => {
  const client = await world.connect();
  await world.start(client, 'reads');
  await until('it is ready', async () =>
    (await client.call('agent.output', { agent: 'reads', count: 5 })).lines.includes('ready'),
  );
  expect(await client.call('agent.send', { agent: 'reads', text: 'hello' })).toMatchObject({ receipt: 'submitted' });
  await world.start(client, 'deaf', ['sleep', '1000']);
  expect(await client.call('agent.send', { agent: 'deaf', text: 'hello', timeoutMs: 500 })).toMatchObject({
    receipt: 'accepted',
  });
  // What the terminal echoes is printed, which ends its rest; nobody has read it.
  await client.call('agent.wait', { agent: 'deaf', states: ['unknown'], timeoutMs: 60_000 });
  expect(await client.call('agent.send', { agent: 'deaf', text: 'again', timeoutMs: 500 })).toMatchObject({
    receipt: 'accepted',
    evidence: { detail: 'nothing changed on its screen' },
  });
  await client.call('agent.stop', { agent: 'deaf' });
  expect(await client.call('agent.send', { agent: 'deaf', text: 'hello', timeoutMs: 500 })).toMatchObject({
    receipt: 'not delivered',
  });
  await client.call('agent.keys', { agent: 'reads', keys: ['typed', 'Enter', 'C-d'] });
  const { agent } = await client.call('agent.wait', { agent: 'reads', states: ['completed'], timeoutMs: 60_000 });
  expect(agent.status.state).toBe('completed');
  expect((await client.call('agent.output', { agent: 'reads', count: 9 })).lines).toEqual([
    'ready',
    'hello',
    'hello',
    'typed',
    'typed',
  ]);
});

test('a bell reaches subscribers, output marks it unread, a look clears that', async () => {
  const signals: unknown[] = [];
  const events: AgentEvent[] = [];
  const client = await world.connect({
    on: { signal: (data) => signals.push(data), event: ({ event }) => events.push(event) },
  });
  await client.call('subscribe', {});
  const { id } = await world.start(client, 'rings', ['sh', '-c', 'printf "\\a\\033]0;my title\\007text"; exec cat']);
  await until('the bell', () => signals.length > 0);
  expect(signals[0]).toEqual({ agent: id, kind: 'bell', title: '', text: '' });
  await until('unread and titled', async () =>
    (({ unread, title }) => unread && title === 'my title')(await get('rings')),
  );
  await client.call('agent.seen', { agent: 'rings' });
  expect((await get('rings')).unread).toBe(false);
  expect(events.map(({ type }) => type)).toContain('unread');
});

test('a project without git runs agents in the folder itself', async () => {
  const plain = createWorld({ git: false });
  const client = await plain.connect();
  const agent = await plain.start(client, 'here', ['cat'], { worktree: undefined });
  expect(agent).toMatchObject({ worktree: null, branch: null, cwd: plain.root });
  await expect(plain.start(client, 'there', ['cat'], { worktree: undefined, base: 'main' })).rejects.toMatchObject({
    code: 'usage',
  });
  await plain.end();
});
