import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyFiles, runSetup } from '../../src/git/prepare.ts';
import { refs, requireGit } from '../../src/git/refs.ts';
import { branchFor, slug } from '../../src/git/slug.ts';
import { createWorktree } from '../../src/git/worktree.ts';
import { until } from '../support/wait.ts';
import { freshFolder, newRepo, put, run } from './repo.ts';

async function treeOf(root: string) {
  const made = await createWorktree({ root, path: join(freshFolder('wt'), 'w'), branch: 'boo/w', base: null });
  return made.worktree;
}

describe('copyFiles', () => {
  test('copies ignored files that .worktreeinclude names and whatever the patterns name, with their modes', async () => {
    const root = newRepo({ '.worktreeinclude': '# secrets\n*.log\nnotes.txt\nbuild/\n!build/skip\n' });
    put(root, {
      'x.log': '1',
      'sub/y.log': '2',
      'build/out': '3',
      'notes.txt': 'not ignored',
      'extra.env': '4',
      'ä\n.cfg': '5',
    });
    chmodSync(join(root, 'x.log'), 0o600);
    const worktree = await treeOf(root);
    const copied = await copyFiles({ root, worktree, patterns: ['*.env', '*.cfg'] });
    expect(copied).toEqual(['build/out', 'extra.env', 'sub/y.log', 'x.log', 'ä\n.cfg']);
    expect(statSync(join(worktree, 'x.log')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(worktree, 'notes.txt'))).toBe(false);
  });

  test('overwrites nothing and never leads out of the project', async () => {
    const root = newRepo();
    const outside = freshFolder('outside');
    const worktree = await treeOf(root);
    put(root, { 'there.log': 'from the checkout', 'dir2/in.log': 'x' });
    put(worktree, { 'there.log': 'mine' });
    symlinkSync(outside, join(worktree, 'dir2'));
    symlinkSync('/etc/passwd', join(root, 'abs.log'));
    symlinkSync('../../outside', join(root, 'up.log'));
    symlinkSync('a.txt', join(root, 'ok.log'));
    expect(await copyFiles({ root, worktree, patterns: ['*.log'] })).toEqual(['ok.log']);
    expect(readFileSync(join(worktree, 'there.log'), 'utf8')).toBe('mine');
    expect(existsSync(join(outside, 'in.log'))).toBe(false);
  });
});

describe('runSetup', () => {
  test('hands every line on and runs in the worktree with the given environment', async () => {
    const worktree = freshFolder();
    const lines: string[] = [];
    const env = { PATH: process.env.PATH, WHO: 'me' };
    const commands = ['pwd; echo "$WHO" >&2', 'printf "a\\r\\nno end"'];
    await runSetup({ worktree, commands, env, onLine: (line) => lines.push(line) });
    expect(lines.slice(0, 2).sort()).toEqual([worktree, 'me'].sort());
    expect(lines.slice(2)).toEqual(['a', 'no end']);
  });

  test('stops at the first failure and names command, code and last lines', async () => {
    const worktree = freshFolder();
    const commands = ['for i in 1 2 3 4 5 6 7; do echo line $i; done; exit 3', 'touch never'];
    await expect(runSetup({ worktree, commands, env: process.env })).rejects.toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/ended with exit code 3: line 3 \| .*line 7$/),
    });
    expect(existsSync(join(worktree, 'never'))).toBe(false);
  });

  test('leaves no process behind, neither when cancelled nor when it starts one in the background', async () => {
    const worktree = freshFolder();
    const isGone = (name: string) => {
      const status = `/proc/${readFileSync(join(worktree, name), 'utf8').trim()}/status`;
      return !existsSync(status) || /^State:\sZ/m.test(readFileSync(status, 'utf8'));
    };
    await runSetup({ worktree, commands: ['sleep 600 & echo $! > one'], env: process.env });
    await until('background process gone', () => isGone('one'));
    const stop = new AbortController();
    const commands = ['sleep 600 & echo $! > two; wait'];
    const run = runSetup({ worktree, commands, env: process.env, signal: stop.signal });
    const failed = expect(run).rejects.toMatchObject({ code: 'interrupted' });
    await until(
      'it runs',
      () => existsSync(join(worktree, 'two')) && readFileSync(join(worktree, 'two'), 'utf8').trim(),
    );
    stop.abort();
    await failed;
    await until('cancelled process gone', () => isGone('two'));
  });
});

test('slug keeps letters of any script and drops what git or a file system refuses', () => {
  expect(slug('Fix the "login" page')).toBe('Fix-the-login-page');
  expect(slug('prüfung 検査')).toBe('prüfung-検査');
  expect(['../..', '', '~^:', '.lock'].map(slug)).toEqual(['agent', 'agent', 'agent', 'lock']);
  expect(slug('a..b.lock')).toBe('a.b');
  expect(Buffer.byteLength(slug('検'.repeat(200)))).toBeLessThanOrEqual(100);
  const root = newRepo();
  for (const name of ['a@{b', 'x.lock', '-dash', 'tab\tnew\nline', 'end.', 'a/b']) {
    expect(() => run(root, 'check-ref-format', `refs/heads/${branchFor('boo/', name)}`)).not.toThrow();
  }
});

test('refs tells branches, the present one, and how far it is from its upstream', async () => {
  await requireGit();
  const root = newRepo();
  const remote = join(freshFolder('remote'), 'r.git');
  run(root, 'clone', '-q', '--bare', root, remote);
  run(root, 'remote', 'add', 'origin', remote);
  run(root, 'fetch', '-q', 'origin');
  run(root, 'branch', '-q', '-u', 'origin/main');
  run(root, 'commit', '-q', '--allow-empty', '-m', 'ahead');
  run(root, 'branch', 'boo/ä');
  expect(await refs(root)).toEqual({
    branches: expect.arrayContaining(['main', 'boo/ä']),
    current: 'main',
    ahead: 1,
    behind: 0,
  });
  run(root, 'checkout', '-q', '--detach');
  expect(await refs(root)).toMatchObject({ current: null, ahead: 0 });
  expect(await refs(freshFolder())).toEqual({ branches: [], current: null, ahead: 0, behind: 0 });
  const empty = freshFolder();
  mkdirSync(join(empty, 'x'));
  writeFileSync(join(empty, 'x', 'y'), '');
  run(empty, 'init', '-q');
  expect(await refs(empty)).toMatchObject({ branches: [], current: 'main' });
});
