import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { MergeAsk } from '../../src/schema/collision.ts';
import { worktreesFolder } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { createRandom } from '../support/random.ts';
import { until } from '../support/wait.ts';
import { createWorld, kill } from './world.ts';

const world = createWorld();
const { root } = world;
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const configFile = join(process.env.XDG_CONFIG_HOME ?? join(process.env.HOME!, '.config'), 'boocode', 'config.json');
/** The user's own config, which needs nobody's trust. */
const configure = (config: object) => {
  mkdirSync(join(configFile, '..'), { recursive: true });
  writeFileSync(configFile, JSON.stringify(config));
};
const ask = (agent: string, more: Partial<MergeAsk> = {}) => ({
  ...{ agent, how: 'merge' as const, target: null, message: null, checks: true, uncommitted: true, now: true },
  ...more,
});
const merge = async (agent: string, more: Partial<MergeAsk> = {}) =>
  (await (await world.connect()).call('merge', ask(agent, more))).merge;
const start = async (name: string) => {
  const agent = await world.start(client, name, ['cat'], { worktree: true });
  return { agent, at: agent.worktree! };
};
const temps = () =>
  existsSync(worktreesFolder(root))
    ? readdirSync(worktreesFolder(root)).filter((name) => name.startsWith('merge-'))
    : [];
const gitFolder = (at: string) => git(at, 'rev-parse', '--absolute-git-dir');

let client: DaemonClient;
beforeAll(async () => {
  client = await world.connect();
  writeFileSync(join(root, '.gitignore'), '.boocode\n');
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', 'ignore');
});
beforeEach(async () => {
  configure({});
  client = await world.connect();
});

test('a daemon that is killed while checks run has merged nothing, and the next one ends and removes what is left', async () => {
  const { agent, at } = await start('killed');
  writeFileSync(join(at, 'k.txt'), 'k\n');
  const pidFile = join(root, '.boocode', 'check-pid');
  configure({ merge: { checks: [`echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; sleep 600; true`] } });
  const head = git(root, 'rev-parse', 'HEAD');
  const pending = merge('killed').catch((error: unknown) => error);
  await until('the check runs', () => existsSync(pidFile));
  const check = Number(readFileSync(pidFile, 'utf8'));
  expect(temps()).toHaveLength(1);
  await kill(await world.daemonPid(client));
  await pending;
  expect(git(root, 'rev-parse', 'HEAD')).toBe(head);
  client = await world.connect();
  await client.call('agent.get', { agent: agent.id });
  await until('the check has ended', () => processStart(check) === null);
  expect(temps()).toEqual([]);
  expect(git(root, 'worktree', 'list')).not.toContain('merge-check');
  expect(git(at, 'status', '--porcelain')).toBe('?? k.txt');
  configure({});
  expect(await merge('killed')).toMatchObject({ outcome: 'merged' });
  expect(git(root, 'fsck', '--no-dangling')).toBe('');
});

test('killed at any moment of a merge: all as before or merged, and the work is nowhere lost', async () => {
  const { agent, at } = await start('moments');
  const random = createRandom(7);
  let merged = 0;
  for (let round = 0; round < 8; round++) {
    const file = `round${round}.txt`;
    writeFileSync(join(at, file), `${round}\n`);
    const before = git(root, 'rev-parse', 'HEAD');
    const pid = await world.daemonPid(client);
    const pending = merge('moments').catch(() => null);
    await new Promise((next) => setTimeout(next, 20 + random.below(400)));
    await kill(pid).catch(() => {});
    await pending;
    client = await world.connect();
    await client.call('agent.get', { agent: agent.id });
    const now = git(root, 'rev-parse', 'HEAD');
    expect(git(root, 'status', '--porcelain')).toBe('');
    expect(readFileSync(join(at, file), 'utf8')).toBe(`${round}\n`);
    if (now === before) {
      expect(git(at, 'status', '--porcelain')).toBe(`?? ${file}`);
      expect((await merge('moments')).outcome).toBe('merged');
    } else merged++;
    expect(git(root, 'show', `HEAD:${file}`)).toBe(String(round));
    expect(git(at, 'status', '--porcelain')).toBe('');
    expect(existsSync(join(gitFolder(at), 'boocode-merging'))).toBe(false);
  }
  expect(merged).toBeLessThan(9);
});

test('hooks of the repository that fail or hang are not in the way', async () => {
  const { at } = await start('hooks');
  writeFileSync(join(at, 'h.txt'), 'h\n');
  mkdirSync(join(root, '.git/hooks'), { recursive: true });
  const names = [
    'pre-commit',
    'commit-msg',
    'prepare-commit-msg',
    'post-checkout',
    'reference-transaction',
    'post-merge',
    'pre-merge-commit',
  ];
  for (const name of names)
    writeFileSync(join(root, '.git/hooks', name), '#!/bin/sh\nsleep 300\nexit 1\n', { mode: 0o755 });
  configure({ merge: { checks: ['test -f h.txt'] } });
  expect((await merge('hooks')).outcome).toBe('merged');
  for (const name of names) rmSync(join(root, '.git/hooks', name));
});

test('a branch that moves while checks run is merged anew', async () => {
  const { at } = await start('moving');
  writeFileSync(join(at, 'm.txt'), 'm\n');
  const flag = join(root, '.boocode', 'flag');
  configure({
    merge: { checks: [`test -f ${flag} && exit 0; touch ${flag}; while test -f ${flag}.wait; do sleep 0.05; done`] },
  });
  writeFileSync(`${flag}.wait`, '');
  const pending = merge('moving');
  await until('the check runs', () => existsSync(flag));
  writeFileSync(join(root, 'theirs.txt'), 't\n');
  git(root, 'add', 'theirs.txt');
  git(root, 'commit', '-qm', 'meanwhile');
  const theirs = git(root, 'rev-parse', 'HEAD');
  rmSync(`${flag}.wait`);
  expect(await pending).toMatchObject({ outcome: 'merged', previous: theirs });
  expect(git(root, 'show', 'HEAD:theirs.txt')).toBe('t');
});

test('a person who leaves while checks run has merged nothing', async () => {
  const { at } = await start('leaver');
  writeFileSync(join(at, 'l.txt'), 'l\n');
  const flag = join(root, '.boocode', 'leaver');
  configure({ merge: { checks: [`touch ${flag}; sleep 600`] } });
  const head = git(root, 'rev-parse', 'HEAD');
  const leaver = await world.connect();
  const pending = leaver.call('merge', ask('leaver')).catch(() => null);
  await until('the check runs', () => existsSync(flag));
  leaver.close();
  await pending;
  await until('the worktree of the check is gone', () => temps().length === 0);
  expect(git(root, 'rev-parse', 'HEAD')).toBe(head);
  configure({});
  const again = await until('it can be merged again', () => merge('leaver').catch(() => null));
  expect(again.outcome).toBe('merged');
});

test('a worktree deleted, moved, locked, or in the middle of a merge; a project on no branch', async () => {
  const { agent, at } = await start('odd');
  writeFileSync(join(at, 'o.txt'), 'o\n');
  const lock = join(gitFolder(at), 'index.lock');
  writeFileSync(lock, '');
  await expect(merge('odd')).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('index.lock') });
  rmSync(lock);
  writeFileSync(join(gitFolder(at), 'MERGE_HEAD'), `${git(at, 'rev-parse', 'HEAD')}\n`);
  await expect(merge('odd')).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('in the middle'),
  });
  rmSync(join(gitFolder(at), 'MERGE_HEAD'));
  const branch = git(root, 'symbolic-ref', '--short', 'HEAD');
  git(root, 'checkout', '-q', '--detach');
  await expect(merge('odd')).rejects.toMatchObject({ code: 'conflict', hint: expect.stringContaining('--target') });
  expect((await merge('odd', { target: branch })).outcome).toBe('merged');
  git(root, 'checkout', '-q', branch);
  expect(readFileSync(join(root, 'o.txt'), 'utf8')).toBe('o\n');

  writeFileSync(join(at, 'moved.txt'), 'm\n');
  git(at, 'add', '-A');
  git(at, 'commit', '-qm', 'moved');
  renameSync(at, `${at}-elsewhere`);
  expect((await merge('odd')).outcome).toBe('merged');
  expect(readFileSync(join(root, 'moved.txt'), 'utf8')).toBe('m\n');
  rmSync(`${at}-elsewhere`, { recursive: true });
  expect((await merge('odd')).outcome).toBe('nothing');
  await client.call('agent.rm', { agent: (agent as Agent).id });
});

test('two merges at once: one after the other, both arrive', async () => {
  const [a, b] = [await start('first'), await start('second')];
  writeFileSync(join(a.at, 'from-a.txt'), 'a\n');
  writeFileSync(join(b.at, 'from-b.txt'), 'b\n');
  const both = await Promise.all([merge('first'), merge('second', { how: 'squash' })]);
  expect(both.map(({ outcome }) => outcome)).toEqual(['merged', 'merged']);
  expect(git(root, 'ls-files')).toContain('from-a.txt\nfrom-b.txt');
  expect(git(root, 'status', '--porcelain')).toBe('');
  expect(git(root, 'stash', 'list')).toBe('');
});
