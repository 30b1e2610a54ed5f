import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { boocode, program } from '../cli/boocode.ts';
import { mountSmall, unmount } from '../support/disk.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';
import { createWorld, env, kill, type World } from './world.ts';

/** A small disk of its own (needs the right to mount), or null. */
function smallDisk(size: string): string | null {
  const folder = tempFolder('disk');
  return mountSmall(folder, size) ? folder : null;
}

const probe = smallDisk('1m');
if (probe) unmount(probe);
else console.log('skipped: tests of a full disk need the right to mount a tmpfs');

/** Fills a disk to the last byte; removing the file makes room again. */
function fill(folder: string): () => void {
  const file = join(folder, 'fill');
  spawnSync('sh', ['-c', 'cat /dev/zero > "$0"', file], { stdio: 'ignore' });
  return () => rmSync(file);
}

/** Once a disk is full, a record's last page still has room: empty lines, which mean nothing, take it. */
function fillPages(root: string): void {
  for (const name of sessions(root)) {
    const path = join(root, '.boocode', 'sessions', name);
    try {
      appendFileSync(path, '\n'.repeat(4096 - (statSync(path).size % 4096)));
    } catch (error) {
      // An event came in between: what found no room is what would have been too much.
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  }
}

const sessions = (root: string) => readdirSync(join(root, '.boocode', 'sessions'));

describe.skipIf(!probe)('a full disk', () => {
  let disk: string;
  let world: World;
  beforeEach(() => {
    disk = smallDisk('8m')!;
    world = createWorld({ within: disk });
  });
  afterEach(async () => {
    try {
      await world.end();
    } finally {
      unmount(disk);
    }
  });

  test('new and rm say in one sentence that it is full and where, and leave nothing half-made', async () => {
    const client = await world.connect();
    const ask = { name: 'late', argv: ['cat'], cwd: world.root, env: env(), worktree: true };
    const { worktree } = await world.start(client, 'worker', ['cat'], { worktree: true });
    writeFileSync(join(worktree!, 'loose'), 'precious');
    const before = sessions(world.root);
    const makeRoom = fill(disk);
    const full = {
      code: 'failed',
      message: expect.stringMatching(new RegExp(`^[^\\n]*: the disk that holds ${disk}[^ ]* is full$`)),
      hint: expect.stringMatching(/^Make room there/),
    };
    await expect(client.call('agent.new', ask)).rejects.toMatchObject(full);
    await expect(client.call('agent.rm', { agent: 'worker' })).rejects.toMatchObject(full);
    makeRoom();
    await until('nothing of it is left', () => sessions(world.root).every((name) => !name.includes('.tmp')));
    expect(sessions(world.root)).toHaveLength(before.length);
    expect((await client.call('agent.list', { all: true })).agents.map(({ name }) => name)).toEqual(['worker']);
    expect(readFileSync(join(worktree!, 'loose'), 'utf8')).toBe('precious');
    expect((await client.call('agent.new', ask)).agent.name).toBe('late');
    expect((await client.call('agent.rm', { agent: 'worker' })).saved).not.toBeNull();
  });

  test('while recordings wait for room, whoever comes later is told too, and doctor, show and daemon status say which', async () => {
    const client = await world.connect();
    await world.start(client, 'chatty', ['sh', '-c', 'while read x; do head -c 100000 /dev/urandom | od; done']);
    await world.start(client, 'quiet', ['cat']);
    const makeRoom = fill(disk);
    await client.call('agent.keys', { agent: 'chatty', keys: ['Enter'] });
    await until('it pauses', async () => (await client.call('status', {})).unrecorded.length > 0);
    const messages: { level: string; text: string }[] = [];
    const late = await world.connect({ on: { message: (message) => messages.push(message) } });
    await late.call('subscribe', {});
    await until('who comes late is told', () => messages.length > 0);
    expect(messages[0]).toEqual({
      level: 'warning',
      text: expect.stringMatching(/^no room .* chatty .* not recorded/),
    });
    const say = (...args: string[]) => boocode(world.root, args).out;
    expect(say('doctor')).toMatch(/! +daemon .*\n.*→ chatty: not recorded until there is room on the disk\./);
    expect(say('daemon', 'status')).toMatch(/unrecorded +chatty, until there is room/);
    expect(say('show', 'chatty')).toMatch(/recording +pauses until there is room/);
    expect(say('show', 'quiet')).not.toContain('recording');
    makeRoom();
    await until('it goes on', async () => (await client.call('status', {})).unrecorded.length === 0);
    expect(say('show', 'chatty')).not.toContain('recording');
  });

  test('while agents run: they go on, the person is told once, and what happened is written when there is room', async () => {
    const messages: { level: string; text: string }[] = [];
    const client = await world.connect({ on: { message: (message) => messages.push(message) } });
    await client.call('subscribe', {});
    const ends = await world.start(client, 'ends', ['sh', '-c', 'read x; exit 3']);
    const { pid } = await world.start(client, 'stays', [
      'sh',
      '-c',
      'while :; do printf "\\033]0;$(date +%N)\\007"; sleep 0.2; done',
    ]);
    await world.start(client, 'stopped', ['cat']);
    const makeRoom = fill(disk);
    fillPages(world.root);
    await client.call('agent.keys', { agent: 'ends', keys: ['Enter'] });
    await until('the person is told', () => messages.length > 0);
    await expect(client.call('agent.stop', { agent: 'stopped' })).rejects.toMatchObject({
      message: expect.stringContaining('has ended, but that could not be written down yet'),
    });
    expect(await client.call('agent.wait', { agent: 'ends', states: ['failed'], timeoutMs: 3000 })).toMatchObject({
      timedOut: true,
    });
    expect(messages).toEqual([{ level: 'error', text: expect.stringContaining(`the disk that holds ${disk}`) }]);
    expect(process.kill(pid!, 0)).toBe(true);
    makeRoom();
    await client.call('agent.wait', { agent: 'ends', states: ['failed'], timeoutMs: 60_000 });
    await client.call('agent.wait', { agent: 'stopped', states: ['cancelled'], timeoutMs: 60_000 });
    await until('the person is told that it works again', () => messages.length > 1);
    expect(messages[1]).toMatchObject({ level: 'info' });
    await kill(await world.daemonPid(client));
    const again = await world.connect();
    const { agents } = await again.call('agent.list', { all: true });
    expect(agents.find(({ id }) => id === ends.id)).toMatchObject({ exit: { code: 3 }, status: { state: 'failed' } });
    expect(agents.find(({ name }) => name === 'stopped')?.status.state).toBe('cancelled');
    expect(agents.find(({ name }) => name === 'stays')?.pid).toBe(pid);
  });
});

test('what a killed daemon left of a record and of a history is taken away by the next', async () => {
  const world = createWorld();
  const client = await world.connect();
  const { id } = await world.start(client, 'one', ['cat']);
  await kill(await world.daemonPid(client));
  const empty = 'pending-01999999-0000-7000-8000-000000000000.jsonl';
  writeFileSync(join(world.root, '.boocode', 'sessions', empty), '');
  const half = join(world.root, '.boocode', 'history', `${id}.1.jsonl.gz.4194305.4711.1.tmp`);
  writeFileSync(half, 'half');
  const again = await world.connect();
  expect((await again.call('agent.list', { all: true })).agents.map(({ name }) => name)).toEqual(['one']);
  expect(sessions(world.root).map((name) => name.replace(/^[a-z_]+-/, ''))).toEqual([`${id}.jsonl`]);
  expect(existsSync(half)).toBe(false);
  await world.end();
});

test('a limit on the size of files is told as a full disk, and nothing is left', () => {
  const root = makeRepository({ 'big.bin': 'x'.repeat(400_000), 'README.md': 'r' });
  const line = `ulimit -f 200; exec "$0" "$1" new big -- cat`;
  const done = spawnSync('bash', ['-c', line, process.execPath, program], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(done.stderr).toMatch(/the disk that holds \/\S+ is full/);
  expect(done.stderr.split('\n').filter((text) => /disk/.test(text))).toHaveLength(1);
  expect(done.status).toBe(1);
  expect(execFileSync('git', ['worktree', 'list'], { cwd: root, encoding: 'utf8' }).trim().split('\n')).toHaveLength(1);
  expect(execFileSync('git', ['branch', '--list', 'boo/*'], { cwd: root, encoding: 'utf8' })).toBe('');
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
  expect(existsSync(join(root, 'big.bin'))).toBe(true);
});
