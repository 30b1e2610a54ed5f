import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json } from '../cli/boocode.ts';
import { makeRepository, sh, tempFolder } from '../support/repository.ts';

const roots: string[] = [];
const repository = () => {
  const root = makeRepository();
  roots.push(root);
  return root;
};
afterEach(() => {
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

test("a stranger's state leads to no file outside and starts nothing", () => {
  const root = repository();
  json(root, 'new', 'known', '--no-worktree', '--', 'true');
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
  const precious = join(tempFolder('outside'), 'h-evil.sock');
  writeFileSync(precious, 'mine');
  const path = join(root, '.boocode', 'state.json');
  const file = JSON.parse(readFileSync(path, 'utf8'));
  file.state.project.root = '/home/stranger/project';
  file.state.hosts = [{ id: 'evil', socket: precious, pid: 1, acked: 0 }];
  writeFileSync(path, JSON.stringify(file));
  expect(json<{ hosts: unknown[] }>(root, 'ls', '--all')).toMatchObject({ agents: [{ name: 'known' }] });
  expect(readFileSync(precious, 'utf8')).toBe('mine');
  expect(json(root, 'daemon', 'status')).toMatchObject({ agents: 0, hosts: [] });
});

test('nothing is written through links that a repository brings along', () => {
  for (const name of ['.boocode', '.boocode/log']) {
    const root = repository();
    const outside = tempFolder('outside');
    if (name !== '.boocode') mkdirSync(join(root, '.boocode'));
    symlinkSync(outside, join(root, name));
    const { code, err } = boocode(root, ['new', 'one', '--', 'true']);
    expect({ code, err }).toMatchObject({ code: 4, err: expect.stringContaining('is a link') });
    expect(readdirSync(outside)).toEqual([]);
  }
});

test('a branch that is none and a folder that cannot be made: one sentence, nothing left', () => {
  const root = repository();
  expect(boocode(root, ['new', 'one', '--branch', 'HEAD', '--', 'true'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('"HEAD" cannot be the name of a branch'),
  });
  if (existsSync('/proc/self')) {
    writeFileSync(join(root, '.boocode', 'config.json'), '{"worktrees":{"dir":"/proc/none"}}');
    boocode(root, ['config', 'trust', '--yes']);
    expect(boocode(root, ['new', 'two', '--', 'true'])).toMatchObject({
      code: 1,
      err: expect.stringContaining('/proc/none could not be made'),
    });
  }
  expect(sh(root, 'git', 'branch', '--format=%(refname:short)')).toBe('main\n');
  expect(execFileSync('git', ['worktree', 'list'], { cwd: root, encoding: 'utf8' }).trim().split('\n')).toHaveLength(1);
  expect(json(root, 'ls', '--all')).toEqual({ agents: [] });
});
