import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { createWorld, kill } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const at = (name: string) => join(world.root, name);
const read = (name: string) => readFileSync(at(name), 'utf8');
const lines = (edit: (n: number) => string | number = (n) => n) =>
  Array.from({ length: 30 }, (_, index) => `${edit(index + 1)}\n`).join('');
const filesOf = async (client: DaemonClient, agent: string) =>
  (await client.call('changes.list', { agent, fresh: true })).changes[0]!.files;
const piecesOf = async (client: DaemonClient, agent: string, file: string) =>
  (await filesOf(client, agent)).find((one) => one.file === file)!.hunks.flatMap(({ pieces }) => pieces);
const apply = (
  client: DaemonClient,
  agent: string,
  parts: { file: string; pieces: string[] | null }[] | null,
  more = {},
) => client.call('changes.apply', { agent, parts, target: null, stage: null, seen: null, ...more });

test('approved pieces arrive three-way in a target that moved; a dirty file stays; undo brings back each byte', async () => {
  writeFileSync(at('long.txt'), lines());
  writeFileSync(at('other.txt'), 'mine\n');
  git(world.root, 'add', '.');
  git(world.root, 'commit', '-qm', 'thirty lines');
  const client = await world.connect();
  const agent = await world.start(client, 'works', ['cat'], { worktree: true });
  writeFileSync(
    join(agent.worktree!, 'long.txt'),
    lines((n) => (n === 3 || n === 15 || n === 25 ? `line ${n}` : n)),
  );
  writeFileSync(join(agent.worktree!, 'new.txt'), 'new\n');
  chmodSync(join(agent.worktree!, 'new.txt'), 0o755);
  writeFileSync(at('other.txt'), 'dirty\n');
  writeFileSync(
    at('long.txt'),
    lines((n) => (n === 29 ? 'my own' : n)),
  );
  const pieces = await piecesOf(client, 'works', 'long.txt');
  await client.call('changes.decide', {
    agent: 'works',
    parts: [
      { file: 'long.txt', pieces: [pieces[0]!.id, pieces[2]!.id] },
      { file: 'new.txt', pieces: null },
    ],
    decision: 'approved',
    seen: null,
  });
  const { operation } = await apply(client, 'works', null);
  expect(operation).toMatchObject({
    kind: 'apply',
    agent: 'works',
    target: world.root,
    undone: false,
    files: [
      { file: 'long.txt', outcome: 'merged' },
      { file: 'new.txt', outcome: 'written' },
    ],
  });
  expect(read('long.txt')).toBe(lines((n) => (n === 29 ? 'my own' : n === 3 || n === 25 ? `line ${n}` : n)));
  expect(read('other.txt')).toBe('dirty\n');
  expect(statSync(at('new.txt')).mode & 0o777).toBe(0o777 & ~process.umask());
  expect((await piecesOf(client, 'works', 'long.txt')).map(({ decision }) => decision)).toEqual([
    'applied',
    'pending',
    'applied',
  ]);
  await expect(apply(client, 'works', null)).rejects.toMatchObject({
    code: 'failed',
    message: 'nothing of works is approved',
  });
  expect(git(world.root, 'diff', '--cached', '--name-only')).toBe('');

  await kill(await world.daemonPid(client));
  const again = await world.connect();
  const undone = await again.call('changes.undo', { operation: null });
  expect(undone.operation).toMatchObject({ kind: 'undo', undoes: operation.id });
  expect(read('long.txt')).toBe(lines((n) => (n === 29 ? 'my own' : n)));
  expect(existsSync(at('new.txt'))).toBe(false);
  expect((await piecesOf(again, 'works', 'long.txt')).map(({ decision }) => decision)).toEqual([
    'approved',
    'pending',
    'approved',
  ]);
  await again.call('changes.undo', { operation: undone.operation.id });
  expect(read('new.txt')).toBe('new\n');
  const { operations } = await again.call('changes.operations', {});
  expect(operations.map(({ kind, undone: gone }) => [kind, gone])).toEqual([
    ['undo', false],
    ['undo', true],
    ['apply', false],
  ]);
});

test('a reject takes the piece out of the worktree, keeps it, says who cannot be told, and shows it as returned', async () => {
  const client = await world.connect();
  const agent = (await client.call('agent.get', { agent: 'works' })).agent;
  const file = join(agent.worktree!, 'long.txt');
  const [, middle] = await piecesOf(client, 'works', 'long.txt');
  const reject = await client.call('changes.reject', {
    agent: 'works',
    parts: [{ file: 'long.txt', pieces: [middle!.id] }],
    reason: 'not asked for',
    now: true,
    seen: null,
  });
  expect(reject).toMatchObject({
    operation: { kind: 'reject', files: [{ file: 'long.txt', outcome: 'written' }] },
    told: null,
    untold: 'its runtime (command) takes no prompts: what is typed to it would be run or written',
  });
  expect(readFileSync(file, 'utf8')).toBe(lines((n) => (n === 3 || n === 25 ? `line ${n}` : n)));
  writeFileSync(
    file,
    lines((n) => (n === 3 || n === 15 || n === 25 ? `line ${n}` : n)),
  );
  expect((await piecesOf(client, 'works', 'long.txt')).map(({ decision }) => decision)).toEqual([
    'applied',
    'returned',
    'applied',
  ]);
  writeFileSync(
    file,
    lines((n) => (n === 3 || n === 25 ? `line ${n}` : n)),
  );
  await client.call('changes.undo', { operation: reject.operation!.id });
  expect((await piecesOf(client, 'works', 'long.txt')).map(({ decision }) => decision)).toEqual([
    'applied',
    'pending',
    'applied',
  ]);
});

test('two undos at once take back two operations', async () => {
  const client = await world.connect();
  git(world.root, 'checkout', '-q', '--', '.');
  const count = async () =>
    (await client.call('changes.operations', {})).operations.filter(({ undone }) => undone).length;
  const pieces = await piecesOf(client, 'works', 'long.txt');
  const before = await count();
  for (const { id } of [pieces[0]!, pieces[2]!]) await apply(client, 'works', [{ file: 'long.txt', pieces: [id] }]);
  const undo = () => client.call('changes.undo', { operation: null });
  const both = await Promise.all([undo(), undo()]);
  expect(new Set(both.map(({ operation }) => operation.undoes)).size).toBe(2);
  expect(await count()).toBe(before + 2);
  expect(read('long.txt')).toBe(lines());
});

test('an edit that is announced is shown as it would be, with whom it would meet, and nothing is written', async () => {
  const client = await world.connect();
  const other = await world.start(client, 'other', ['cat'], { worktree: true });
  const before = git(other.worktree!, 'status', '--porcelain');
  await client.call('changes.list', { agent: null, fresh: true });
  const content = (text: string) => Buffer.from(text).toString('base64');
  const shown = await client.call('changes.preview', {
    agent: 'other',
    edits: [
      { file: 'long.txt', content: content(lines((n) => (n === 16 ? 'sixteen' : n))) },
      { file: 'run.sh', content: content('#!/bin/sh\n'), mode: '100755' },
      { file: 'file.txt', content: null },
    ],
  });
  expect(shown.changes.map(({ change }) => `${change.kind} ${change.file} ${change.newMode}`)).toEqual([
    'deleted file.txt 000000',
    'edited long.txt 100644',
    'created run.sh 100755',
  ]);
  expect(shown.changes[1]!.hunks[0]!.lines.filter(({ type }) => type !== 'context')).toEqual([
    { type: 'removed', text: '16' },
    { type: 'added', text: 'sixteen' },
  ]);
  expect(shown.collisions.map(({ file, severity, agents }) => [file, severity, agents])).toEqual([
    ['long.txt', 'adjacent_line', ['other', 'works']],
  ]);
  expect(git(other.worktree!, 'status', '--porcelain')).toBe(before);
  await expect(
    client.call('changes.preview', { agent: 'other', edits: [{ file: '../x', content: '' }] }),
  ).rejects.toMatchObject({ code: 'usage' });
});
