import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { MergeAsk } from '../../src/schema/collision.ts';
import { trust } from '../../src/storage/trust.ts';
import { worktreesFolder } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

const world = createWorld();
const { root } = world;
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const lines = (edit: (n: number) => string = String) =>
  Array.from({ length: 30 }, (_, index) => `${edit(index + 1)}\n`).join('');
const commitFile = (cwd: string, file: string, text: string, message: string) => {
  writeFileSync(join(cwd, file), text);
  git(cwd, 'add', '-A');
  git(cwd, 'commit', '-qm', message);
  return git(cwd, 'rev-parse', 'HEAD');
};
const merge = async (agent: string, ask: Partial<MergeAsk> = {}) =>
  (
    await (
      await world.connect()
    ).call('merge', {
      ...{ agent, how: 'merge', target: null, message: null, checks: true, uncommitted: false, ...ask },
    })
  ).merge;
const start = async (client: DaemonClient, name: string) => {
  const agent = await world.start(client, name, ['cat'], { worktree: true });
  return { agent, at: agent.worktree! };
};
const calm = (agent: Agent) =>
  until(`${agent.name} is not at work`, async () => {
    const now = (await (await world.connect()).call('agent.get', { agent: agent.id })).agent;
    return now.status.state !== 'running';
  });
/** Everything a merge that does not come about must leave as it is. */
const standing = (...folders: string[]) =>
  JSON.stringify([
    git(root, 'for-each-ref'),
    git(root, 'stash', 'list'),
    git(root, 'worktree', 'list'),
    ...[root, ...folders].map((at) => [git(at, 'status', '--porcelain', '-uall'), git(at, 'ls-files', '-s')]),
  ]);
/** Nothing is at risk once it is merged: `rm` takes worktree and branch away and saves nothing. */
const removed = async (agent: Agent) => {
  const client = await world.connect();
  expect(await client.call('agent.risk', { agent: agent.id })).toMatchObject({ uncommitted: [], unmerged: 0 });
  expect((await client.call('agent.rm', { agent: agent.id })).saved).toBeNull();
  expect(git(root, 'branch', '--list', agent.branch!)).toBe('');
};

let client: DaemonClient;
beforeAll(async () => {
  client = await world.connect();
  writeFileSync(join(root, '.gitignore'), '.boocode\n*.log\n');
  commitFile(root, 'plan.txt', lines(), 'a plan');
});

test('a merge has both parents and the words git would write, and rm knows the work as merged', async () => {
  const { agent, at } = await start(client, 'm1');
  const head = commitFile(at, 'new.txt', 'new\n', 'something new');
  const before = commitFile(root, 'other.txt', 'other\n', 'meanwhile');
  const result = await merge('m1');
  expect(result).toMatchObject({ outcome: 'merged', previous: before, files: [], check: null, notes: [] });
  expect(git(root, 'rev-parse', 'HEAD', 'HEAD^1', 'HEAD^2').split('\n')).toEqual([result.commit, before, head]);
  expect(git(root, 'log', '-1', '--format=%s|%an')).toBe(`Merge branch 'boo/m1'|${git(root, 'config', 'user.name')}`);
  expect(readFileSync(join(root, 'new.txt'), 'utf8')).toBe('new\n');
  expect(git(root, 'status', '--porcelain')).toBe('');
  expect((await client.call('agent.get', { agent: 'm1' })).agent.merged).toMatchObject({ head, commit: result.commit });
  expect(await merge('m1')).toMatchObject({ outcome: 'nothing' });
  await removed(agent);
});

test('squashed again and again: each time what is new, in one commit, and the changes begin anew', async () => {
  const { agent, at } = await start(client, 's1');
  commitFile(at, 'squash.txt', 'one\n', 'first step');
  commitFile(at, 'squash.txt', 'one\ntwo\n', 'second step');
  const first = await merge('s1', { how: 'squash' });
  expect(first.outcome).toBe('merged');
  expect(git(root, 'log', '-1', '--format=%B')).toBe('Squash boo/s1\n\n* first step\n* second step');
  expect(git(root, 'rev-list', '--parents', '-1', 'HEAD').split(' ')).toHaveLength(2);
  const changed = async () => (await client.call('changes.list', { agent: 's1', fresh: true })).changes[0]!.files;
  expect(await changed()).toEqual([]);
  commitFile(at, 'squash.txt', 'one\nTWO\n', 'third step');
  expect((await changed()).map(({ added, removed: gone }) => [added, gone])).toEqual([[1, 1]]);
  expect((await merge('s1', { how: 'squash', message: 'in my words' })).outcome).toBe('merged');
  expect(git(root, 'log', '-1', '--format=%B')).toBe('in my words');
  expect(readFileSync(join(root, 'squash.txt'), 'utf8')).toBe('one\nTWO\n');
  await removed(agent);
});

test('rebased: every commit onto the target, authors and words kept, nothing checked out', async () => {
  const { agent, at } = await start(client, 'r1');
  commitFile(at, 'r.txt', 'a\n', 'one');
  writeFileSync(join(at, 'r.txt'), 'a\nb\n');
  git(at, 'commit', '-qam', 'two\n\nbody', '--author', 'Ada <ada@example.com>', '--date', '2020-01-02T03:04:05+0600');
  const before = commitFile(root, 'elsewhere.txt', 'x\n', 'meanwhile again');
  const result = await merge('r1', { how: 'rebase' });
  expect(result.outcome).toBe('merged');
  expect(git(root, 'log', '--reverse', '--format=%s|%an|%ae|%aI', `${before}..HEAD`).split('\n')[1]).toBe(
    'two|Ada|ada@example.com|2020-01-02T03:04:05+06:00',
  );
  expect(git(root, 'log', '-1', '--format=%b')).toBe('body');
  expect(git(root, 'rev-list', '--count', `${before}..HEAD`)).toBe('2');
  expect(git(root, 'status', '--porcelain')).toBe('');
  await removed(agent);
});

test('a conflict, and uncommitted files of the person in the way, leave everything as it was', async () => {
  const { agent, at } = await start(client, 'c1');
  commitFile(
    at,
    'plan.txt',
    lines((n) => (n === 5 ? 'FIVE' : `${n}`)),
    'five',
  );
  const base = git(root, 'rev-parse', 'HEAD');
  writeFileSync(join(root, 'plan.txt'), `${lines()}unsaved\n`);
  const now = standing(at);
  await expect(merge('c1')).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('plan.txt') });
  expect(standing(at)).toBe(now);
  git(root, 'checkout', '-q', 'plan.txt');
  commitFile(
    root,
    'plan.txt',
    lines((n) => (n === 5 ? 'five' : `${n}`)),
    'five too',
  );
  const then = standing(at);
  for (const how of ['merge', 'squash', 'rebase'] as const) {
    const result = await merge('c1', { how });
    expect(result).toMatchObject({ outcome: 'conflict', files: [{ file: 'plan.txt', lines: [{ start: 5, end: 9 }] }] });
  }
  expect(standing(at)).toBe(then);
  expect(existsSync(join(root, '.git/MERGE_HEAD'))).toBe(false);
  git(root, 'reset', '-q', '--hard', base);
  expect((await merge('c1', { how: 'rebase' })).commit).toBe(git(at, 'rev-parse', 'HEAD'));
  await removed(agent);
});

test('uncommitted work becomes a commit of the agent between two turns; into a branch without a checkout', async () => {
  const { agent, at } = await start(client, 'u1');
  git(root, 'branch', 'release');
  const before = git(root, 'rev-parse', 'HEAD');
  writeFileSync(join(at, 'half.txt'), 'half\n');
  writeFileSync(
    join(at, 'plan.txt'),
    lines((n) => (n === 20 ? 'twenty' : `${n}`)),
  );
  git(at, 'add', 'plan.txt');
  await client.call('agent.send', { agent: 'u1', text: 'go', timeoutMs: 0 });
  const state = (await client.call('agent.get', { agent: 'u1' })).agent.status.state;
  if (state === 'running') {
    await expect(merge('u1', { target: 'release', uncommitted: true })).rejects.toMatchObject({ code: 'conflict' });
  }
  expect(await merge('u1', { target: 'release' })).toMatchObject({ outcome: 'nothing' });
  await calm(agent);
  expect(await merge('u1', { target: 'release', uncommitted: true })).toMatchObject({ outcome: 'merged', notes: [] });
  expect(git(root, 'show', 'release:half.txt')).toBe('half');
  expect(git(root, 'rev-parse', 'HEAD')).toBe(before);
  expect(git(at, 'status', '--porcelain')).toBe('');
  expect(git(at, 'log', '-1', '--format=%s')).toBe('Work of u1');
  await expect(merge('u1', { target: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(merge('u1', { target: 'boo/u1' })).rejects.toMatchObject({ code: 'usage' });
  await client.call('agent.rm', { agent: 'u1' });
});

test('checks run on the merged tree; one that fails or hangs leaves everything as it was, and nothing behind', async () => {
  const { agent, at } = await start(client, 'k1');
  writeFileSync(join(root, 'local.log'), 'ignored\n');
  commitFile(at, 'k.txt', 'k\n', 'k');
  const file = join(root, '.boocode/config.json');
  const configure = (config: object, trusted = true) => {
    mkdirSync(join(root, '.boocode'), { recursive: true });
    writeFileSync(file, JSON.stringify(config));
    if (trusted) trust(root, readFileSync(file));
  };
  const copied = { worktrees: { copy: ['local.log'] } };
  // A config that came with the repository runs nothing before it is trusted.
  configure({ merge: { checks: ['touch /proc/nowhere'] } }, false);
  expect((await client.call('config.get', {})).config).toMatchObject({ merge: { checks: [] } });
  const now = standing(at);
  // Nor is merged without what it would have run: that would pass for checked.
  const refused = (message: string) =>
    expect(merge('k1')).rejects.toMatchObject({ code: 'untrusted', message: expect.stringContaining(message) });
  await refused("the project's config names checks for merges and is not trusted, so nothing was merged");
  writeFileSync(file, '{ "merge": { "checks": [');
  await refused("the project's config has a mistake, so its checks for merges are not known");
  expect(standing(at)).toBe(now);
  configure({ ...copied, merge: { checks: ['test -f k.txt -a -f local.log', 'echo no good; exit 3'] } });
  expect(await merge('k1')).toMatchObject({
    outcome: 'checks_failed',
    check: { command: 'echo no good; exit 3', code: 3, output: 'no good\n' },
  });
  expect(standing(at)).toBe(now);
  configure({ merge: { checks: ['sleep 987 & sleep 987'], timeout: 300 } });
  const hung = await merge('k1');
  expect(hung).toMatchObject({ outcome: 'checks_failed', check: { code: null } });
  expect(hung.check!.output).toContain('merge.timeout');
  expect(standing(at)).toBe(now);
  expect(readdirSync(worktreesFolder(root)).filter((name) => name.startsWith('merge-check'))).toEqual([]);
  expect((await merge('k1', { checks: false })).outcome).toBe('merged');
  rmSync(file);
  await removed(agent);
});

test('what was edited inside a submodule is not merged, and that is said', async () => {
  const { at } = await start(client, 'm9');
  const inner = join(world.root, '..', 'inner-of-m9');
  mkdirSync(inner);
  git(inner, 'init', '-q');
  commitFile(inner, 'inner.txt', 'i\n', 'inside');
  git(at, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
  writeFileSync(join(at, 'sub', 'inner.txt'), 'edited inside\n');
  const { changes } = await client.call('changes.list', { agent: 'm9', fresh: true });
  expect(changes[0]!.files.find(({ file }) => file === 'sub')).toMatchObject({ kind: 'created', editedInside: true });
  const note = 'what m9 edited inside sub is not merged: it is not committed there';
  expect(await merge('m9', { uncommitted: true, now: true })).toMatchObject({ outcome: 'merged', notes: [note] });
  expect(git(root, 'ls-files', '-s', 'sub')).toMatch(/^160000 /);
  expect(await merge('m9', { uncommitted: true, now: true })).toMatchObject({ outcome: 'nothing', notes: [note] });
});
