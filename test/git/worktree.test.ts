import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorktree } from '../../src/git/worktree.ts';
import { findProject } from '../../src/util/project.ts';
import { commit, freshFolder, newRepo, refsOf, run, statusOf } from './repo.ts';

const place = () => join(freshFolder('wt'), 'deep', 'one');
const failure = async (promise: Promise<unknown>) => {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ name: expect.stringMatching(/^(BooError|GitError)$/) });
  return error as { code: string; message: string; hint?: string };
};

describe('createWorktree', () => {
  test('checks the present branch out on a new branch, marked as the project’s', async () => {
    const root = newRepo();
    const path = place();
    const made = await createWorktree({ root, path, branch: 'boo/fix', base: null });
    expect(made).toEqual({
      worktree: path,
      branch: 'boo/fix',
      base: 'main',
      baseCommit: run(root, 'rev-parse', 'main'),
      warnings: [],
    });
    expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('one\ntwo\nthree\n');
    expect(run(path, 'symbolic-ref', 'HEAD')).toBe('refs/heads/boo/fix');
    expect(statusOf(path)).toEqual([]);
    expect(findProject(join(path, 'dir'))).toEqual({ root, git: true });
  });

  test('starts from any name of a commit, and follows nothing', async () => {
    const root = newRepo();
    const first = run(root, 'rev-parse', 'HEAD');
    commit(root, { 'a.txt': 'later\n' });
    run(root, 'tag', 'v1', first);
    for (const [index, base] of ['v1', 'main~1', first.slice(0, 10)].entries()) {
      const made = await createWorktree({ root, path: place(), branch: `boo/${index}`, base });
      expect(made).toMatchObject({ base, baseCommit: first });
    }
    expect(run(root, 'config', '--get-regexp', '^branch\\.|^core.bare')).not.toContain('branch.');
  });

  test('names the commit as base when HEAD is detached', async () => {
    const root = newRepo();
    const head = run(root, 'rev-parse', 'HEAD');
    run(root, 'checkout', '-q', '--detach');
    expect(await createWorktree({ root, path: place(), branch: 'boo/x', base: null })).toMatchObject({ base: head });
  });

  test('works from a bare and from a shallow repository', async () => {
    const origin = newRepo();
    commit(origin, { 'a.txt': 'second\n' });
    for (const kind of [['--bare'], ['--depth=1', '--no-single-branch']]) {
      const root = join(freshFolder('clone'), 'r');
      run(origin, 'clone', '-q', ...kind, `file://${origin}`, root);
      const path = place();
      await createWorktree({ root, path, branch: 'boo/x', base: null });
      expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('second\n');
      expect(findProject(path).root).toBe(root);
    }
  });

  test('takes spaces and Unicode in the root, the path and the branch', async () => {
    const root = join(freshFolder('ein Projekt ✓'), 'größe');
    mkdirSync(root);
    run(root, 'init', '-q');
    commit(root, { 'ä b.txt': 'x' });
    const path = join(freshFolder('w t'), 'prüfung 検査');
    await createWorktree({ root, path, branch: 'boo/prüfung-検査', base: null });
    expect(readFileSync(join(path, 'ä b.txt'), 'utf8')).toBe('x');
  });

  test('makes ten at once', async () => {
    const root = newRepo();
    const folder = freshFolder('many');
    const names = Array.from({ length: 10 }, (_, index) => `n${index}`);
    await Promise.all(
      names.map((name) => createWorktree({ root, path: join(folder, name), branch: `boo/${name}`, base: null })),
    );
    expect(readdirSync(folder).sort()).toEqual(names);
    expect(run(root, 'branch', '--list', 'boo/*').split('\n')).toHaveLength(10);
  });

  test('runs the person’s post-checkout hook, and none of a repository’s GIT_DIR', async () => {
    const root = newRepo();
    const hook = join(root, '.git', 'hooks', 'post-checkout');
    writeFileSync(hook, '#!/bin/sh\necho ran > hook-ran\n');
    chmodSync(hook, 0o755);
    const other = newRepo();
    process.env.GIT_DIR = join(other, '.git');
    try {
      const path = place();
      await createWorktree({ root, path, branch: 'boo/x', base: null });
      expect(readFileSync(join(path, 'hook-ran'), 'utf8')).toBe('ran\n');
    } finally {
      delete process.env.GIT_DIR;
    }
    expect(run(other, 'branch', '--list', 'boo/*')).toBe('');
  });
});

describe('a failing createWorktree leaves nothing and says one sentence', () => {
  const nothingLeft = (root: string, before: ReturnType<typeof refsOf>, path: string) => {
    expect(refsOf(root)).toEqual(before);
    expect(run(root, 'worktree', 'list').split('\n')).toHaveLength(1);
    expect(existsSync(dirname(path))).toBe(false);
  };

  test('without commits', async () => {
    const root = freshFolder('empty');
    run(root, 'init', '-q');
    const error = await failure(createWorktree({ root, path: place(), branch: 'boo/x', base: null }));
    expect(error.message).toContain('no commit yet');
    expect(error.hint).toContain('--no-worktree');
  });

  test('for an unknown base, an option as base, a bad branch name', async () => {
    const root = newRepo();
    const path = place();
    const before = refsOf(root);
    const unknown = await failure(createWorktree({ root, path, branch: 'boo/x', base: 'nowhere' }));
    expect(unknown).toMatchObject({ code: 'not_found', message: expect.stringContaining('"nowhere"') });
    await failure(createWorktree({ root, path, branch: 'boo/x', base: '--all' }));
    expect(await failure(createWorktree({ root, path, branch: 'a..b', base: null }))).toMatchObject({ code: 'usage' });
    expect(await failure(createWorktree({ root, path, branch: '-D', base: null }))).toMatchObject({ code: 'usage' });
    nothingLeft(root, before, path);
  });

  test('for a branch or a path that is there, which stay', async () => {
    const root = newRepo();
    run(root, 'branch', 'boo/x');
    run(root, 'branch', 'flat');
    const path = place();
    const before = refsOf(root);
    const taken = await failure(createWorktree({ root, path, branch: 'boo/x', base: null }));
    expect(taken).toMatchObject({ code: 'conflict', message: 'there is a branch boo/x already' });
    const inWay = await failure(createWorktree({ root, path, branch: 'flat/x', base: null }));
    expect(inWay).toMatchObject({ code: 'conflict', message: expect.stringContaining('in the way') });
    nothingLeft(root, before, path);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'mine'), 'mine');
    const there = await failure(createWorktree({ root, path, branch: 'boo/y', base: null }));
    expect(there).toMatchObject({ code: 'conflict', message: `${path} exists already` });
    expect(readFileSync(join(path, 'mine'), 'utf8')).toBe('mine');
    expect(refsOf(root)).toEqual(before);
  });

  test('where git has a worktree registered whose folder is gone, which stays registered', async () => {
    const root = newRepo();
    const path = place();
    run(root, 'worktree', 'add', '--quiet', '-b', 'theirs', path);
    rmSync(path, { recursive: true });
    const before = refsOf(root);
    const error = await failure(createWorktree({ root, path, branch: 'boo/x', base: null }));
    expect(error).toMatchObject({ code: 'conflict', hint: expect.stringContaining('git worktree prune') });
    expect(error.message).toBe(`git has a worktree registered at ${path} whose folder is gone`);
    expect(refsOf(root)).toEqual(before);
    expect(run(root, 'worktree', 'list')).toContain(path);
  });

  test('when the checkout fails in the middle', async () => {
    const root = newRepo({ '.gitattributes': '*.bin filter=bad\n', 'x.bin': 'x' });
    run(root, 'config', 'filter.bad.smudge', 'echo no space >&2; exit 1');
    run(root, 'config', 'filter.bad.required', 'true');
    const path = place();
    const before = refsOf(root);
    await failure(createWorktree({ root, path, branch: 'boo/x', base: null }));
    nothingLeft(root, before, path);
  });

  test('when it is cancelled while a hook hangs, whose processes end too', async () => {
    const root = newRepo();
    const hook = join(root, '.git', 'hooks', 'post-checkout');
    const pids = join(freshFolder('pid'), 'pid');
    writeFileSync(hook, `#!/bin/sh\necho $$ > '${pids}'\nexec sleep 600\n`);
    chmodSync(hook, 0o755);
    const path = place();
    const before = refsOf(root);
    const stop = new AbortController();
    const call = failure(createWorktree({ root, path, branch: 'boo/x', base: null, signal: stop.signal }));
    const { until } = await import('../support/wait.ts');
    await until('hook runs', () => existsSync(pids) && readFileSync(pids, 'utf8').trim());
    stop.abort();
    expect((await call).code).toBe('interrupted');
    nothingLeft(root, before, path);
    const pid = Number(readFileSync(pids, 'utf8'));
    await until(
      'hook is gone',
      () => !existsSync(`/proc/${pid}`) || /^State:\sZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
    );
  });

  test('when the folder cannot be written', async () => {
    const root = newRepo();
    const file = join(freshFolder(), 'file');
    writeFileSync(file, '');
    const before = refsOf(root);
    const error = await failure(createWorktree({ root, path: join(file, 'x', 'y'), branch: 'boo/x', base: null }));
    expect(error.message).toContain('could not be made');
    expect(refsOf(root)).toEqual(before);
  });
});

describe('submodules', () => {
  test('are checked out from the objects that are here, recursively, without touching the shared config', async () => {
    const inner = newRepo({ 'inner.txt': 'inner' });
    const middle = newRepo();
    run(middle, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'in ner');
    run(middle, 'commit', '-q', '-m', 'sub');
    const root = newRepo();
    run(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', middle, 'libs/mid');
    run(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'update', '--init', '--recursive');
    run(root, 'commit', '-q', '-m', 'sub');
    const config = readFileSync(join(root, '.git', 'config'), 'utf8');
    const path = place();
    const made = await createWorktree({ root, path, branch: 'boo/x', base: null });
    expect(made.warnings).toEqual([]);
    expect(readFileSync(join(path, 'libs/mid/in ner/inner.txt'), 'utf8')).toBe('inner');
    expect(statusOf(path)).toEqual([]);
    expect(run(join(path, 'libs/mid'), 'remote', 'get-url', 'origin')).toBe(middle);
    expect(readFileSync(join(root, '.git', 'config'), 'utf8')).toBe(config);
  });

  test('whose commit is not on this machine are a warning', async () => {
    const inner = newRepo();
    const root = newRepo();
    run(root, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner, 'sub');
    run(root, 'update-index', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
    run(root, 'commit', '-q', '-m', 'sub');
    const made = await createWorktree({ root, path: place(), branch: 'boo/x', base: null });
    expect(made.warnings).toEqual([expect.stringContaining('submodule sub was not checked out')]);
  });
});
