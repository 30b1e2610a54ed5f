import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { boocode, json } from '../cli/boocode.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

const roots: string[] = [];
function project(config: string) {
  const root = makeRepository();
  roots.push(root);
  mkdirSync(join(root, '.boocode'));
  const file = join(root, '.boocode', 'config.json');
  writeFileSync(file, config);
  return { root, file };
}
afterEach(() => {
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});
const ended = (root: string, name: string) =>
  until(
    `${name} has ended`,
    () => json<{ status: { state: string } }>(root, 'show', name).status.state === 'completed',
  );

test('a broken config is said, with its place, by what is started in spite of it; standard output stays clean', () => {
  const { root, file } = project('{\n  "ui": { "theme": "pink" }\n}\n');
  const made = boocode(root, ['new', 'one', '--', 'true']);
  expect(made).toMatchObject({ code: 0, err: expect.stringContaining(`boocode: ${file}:2:20: ui.theme: `) });
  expect(made.err.trim().split('\n')).toHaveLength(1);
  expect(made.out).toMatch(/^one {2}/);
  const run = boocode(root, ['run', 'two', '--', 'echo', 'hello']);
  expect(run).toMatchObject({ code: 0, out: 'hello\n', err: expect.stringContaining(`${file}:2:20: ui.theme: `) });
  expect(json(root, 'new', 'three', '--', 'true')).toMatchObject({ name: 'three' });
  expect(boocode(root, ['new', 'four', '--json', '--', 'true']).err).toBe('');
});

test('a broken config cannot be trusted, and a profile of it is missed with the reason', () => {
  const { root, file } = project('{\n  "profiles": { "p": { "runtime": "shell", "args": 7 } }\n}\n');
  const trusted = boocode(root, ['config', 'trust', '--yes']);
  expect(trusted).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining(`nothing was trusted: ${file}:2 is wrong`),
  });
  expect(trusted.err).toContain('profiles.p.args');
  const missed = boocode(root, ['new', 'one', '--profile', 'p']);
  expect(missed).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no profile "p" (known: none), because'),
  });
  expect(missed.err).toContain(`${file}:2:52: profiles.p.args`);
  writeFileSync(file, '{ "profiles": { "p": { "runtime": "command", "command": "true" } } }');
  expect(boocode(root, ['new', 'one', '--profile', 'p'])).toMatchObject({
    code: 1,
    err: expect.stringContaining(`profile "p" runs a command, and ${file} is not trusted as it is now`),
  });
  expect(boocode(root, ['new', 'one', '--profile', 'q'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('there is no profile "q"; known: none'),
  });
  expect(json(root, 'ls', '--all')).toEqual({ agents: [] });
});

test('nothing of an untrusted config runs, and one changed byte asks again', async () => {
  const outside = tempFolder('outside');
  const marks = { setup: join(outside, 'setup'), profile: join(outside, 'profile'), prompt: join(outside, 'dir') };
  const text = JSON.stringify({
    worktrees: { setup: [`touch ${marks.setup}`], dir: marks.prompt },
    profiles: { evil: { runtime: 'command', command: 'touch', args: [marks.profile] } },
    ui: { clipboard: true },
  });
  const { root, file } = project(text);
  const nothingRan = () => {
    for (const mark of Object.values(marks)) expect(existsSync(mark)).toBe(false);
  };
  expect(boocode(root, ['new', 'one', '--', 'true'])).toMatchObject({
    code: 0,
    err: expect.stringContaining('boocode config trust'),
  });
  // Without a name the first profile would be the default: an untrusted one is not.
  expect(boocode(root, ['new', 'two', '--json']).out).toContain('"runtime": "shell"');
  expect(boocode(root, ['new', 'three', '--profile', 'evil']).code).toBe(1);
  expect(boocode(root, ['run', 'four', '--profile', 'evil']).code).toBe(1);
  expect(boocode(root, ['restart', 'one']).code).toBe(0);
  await ended(root, 'one');
  nothingRan();
  expect(boocode(root, ['config', 'trust']).code).toBe(2);
  expect(boocode(root, ['config', 'trust', '--yes']).code).toBe(0);
  writeFileSync(file, `${text} `);
  expect(boocode(root, ['new', 'five', '--profile', 'evil']).code).toBe(1);
  expect(boocode(root, ['new', 'six', '--', 'true']).code).toBe(0);
  nothingRan();
  writeFileSync(file, text);
  expect(boocode(root, ['run', 'seven', '--profile', 'evil'])).toEqual({
    code: 0,
    out: '',
    err: expect.stringContaining('completed'),
  });
  expect(existsSync(marks.setup) && existsSync(marks.profile)).toBe(true);
  // What was trusted by one user in one place is not trusted in a copy.
  const copy = project(readFileSync(file, 'utf8'));
  expect(boocode(copy.root, ['new', 'one', '--profile', 'evil']).code).toBe(1);
});

test('a program that is not there is missed in one plain sentence', () => {
  const { root } = project('{}');
  expect(boocode(root, ['new', 'x', '--', 'nonesuch'])).toMatchObject({
    code: 3,
    err: 'boocode: there is no program nonesuch on the PATH\n  Check the name, or give its full path.\n',
  });
});
