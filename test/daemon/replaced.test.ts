import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { apply, git, reader, reject, writer } from './applying.ts';
import { createWorld } from './world.ts';

const world = createWorld();
const { root } = world;
let client: DaemonClient;
let worktree: string;
beforeAll(async () => {
  writer(root)('file.txt', 'one\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'file');
  client = await world.connect();
  worktree = (await world.start(client, 'works', ['cat'], { worktree: true })).worktree!;
  writer(worktree)('file.txt', 'one\nits own\n');
  // Known before anything stands in its place.
  expect((await list()).map(({ file }) => file)).toEqual(['file.txt']);
});
afterAll(() => world.end());

/** Something else stands at the worktree's place while the task runs. */
async function replaced(put: () => void, task: () => Promise<void>) {
  renameSync(worktree, `${worktree}-real`);
  try {
    put();
    await task();
  } finally {
    rmSync(worktree, { recursive: true, force: true });
    renameSync(`${worktree}-real`, worktree);
  }
}

const list = async () => (await client.call('changes.list', { agent: 'works', fresh: true })).changes[0]?.files ?? [];

/** Nothing of what stands there is taken for the agent's, and nothing is written there. */
async function nothingOfIt() {
  const refused = { code: 'conflict', message: `what lies at ${worktree} is not the worktree that was made there` };
  const diff = () => client.call('changes.diff', { agent: 'works', file: 'file.txt', context: 3, split: false });
  await expect(list()).rejects.toMatchObject(refused);
  await expect(diff()).rejects.toThrow(/works has not changed file.txt|is not the worktree that was made there/);
  await expect(apply(client, 'works', ['file.txt'])).rejects.toMatchObject(refused);
  await expect(reject(client, 'works', ['file.txt'])).rejects.toMatchObject({ code: 'conflict' });
  expect(git(root, 'status', '--porcelain')).toBe('');
}

test('another repository in the place of a worktree is not taken for it', async () => {
  const other = mkdtempSync(join(root, '..', 'other-'));
  git(other, 'clone', '-q', root, '.');
  writer(other)('file.txt', 'one\nsecret\n');
  await replaced(
    () => symlinkSync(other, worktree),
    async () => {
      await nothingOfIt();
      const { merge } = await client.call('merge', {
        ...{ agent: 'works', how: 'merge', target: null, message: null, checks: true, uncommitted: true },
      });
      expect(merge).toMatchObject({
        outcome: 'nothing',
        notes: ['the worktree of works is not at its place: only what it has committed counts'],
      });
    },
  );
  expect(reader(other)('file.txt')).toBe('one\nsecret\n');
  expect((await list()).map(({ file }) => file)).toEqual(['file.txt']);
});

test('a plain folder in its place is said in our words', async () => {
  await replaced(() => {
    mkdirSync(worktree);
    writeFileSync(join(worktree, 'file.txt'), 'junk\n');
  }, nothingOfIt);
  expect(readFileSync(join(worktree, 'file.txt'), 'utf8')).toBe('one\nits own\n');
});

test('the worktree behind a link is read; where git finds its submodules no more from there, it is said why', async () => {
  const away = join(root, '..', 'deep', 'er');
  mkdirSync(away, { recursive: true });
  const moved = join(away, 'moved');
  const behindLink = (task: () => Promise<void>) =>
    replaced(
      () => {
        renameSync(`${worktree}-real`, moved);
        symlinkSync(moved, worktree);
      },
      () => task().finally(() => renameSync(moved, `${worktree}-real`)),
    );
  await behindLink(async () => {
    expect((await list()).map(({ file }) => file)).toEqual(['file.txt']);
  });
  const inner = mkdtempSync(join(root, '..', 'inner-'));
  git(inner, 'init', '-q');
  git(inner, 'commit', '-qm', 'inner', '--allow-empty');
  execFileSync('git', ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'part'], {
    cwd: worktree,
  });
  expect((await list()).map(({ file }) => file)).toContain('part');
  await behindLink(async () => {
    await expect(list()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining(`${worktree} is a link by now, and git cannot read the worktree from there`),
      hint: 'Put the folder itself back at its place.',
    });
  });
});
