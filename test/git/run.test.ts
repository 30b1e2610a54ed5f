import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { git, gitBytes, useLanes } from '../../src/git/run.ts';
import { until } from '../support/wait.ts';
import { commit, freshFolder, newRepo } from './repo.ts';

/** What git runs for the word `x`. */
const alias = (command: string) => ['-c', `alias.x=!${command}`, 'x'];
const children = (pid: number) =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'latin1').split(' ').filter(Boolean).map(Number),
  );
/** The shells that wait to start git. */
const shells = () =>
  children(process.pid).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1') === '/bin/sh\0-s\0');
const caught = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('it was done'),
    (error: unknown) => error as Error & { code: string; hint?: string },
  );

describe.each(['itself', 'through shells'])('git, started %s', (how) => {
  const path = process.env.PATH!;
  let close = () => {};
  beforeAll(() => {
    if (how !== 'itself') close = useLanes();
  });
  afterAll(() => close());
  afterEach(() => {
    process.env.PATH = path;
    delete process.env.BOO_TEST;
  });

  test('gives both outputs and the exit code, and arguments and environment arrive as they are', async () => {
    const cwd = newRepo();
    const script = 'printf "%s|" "$A" "$B" "$PWD" "$@"; echo told >&2; exit 3; :';
    process.env.BOO_TEST = 'taken away';
    const env = { A: 'it\'s\n$HOME `id` \\ "x"', B: undefined };
    const args = ["a'b", '$(id)', '', 'ü', '-n'];
    const found = await git([...alias(`f() { ${script}; }; f`), ...args], { cwd, env, allow: [3] });
    expect(found).toEqual({ stdout: [env.A, '', cwd, ...args, ''].join('|'), stderr: 'told\n', code: 3 });
    const { stdout } = await git(alias('printenv BOO_TEST'), { cwd, env: { BOO_TEST: undefined }, allow: [1] });
    expect(stdout).toBe('');
  });

  test('gives bytes as they are, however many', async () => {
    const cwd = newRepo();
    for (const size of [0, 1, 35, 36, 37, 71, 72, 73, 65_536, 3_000_001]) {
      const bytes = randomBytes(size);
      commit(cwd, { b: bytes });
      expect((await gitBytes(['cat-file', 'blob', 'HEAD:b'], { cwd })).stdout.equals(bytes)).toBe(true);
    }
  });

  test('reads its input', async () => {
    const found = await git(['hash-object', '--stdin'], { cwd: newRepo(), input: 'hello\n' });
    expect(found.stdout).toBe('ce013625030ba8dba906f756967f9e9ca394464a\n');
  });

  test('what is left in the background prints into its own call', async () => {
    const cwd = newRepo();
    const go = join(freshFolder('go'), 'go');
    const late = git(alias(`(while [ ! -e ${go} ]; do sleep 0.01; done; echo late; echo late >&2) & echo soon`), {
      cwd,
    });
    for (let n = 0; n < 3; n++)
      expect(await git(alias('echo other'), { cwd })).toMatchObject({ stdout: 'other\n', stderr: '' });
    writeFileSync(go, '');
    expect(await late).toMatchObject({ stdout: 'soon\nlate\n', stderr: 'late\n' });
  });

  test('one that takes too long is ended with what it started, and is over only when it has tidied up', async () => {
    const cwd = newRepo();
    const [begun, tidied] = ['begun', 'tidied'].map((name) => join(freshFolder('t'), name)) as [string, string];
    const script = `trap 'sleep 0.3; touch ${tidied}; exit' TERM; sleep 1000 & touch ${begun}; wait`;
    const stop = new AbortController();
    const call = caught(git(alias(`sh -c "${script}"`), { cwd, signal: stop.signal }));
    await until('it has begun', () => existsSync(begun));
    stop.abort();
    expect(await call).toMatchObject({ code: 'interrupted', message: 'git x was cancelled' });
    expect(existsSync(tidied)).toBe(true);
    expect(await caught(git(alias('sleep 1000'), { cwd, timeoutMs: 100 }))).toMatchObject({
      code: 'timed_out',
      message: 'git x took longer than 0.1 s and was ended',
    });
    expect((await git(alias('echo next'), { cwd })).stdout).toBe('next\n');
  });

  test('one that is cancelled before it begins, or at once, does nothing', async () => {
    const cwd = newRepo();
    for (const wait of [undefined, 0, 0, 1, 1, 2, 3]) {
      const stop = new AbortController();
      const done = join(freshFolder('d'), 'done');
      if (wait === undefined) stop.abort();
      const call = caught(git(alias(`sh -c "sleep 0.5; touch ${done}"`), { cwd, signal: stop.signal }));
      if (wait !== undefined) setTimeout(() => stop.abort(), wait);
      expect(await call).toMatchObject({ code: 'interrupted' });
      expect(existsSync(done)).toBe(false);
    }
  });

  test('tells what is missing: its folder, git itself, the right to run it', async () => {
    const cwd = newRepo();
    expect(await caught(git(['status'], { cwd: join(cwd, 'no') }))).toMatchObject({
      message: `there is no folder ${join(cwd, 'no')}`,
    });
    const bin = freshFolder('bin');
    process.env.PATH = bin;
    expect(await caught(git(['status'], { cwd }))).toMatchObject({ message: 'git was not found on the PATH' });
    writeFileSync(join(bin, 'git'), '#!/bin/sh\necho mine', { mode: 0o600 });
    expect(await caught(git(['status'], { cwd }))).toMatchObject({
      message: expect.stringMatching(/^git could not be started: .*permission denied$/i),
    });
    writeFileSync(join(bin, 'other'), '');
    process.env.PATH = path;
    expect((await git(['--version'], { cwd })).stdout).toMatch(/^git version/);
  });

  test('says which signal ended it', async () => {
    expect(await caught(git(alias('kill -9 $PPID'), { cwd: newRepo() }))).toMatchObject({
      stderr: 'error: it was ended by SIGKILL\n',
    });
  });
});

test.runIf(process.platform === 'linux')(
  'a shell that waits is used again; one that was killed is replaced; all end',
  async () => {
    const close = useLanes();
    const cwd = newRepo();
    await git(['status'], { cwd });
    const before = shells();
    expect(before.length).toBe(1);
    await git(['status'], { cwd });
    expect(shells()).toEqual(before);
    for (const pid of before) process.kill(pid, 'SIGKILL');
    // At once: nobody was told yet that it has gone.
    expect((await git(alias('echo on'), { cwd })).stdout).toBe('on\n');
    await git(['status'], { cwd });
    const begun = join(freshFolder('busy'), 'begun');
    const call = caught(git(alias(`touch ${begun}; sleep 1000`), { cwd }));
    await until('it has begun', () => existsSync(begun));
    const [busy] = shells().filter((pid) => children(pid).length > 0) as [number];
    process.kill(-busy, 'SIGKILL');
    expect(await call).toMatchObject({ message: 'git could not be started: the shell that starts it has ended' });
    expect((await git(alias('echo on'), { cwd })).stdout).toBe('on\n');
    close();
    await until('no shell is left', () => shells().length === 0);
    await git(['status'], { cwd });
    expect(shells()).toEqual([]);
  },
);
