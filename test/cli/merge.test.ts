import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Collision, Forecast } from '../../src/schema/collision.ts';
import { makeRepository } from '../support/repository.ts';
import { until } from '../support/wait.ts';
import { boocode, json } from './boocode.ts';

const text = (edit: Record<number, string> = {}) =>
  Array.from({ length: 40 }, (_, index) => `${edit[index + 1] ?? `line ${index + 1}`}\n`).join('');
const root = makeRepository({ '.gitignore': '.boocode\n', 'src/auth.ts': text() });
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
git('branch', '-M', 'main');
afterAll(() => void boocode(root, ['daemon', 'stop', '--agents', '--yes']));

const EDITS = { auth: { 5: 'five' }, tests: { 5: 'FIVE' }, docs: { 30: 'thirty' } };
beforeAll(async () => {
  for (const [name, edit] of Object.entries(EDITS)) {
    json(root, 'new', name, '--', 'cat');
    const { worktree } = json<{ worktree: string }>(root, 'show', name);
    writeFileSync(join(worktree, 'src/auth.ts'), text(edit));
  }
  await until('three collisions', () => list().length === 3, { seen: list });
});
const list = () => json<{ collisions: Collision[] }>(root, 'collisions').collisions;

test('collisions and forecast, for a person and for a script', () => {
  expect(list()[0]).toMatchObject({ file: 'src/auth.ts', severity: 'same_line' });
  expect([...list()[0]!.agents].sort()).toEqual(['auth', 'tests']);
  expect(
    boocode(root, ['collisions'])
      .out.split('\n')
      .map((line) => line.split(/ {2,}/)[0]),
  ).toEqual(['same line', 'different area', 'different area', '']);
  const forecast = json<Forecast>(root, 'forecast');
  expect(forecast).toMatchObject({ target: 'main', order: expect.arrayContaining(['docs']) });
  expect(forecast.remaining).toHaveLength(1);
  const { out } = boocode(root, ['forecast']);
  expect(out.split('\n').slice(0, 4)).toEqual([
    '          1  2  3',
    '1  auth      ✓  ✖',
    '2  docs   ✓     ✓',
    '3  tests  ✖  ✓',
  ]);
  expect(out).toMatch(/^conflict {2}auth ↔ tests {2}src\/auth.ts {2}contents, lines 5–9 of the merged file$/m);
  const nowhere = boocode(root, ['--json', 'forecast', '--target', 'nowhere']);
  expect(nowhere.code).toBe(3);
});

test('merge: what a script must say, what it did, a conflict, and the end of the agent', () => {
  const unsaid = boocode(root, ['merge', 'auth']);
  expect(unsaid).toMatchObject({ code: 2, err: expect.stringContaining('auth has 1 uncommitted file (src/auth.ts)') });
  expect(boocode(root, ['merge', 'auth', '--squash', '--rebase']).code).toBe(2);
  expect(boocode(root, ['merge', 'nobody', '--committed']).code).toBe(3);
  const start = git('rev-parse', 'HEAD');
  const done = json<object>(root, 'merge', 'auth', '--uncommitted', '--now', '--message', 'in words', '--rm');
  expect(done).toMatchObject({ agent: 'auth', outcome: 'merged', previous: start, commit: git('rev-parse', 'HEAD') });
  expect(git('log', '-1', '--format=%s')).toBe('in words');
  expect(readFileSync(join(root, 'src/auth.ts'), 'utf8')).toBe(text(EDITS.auth));
  expect(git('branch', '--list', 'boo/auth')).toBe('');
  const conflict = boocode(root, ['merge', 'tests', '--uncommitted', '--now']);
  expect(conflict.code).toBe(1);
  expect(conflict.out).toBe(
    'conflict  src/auth.ts  contents, lines 5–9 of the merged file\ntests conflicts with main in 1 file; nothing was merged.\n',
  );
  expect(boocode(root, ['merge', 'docs', '--committed']).out).toBe('main has all that docs has committed.\n');
  expect(boocode(root, ['merge', 'docs', '--uncommitted', '--now', '--squash']).out).toMatch(
    /^merged {2}docs into main as [0-9a-f]{10}\. git reset --keep [0-9a-f]{10} on main takes it back\.\n$/,
  );
  // A branch that no checkout has is put back otherwise; what is said is done as it stands.
  git('branch', 'release', start);
  const release = boocode(root, ['merge', 'docs', '--committed', '--target', 'release']).out;
  expect(git('rev-parse', 'release')).not.toBe(start);
  const [, ...update] = /(git update-ref \S+ \S+ \S+) takes it back\.\n$/.exec(release)![1]!.split(' ');
  git(...update);
  expect(git('rev-parse', 'release')).toBe(start);
  expect(git('status', '--porcelain')).toBe('');
});

test('who merges is who their environment says, where git itself knows nobody', () => {
  const own = makeRepository({ '.gitignore': '.boocode\n', a: '1\n' });
  const at = (...args: string[]) => execFileSync('git', args, { cwd: own, encoding: 'utf8' }).trim();
  for (const key of ['user.name', 'user.email']) spawnSync('git', ['config', '--unset-all', key], { cwd: own });
  const nobody = { GIT_CONFIG_GLOBAL: '/dev/null', EMAIL: '' };
  const as = (name: string) => ({
    ...{ GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: 'a@example.org' },
    ...{ GIT_COMMITTER_NAME: `${name} too`, GIT_COMMITTER_EMAIL: 'c@example.org' },
  });
  at('config', 'user.useConfigOnly', 'true');
  const run = (env: NodeJS.ProcessEnv, ...args: string[]) => boocode(own, args, { env: { ...nobody, ...env } });
  try {
    for (const name of ['plain', 'based']) {
      expect(run(as('Starter'), 'new', name, '--', 'cat').code).toBe(0);
      const { worktree } = JSON.parse(run({}, '--json', 'show', name).out) as { worktree: string };
      writeFileSync(join(worktree, name), 'new\n');
    }
    const options = ['--uncommitted', '--now'];
    expect(run({}, 'merge', 'plain', ...options)).toMatchObject({
      code: 1,
      err: expect.stringContaining('who you are'),
    });
    expect(run(as('Ann'), 'merge', 'plain', ...options)).toMatchObject({ code: 0 });
    expect(run(as('Bea'), 'merge', 'based', '--rebase', ...options)).toMatchObject({ code: 0 });
    expect(at('log', '--format=%s|%an|%ae|%cn|%ce', '-3').split('\n')).toEqual([
      'Work of based|Bea|a@example.org|Bea too|c@example.org',
      "Merge branch 'boo/plain'|Ann|a@example.org|Ann too|c@example.org",
      'Work of plain|Ann|a@example.org|Ann too|c@example.org',
    ]);
  } finally {
    run({}, 'daemon', 'stop', '--agents', '--yes');
  }
});
