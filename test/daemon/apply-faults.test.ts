import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { until } from '../support/wait.ts';
import { apply, git, lines, piecesOf, reader, reject, writer } from './applying.ts';
import { createWorld, type World } from './world.ts';

const world = createWorld();
const { root } = world;
const put = writer(root);
const read = reader(root);
afterAll(() => world.end());

const hasRefs = (text: string) => git(root, 'for-each-ref', '--format=%(refname)').includes(text);

test('a branch without a checkout gets one commit; its undo takes it back, or reverts it when the branch went on', async () => {
  put('long.txt', lines());
  put('other.txt', 'other\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'files');
  git(root, 'branch', 'release');
  const client = await world.connect();
  const { worktree } = await world.start(client, 'works', ['cat'], { worktree: true });
  const write = writer(worktree!);
  write(
    'long.txt',
    lines((n) => (n === 3 || n === 25 ? `line ${n}` : n)),
  );
  write('new.txt', 'new\n');
  const status = git(root, 'status', '--porcelain');
  const tip = git(root, 'rev-parse', 'release');
  const { operation } = await apply(client, 'works', ['long.txt', 'new.txt'], { target: 'release' });
  expect(operation).toMatchObject({ target: 'release', files: [{ outcome: 'written' }, { outcome: 'written' }] });
  expect(git(root, 'log', '--format=%an: %s', '-1', 'release')).toBe('Test: Apply changes of works: long.txt, new.txt');
  expect(git(root, 'diff', '--stat', `${tip}..release`)).toContain('2 files changed, 3 insertions(+), 2 deletions(-)');
  expect(git(root, 'status', '--porcelain')).toBe(status);
  await client.call('changes.undo', { operation: operation.id });
  expect(git(root, 'rev-parse', 'release')).toBe(tip);

  const [first] = await piecesOf(client, 'works', 'long.txt');
  await apply(client, 'works', [['long.txt', [first!.id]]], { target: 'release' });
  const side = join(root, '..', 'side');
  git(root, 'worktree', 'add', '-q', side, 'release');
  writeFileSync(
    join(side, 'long.txt'),
    lines((n) => (n === 3 ? 'line 3' : n === 29 ? 'mine' : n)),
  );
  git(side, 'commit', '-qam', 'mine');
  git(root, 'worktree', 'remove', side);
  const undone = await client.call('changes.undo', { operation: null });
  expect(undone.operation.files).toEqual([{ file: 'long.txt', outcome: 'merged' }]);
  expect(git(root, 'show', 'release:long.txt')).toBe(lines((n) => (n === 29 ? 'mine' : n)).trim());
  await expect(apply(client, 'works', ['new.txt'], { target: 'boo/works' })).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(apply(client, 'works', ['new.txt'], { target: 'nowhere' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(apply(client, 'works', ['new.txt'], { target: '--help' })).rejects.toMatchObject({ code: 'not_found' });
  expect(hasRefs('boocode')).toBe(false);
});

test('staged: the same piece, and nothing else that is staged or left unstaged; its undo unstages it', async () => {
  const client = await world.connect();
  put(
    'long.txt',
    lines((n) => (n === 15 ? 'staged' : n)),
  );
  put('other.txt', 'staged\n');
  git(root, 'add', 'long.txt', 'other.txt');
  put(
    'long.txt',
    lines((n) => (n === 15 ? 'staged' : n === 20 ? 'not staged' : n)),
  );
  const staged = git(root, 'diff', '--cached');
  const [, second] = await piecesOf(client, 'works', 'long.txt');
  await apply(client, 'works', [['long.txt', [second!.id]]], { stage: true });
  expect(git(root, 'show', ':long.txt')).toBe(lines((n) => (n === 15 ? 'staged' : n === 25 ? 'line 25' : n)).trim());
  expect(git(root, 'show', ':other.txt')).toBe('staged');
  expect(read('long.txt')).toBe(
    lines((n) => (n === 15 ? 'staged' : n === 20 ? 'not staged' : n === 25 ? 'line 25' : n)),
  );
  await client.call('changes.undo', { operation: null });
  expect(git(root, 'diff', '--cached')).toBe(staged);
  expect(read('long.txt')).toBe(lines((n) => (n === 15 ? 'staged' : n === 20 ? 'not staged' : n)));
  writeFileSync(join(root, '.git/index.lock'), '');
  await expect(apply(client, 'works', ['new.txt'], { stage: true })).rejects.toMatchObject({
    code: 'conflict',
    hint: expect.stringContaining('remove the lock file'),
  });
  // A lock of git's does not stand in the way of files alone.
  expect((await apply(client, 'works', ['new.txt'])).operation.files).toEqual([
    { file: 'new.txt', outcome: 'written' },
  ]);
  rmSync(join(root, '.git/index.lock'));
  await client.call('changes.undo', { operation: null });
  git(root, 'reset', '-q', '--hard');
});

test('an undo merges what changed since, or writes nothing and says why', async () => {
  const client = await world.connect();
  await apply(client, 'works', ['long.txt', 'new.txt']);
  put(
    'long.txt',
    lines((n) => (n === 3 || n === 25 ? `line ${n}` : n === 12 ? 'mine' : n)),
  );
  put('new.txt', 'new\nand more\n');
  await expect(client.call('changes.undo', { operation: null })).rejects.toMatchObject({
    code: 'conflict',
    message:
      'nothing was written, since the undo does not fit: new.txt: it is to be deleted, and has been changed there',
  });
  expect(read('new.txt')).toBe('new\nand more\n');
  put('new.txt', 'new\n');
  const { operation } = await client.call('changes.undo', { operation: null });
  expect(operation.files.map(({ file, outcome }) => `${file} ${outcome}`)).toEqual([
    'long.txt merged',
    'new.txt written',
  ]);
  expect(read('long.txt')).toBe(lines((n) => (n === 12 ? 'mine' : n)));
  expect(existsSync(join(root, 'new.txt'))).toBe(false);
  git(root, 'checkout', '-q', '--', '.');
});

test('who decides about what has been decided meanwhile gets a conflict', async () => {
  const client = await world.connect();
  const files = (await client.call('changes.list', { agent: 'works', fresh: true })).changes[0]!.files;
  const change = files.find(({ file }) => file === 'long.txt')!;
  const part: [string, string[]] = ['long.txt', [change.hunks[0]!.id]];
  const both = await Promise.allSettled([
    apply(client, 'works', [part], { seen: change.newBlob }),
    reject(client, 'works', [part], { seen: change.newBlob }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } });
  await client.call('changes.undo', { operation: null });
  await apply(client, 'works', [part], { seen: change.newBlob });
  for (const again of [apply, reject]) {
    await expect(again(client, 'works', [part], { seen: change.newBlob })).rejects.toMatchObject({
      code: 'conflict',
      message: 'this part of long.txt of works has been applied already',
    });
  }
  expect((await apply(client, 'works', [part])).operation).toMatchObject({ files: [{ outcome: 'unchanged' }] });
  await expect(apply(client, 'works', [part], { seen: '0'.repeat(40) })).rejects.toMatchObject({ code: 'conflict' });
  git(root, 'checkout', '-q', '--', '.');
});

test('a detached HEAD, a merge that is not settled, a broken index', async () => {
  const client = await world.connect();
  git(root, 'checkout', '-q', '--detach');
  expect((await apply(client, 'works', ['new.txt'])).operation.files).toEqual([
    { file: 'new.txt', outcome: 'written' },
  ]);
  git(root, 'checkout', '-q', 'main');
  put(
    'long.txt',
    lines((n) => (n === 3 ? 'other' : n)),
  );
  git(root, 'commit', '-qam', 'other');
  execFileSync(
    'sh',
    [
      '-c',
      'git merge -q HEAD~1^0 2>/dev/null; git branch b HEAD~1; git checkout -q b; sed -i "s/^3$/third/" long.txt; git commit -qam third; git checkout -q main; git merge -q b; true',
    ],
    { cwd: root, stdio: 'ignore' },
  );
  const before = read('long.txt');
  expect(before).toContain('<<<<<<<');
  expect((await apply(client, 'works', ['long.txt'])).operation.files).toEqual([
    { file: 'long.txt', outcome: 'conflict', reason: 'a merge of it is not settled there' },
  ]);
  expect(read('long.txt')).toBe(before);
  git(root, 'merge', '--abort');
  const index = readFileSync(join(root, '.git/index'));
  writeFileSync(join(root, '.git/index'), 'torn');
  await expect(apply(client, 'works', ['long.txt'])).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('index'),
  });
  writeFileSync(join(root, '.git/index'), index);
  expect(git(root, 'status', '--porcelain', '-uno')).toBe('');
});

test('contents that were swept away meanwhile are read anew', async () => {
  const client = await world.connect();
  const { worktree } = (await client.call('agent.get', { agent: 'works' })).agent;
  writer(worktree!)('swept.txt', 'swept\n');
  // Older than any index, so that no look takes it for changed.
  utimesSync(join(worktree!, 'swept.txt'), 1, 1);
  const [, swept] = (await client.call('changes.list', { agent: 'works', fresh: true })).changes[0]!.files.slice(-2);
  expect(swept!.file).toBe('swept.txt');
  // A look that is still under way writes it again.
  await until('it is swept away', () => {
    git(root, 'gc', '-q', '--prune=now');
    return spawnSync('git', ['cat-file', '-e', swept!.newBlob], { cwd: root }).status !== 0;
  });
  expect((await apply(client, 'works', ['swept.txt'])).operation.files).toEqual([
    { file: 'swept.txt', outcome: 'written' },
  ]);
});

test('a worktree that was replaced by a link is not written to', async () => {
  const client = await world.connect();
  const { agent } = await client.call('agent.get', { agent: 'works' });
  const away = mkdtempSync(join(root, '..', 'away-'));
  execFileSync('cp', ['-r', `${agent.worktree}/.`, away]);
  renameSync(agent.worktree!, `${agent.worktree}-real`);
  symlinkSync(away, agent.worktree!);
  const before = readFileSync(join(away, 'long.txt'), 'utf8');
  await expect(reject(client, 'works', ['long.txt'])).rejects.toMatchObject({ code: 'conflict' });
  expect(readFileSync(join(away, 'long.txt'), 'utf8')).toBe(before);
  rmSync(agent.worktree!);
  renameSync(`${agent.worktree}-real`, agent.worktree!);
});

test('an agent in the checkout itself has nothing to bring there, and can be rejected', async () => {
  const client = await world.connect();
  await world.start(client, 'here');
  put('other.txt', 'by here\n');
  await expect(apply(client, 'here', ['other.txt'])).rejects.toMatchObject({
    code: 'conflict',
    message: `here works in ${root} itself: its changes are there already`,
  });
  await reject(client, 'here', ['other.txt']);
  expect(read('other.txt')).toBe('other\n');
});

/** A project of its own for what cannot be tried in the first one. */
async function within(prepare: (folder: string) => void, task: (one: World) => Promise<void>) {
  const one = createWorld({ git: false });
  try {
    prepare(one.root);
    await task(one);
  } finally {
    await one.end();
  }
}

test('a repository without commits: an agent in it can be rejected; there is no branch to apply to', async () => {
  await within(
    (folder) => git(folder, 'init', '-q'),
    async (one) => {
      const client = await one.connect();
      await one.start(client, 'first');
      writer(one.root)('a.txt', 'a\n');
      await expect(apply(client, 'first', ['a.txt'], { target: 'main' })).rejects.toMatchObject({
        code: expect.stringMatching(/not_found|conflict/),
      });
      expect((await reject(client, 'first', ['a.txt'])).operation?.files).toEqual([
        { file: 'a.txt', outcome: 'written' },
      ]);
      expect(existsSync(join(one.root, 'a.txt'))).toBe(false);
      await client.call('changes.undo', { operation: null });
      expect(reader(one.root)('a.txt')).toBe('a\n');
    },
  );
});

test('a shallow clone', async () => {
  await within(
    (folder) => {
      execFileSync('git', ['clone', '-q', '--depth', '1', `file://${root}`, '.'], { cwd: folder });
    },
    async (one) => {
      const client = await one.connect();
      const { worktree } = await one.start(client, 'deep', ['cat'], { worktree: true });
      mkdirSync(join(worktree!, 'x'));
      writer(worktree!)('x/new.txt', 'n\n');
      writer(worktree!)(
        'long.txt',
        lines((n) => (n === 20 ? 'twenty' : n === 3 ? 'other' : n)),
      );
      expect(
        (await apply(client, 'deep', ['x/new.txt', 'long.txt'])).operation.files.map(({ outcome }) => outcome),
      ).toEqual(['written', 'written']);
      expect(git(one.root, 'diff', '--stat')).toContain('1 insertion(+), 1 deletion(-)');
    },
  );
});

test('a repository with SHA-256, staged, renamed and on a branch', async () => {
  await within(
    (folder) => {
      git(folder, 'init', '-q', '--object-format=sha256');
      writer(folder)('a.txt', lines());
      writer(folder)('gone.txt', 'gone\n');
      git(folder, 'add', '.');
      git(folder, 'commit', '-qm', 'first');
      git(folder, 'branch', 'other');
    },
    async (one) => {
      const client = await one.connect();
      const { worktree } = await one.start(client, 'long', ['cat'], { worktree: true });
      renameSync(join(worktree!, 'a.txt'), join(worktree!, 'b.txt'));
      rmSync(join(worktree!, 'gone.txt'));
      await apply(client, 'long', ['b.txt', 'gone.txt'], { stage: true });
      expect(git(one.root, 'status', '--porcelain')).toBe('R  a.txt -> b.txt\nD  gone.txt');
      await client.call('changes.undo', { operation: null });
      expect(git(one.root, 'status', '--porcelain')).toBe('');
      await apply(client, 'long', ['b.txt', 'gone.txt'], { target: 'other' });
      expect(git(one.root, 'ls-tree', '-r', '--name-only', 'other')).toBe('b.txt');
    },
  );
});
