import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { until } from '../support/wait.ts';
import { createWorld, kill } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) => execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
const changesOf = async (agent: Agent) =>
  (await (await world.connect()).call('agent.get', { agent: agent.id })).agent.changes;
/** What is known at once; the numbers in the record follow within two seconds. */
const differs = (agent: Agent, files: number, added: number, removed: number) => {
  const look = async () => {
    const client = await world.connect();
    const { changes } = await client.call('changes.list', { agent: agent.id, fresh: false });
    const sum = (of: 'added' | 'removed') => changes[0]!.files.reduce((all, one) => all + one[of], 0);
    return [changes[0]!.files.length, sum('added'), sum('removed')];
  };
  const wanted = JSON.stringify([files, added, removed]);
  return until(`${agent.name}: ${wanted}`, async () => JSON.stringify(await look()) === wanted, { seen: look });
};
const counts = (agent: Agent, files: number, added: number, removed: number) =>
  until(
    `${agent.name} differs in ${files} files, +${added} -${removed}`,
    async () => {
      const now = await changesOf(agent);
      return now?.files === files && now.added === added && now.removed === removed;
    },
    { seen: () => changesOf(agent) },
  );

test('what a living agent changes is followed: files, commits, merges into its base, and after a crash of the daemon', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'edits', ['cat'], { worktree: true });
  const at = agent.worktree!;
  await differs(agent, 0, 0, 0);
  writeFileSync(join(at, 'file.txt'), 'first\nsecond\n');
  await counts(agent, 1, 1, 0);
  mkdirSync(join(at, 'new/deep'), { recursive: true });
  writeFileSync(join(at, 'new/deep/x.txt'), 'a\nb\n');
  await differs(agent, 2, 3, 0);
  git(at, 'add', '-A');
  git(at, 'commit', '-qm', 'work');
  writeFileSync(join(at, 'file.txt'), 'FIRST\nsecond\n');
  await differs(agent, 2, 4, 1);
  await kill(await world.daemonPid(client));
  rmSync(join(at, 'new'), { recursive: true });
  await differs(agent, 1, 2, 1);
  git(world.root, 'merge', '-q', '--ff-only', 'boo/edits');
  git(at, 'checkout', '-q', '--', '.');
  git(at, 'commit', '-q', '--allow-empty', '-m', 'HEAD moves');
  await counts(agent, 0, 0, 0);
});

test('an agent that ends keeps its last numbers, written to its record', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'short', ['sh', '-c', 'read line; echo more > more.txt'], { worktree: true });
  await client.call('agent.keys', { agent: agent.id, keys: ['Enter'] });
  await client.call('agent.wait', { agent: agent.id, states: ['completed'], timeoutMs: 60_000 });
  await counts(agent, 1, 1, 0);
});

test('a worktree that is being removed is no work of its agent', async () => {
  // As with very many files: some are gone for a while before all are.
  const bin = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'bin-'));
  const slow = 'case "$*" in *"worktree remove"*) for last; do :; done; rm "$last/file.txt"; sleep 2;; esac';
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  writeFileSync(join(bin, 'git'), `#!/bin/sh\n${slow}\nexec ${real} "$@"\n`, { mode: 0o755 });
  const large = createWorld({ daemonEnv: { PATH: `${bin}:${process.env.PATH}` } });
  onTestFinished(() => large.end());
  const client = await large.connect();
  const agent = await large.start(client, 'leaves', ['cat'], { worktree: true });
  const numbers = async () => (await client.call('agent.get', { agent: agent.id })).agent.changes;
  const are = (files: number, added: number) =>
    until(
      `${files} files, +${added} -0`,
      async () => isDeepStrictEqual(await numbers(), { files, added, removed: 0 }),
      {
        seen: numbers,
      },
    );
  writeFileSync(join(agent.worktree!, 'new.txt'), 'one\n');
  await are(1, 1);
  const { agent: archived } = await client.call('agent.archive', { agent: agent.id });
  expect(archived.changes).toEqual({ files: 1, added: 1, removed: 0 });
  await client.call('agent.restore', { agent: agent.id });
  writeFileSync(join(agent.worktree!, 'new.txt'), 'one\ntwo\n');
  await are(1, 2);
});

test('hunks are listed, split, approved and marked as reviewed; what is not there any more is refused', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'hunks', ['cat'], { worktree: true });
  const lines = (edit: (n: number) => string) =>
    Array.from({ length: 30 }, (_, index) => `${edit(index + 1)}\n`).join('');
  writeFileSync(join(agent.worktree!, 'new.txt'), lines(String));
  git(agent.worktree!, 'add', '-A');
  git(agent.worktree!, 'commit', '-qm', 'thirty lines');
  git(world.root, 'merge', '-q', 'boo/hunks');
  writeFileSync(
    join(agent.worktree!, 'new.txt'),
    lines((n) => (n === 3 || n === 6 || n === 25 ? `line ${n}` : `${n}`)),
  );
  const ask = { agent: 'hunks', file: 'new.txt' };
  const { changes } = await client.call('changes.list', { agent: 'hunks', fresh: true });
  expect(changes[0]!.files.map(({ file, hunks }) => [file, hunks.map(({ header }) => header)])).toEqual([
    ['new.txt', ['@@ -1,9 +1,9 @@', '@@ -22,7 +22,7 @@']],
  ]);
  const whole = await client.call('changes.diff', { ...ask, context: 1, split: false });
  expect(whole.hunks[1]!.lines.map(({ type, text }) => `${type} ${text}`)).toEqual([
    'context 24',
    'removed 25',
    'added line 25',
    'context 26',
  ]);
  const split = await client.call('changes.diff', { ...ask, context: 3, split: true });
  expect(split.hunks.map(({ hunk }) => hunk.header)).toEqual([
    '@@ -1,5 +1,5 @@',
    '@@ -4,6 +4,6 @@',
    '@@ -22,7 +22,7 @@',
  ]);
  const seen = split.change.newBlob;
  const middle = split.hunks[1]!.hunk.id;
  const part = { file: 'new.txt', pieces: [middle] };
  const after = await client.call('changes.decide', { agent: 'hunks', parts: [part], decision: 'approved', seen });
  expect(after.files[0]!.hunks.map(({ state }) => state)).toEqual([null, 'pending']);
  await client.call('changes.reviewed', { agent: 'hunks', file: null, reviewed: true });

  // The agent goes on: above, and at what was approved.
  writeFileSync(join(agent.worktree!, 'new.txt'), `new\n${lines((n) => (n === 3 || n === 6 ? `line ${n}` : `${n}`))}`);
  const later = (await client.call('changes.list', { agent: 'hunks', fresh: true })).changes[0]!.files[0]!;
  expect(later.hunks.flatMap(({ pieces }) => pieces.map(({ decision, fresh }) => [decision, fresh]))).toEqual([
    ['pending', true],
    ['pending', false],
    ['approved', false],
  ]);
  await expect(
    client.call('changes.decide', { agent: 'hunks', parts: [part], decision: 'pending', seen }),
  ).rejects.toMatchObject({
    code: 'conflict',
  });
  await expect(
    client.call('changes.diff', { ...ask, file: 'other.txt', context: 3, split: false }),
  ).rejects.toMatchObject({
    code: 'not_found',
    hint: 'It has changed new.txt.',
  });
  const all = await client.call('changes.list', { agent: null, fresh: false });
  expect(all.changes.map((one) => one.agent)).toContain('edits');
});

test('a worktree that vanishes is no trouble', async () => {
  const client = await world.connect();
  const agent = await world.start(client, 'gone', ['cat'], { worktree: true });
  writeFileSync(join(agent.worktree!, 'file.txt'), 'other\n');
  // The base has two lines by now.
  await counts(agent, 1, 1, 2);
  rmSync(agent.worktree!, { recursive: true });
  await client.call('agent.stop', { agent: agent.id });
  expect((await client.call('agent.get', { agent: agent.id })).agent.status.state).toBe('cancelled');
});

test('in the project’s own checkout only what is done there from the start of the agent on counts', async () => {
  const client = await world.connect();
  git(world.root, 'checkout', '-q', '-b', 'own');
  const agent = await world.start(client, 'own');
  await counts(agent, 0, 0, 0);
  writeFileSync(join(world.root, 'mine.txt'), 'a\n');
  git(world.root, 'add', 'mine.txt');
  git(world.root, 'commit', '-qm', 'mine');
  await counts(agent, 1, 1, 0);
  git(world.root, 'checkout', '-q', 'HEAD~1');
  git(world.root, 'commit', '-q', '--allow-empty', '-m', 'aside');
  git(world.root, 'checkout', '-q', '-b', 'else', 'HEAD~2');
  await counts(agent, 0, 0, 0);
});
