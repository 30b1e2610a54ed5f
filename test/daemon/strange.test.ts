import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { createWorld, env } from './world.ts';

const world = createWorld();
afterAll(() => world.end());

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
const elsewhere = () => join(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'else-')), 'moved');

interface Made {
  client: DaemonClient;
  agent: Agent;
  worktree: string;
  /** Its second commit. */
  tip: string;
}

/** An agent that has committed twice and left staged, changed and untracked files, and has ended. */
async function worker(name: string): Promise<Made> {
  const client = await world.connect();
  const agent = await world.start(client, name, ['sh', '-c', 'exit 0'], { worktree: true });
  const worktree = agent.worktree!;
  for (const file of ['first', 'second']) {
    writeFileSync(join(worktree, file), file);
    git(worktree, 'add', file);
    git(worktree, 'commit', '-qm', file);
  }
  writeFileSync(join(worktree, 'staged'), 'staged');
  git(worktree, 'add', 'staged');
  writeFileSync(join(worktree, 'file.txt'), 'changed\n');
  writeFileSync(join(worktree, 'loose'), 'untracked');
  await client.call('agent.wait', { agent: name, states: ['completed'], timeoutMs: 60_000 });
  return { client, agent, worktree, tip: git(worktree, 'rev-parse', 'HEAD') };
}

const STATUS = ['A  staged', ' M file.txt', '?? loose'].sort();
const statusOf = (worktree: string) => git(worktree, 'status', '--porcelain').split('\n').sort();
const names = async (client: DaemonClient) =>
  (await client.call('agent.list', { all: true })).agents.map((agent) => agent.name);
const listed = () => git(world.root, 'worktree', 'list', '--porcelain');

describe('an agent whose branch was deleted by hand is removed with its work saved, and comes back', () => {
  test.each([
    [
      'under its HEAD',
      (_worktree: string, branch: string) => git(world.root, 'update-ref', '-d', `refs/heads/${branch}`),
    ],
    [
      'after its HEAD was detached',
      (worktree: string, branch: string) => {
        git(worktree, 'checkout', '-q', '--detach');
        git(world.root, 'branch', '-qD', branch);
      },
    ],
  ])('%s', async (how, spoil) => {
    const name = `branch ${how.length}`;
    const { client, agent, worktree, tip } = await worker(name);
    spoil(worktree, agent.branch!);
    expect(await client.call('agent.risk', { agent: name })).toMatchObject({
      uncommitted: expect.arrayContaining(['staged', 'file.txt', 'loose']),
      unmerged: 2,
    });
    expect((await client.call('agent.risk', { agent: name })).uncommitted).toHaveLength(3);
    const { saved, notes } = await client.call('agent.rm', { agent: name });
    expect(saved).not.toBeNull();
    expect(notes).toEqual([`its branch ${agent.branch} had been deleted by hand`]);
    expect(await names(client)).not.toContain(name);
    expect(existsSync(worktree)).toBe(false);
    git(world.root, 'reflog', 'expire', '--expire=now', '--all');
    git(world.root, 'gc', '-q', '--prune=now');
    const { agent: back } = await client.call('agent.restore', { agent: name });
    expect(back).toMatchObject({ worktree, branch: agent.branch });
    expect(git(worktree, 'rev-parse', agent.branch!)).toBe(tip);
    expect(statusOf(worktree)).toEqual(STATUS);
  });

  test('while its HEAD was moved elsewhere: the commits that only its log names are kept', async () => {
    const { client, agent, worktree, tip } = await worker('elsewhere');
    for (const file of ['staged', 'loose']) rmSync(join(worktree, file));
    git(worktree, 'checkout', '-qf', '--detach', 'HEAD~2');
    git(world.root, 'branch', '-qD', agent.branch!);
    const { saved } = await client.call('agent.archive', { agent: 'elsewhere' });
    git(world.root, 'gc', '-q', '--prune=now');
    expect(git(world.root, 'merge-base', '--is-ancestor', tip, saved!.ref)).toBe('');
    await client.call('agent.restore', { agent: 'elsewhere' });
    expect(git(worktree, 'rev-parse', agent.branch!)).toBe(tip);
  });

  test('with nothing that names its commits any more', async () => {
    const { client, agent, worktree } = await worker('nothing left');
    const folder = git(worktree, 'rev-parse', '--absolute-git-dir');
    git(world.root, 'update-ref', '-d', `refs/heads/${agent.branch}`);
    rmSync(join(folder, 'logs'), { recursive: true });
    const { saved } = await client.call('agent.rm', { agent: 'nothing left' });
    for (const file of ['first', 'second', 'staged', 'loose'])
      git(world.root, 'cat-file', '-e', `${saved!.ref}:${file}`);
  });
});

test('the base branch was deleted by hand', async () => {
  git(world.root, 'branch', 'trunk');
  const client = await world.connect();
  const more = { worktree: true, base: 'trunk' };
  const { worktree } = await world.start(client, 'based', ['sh', '-c', 'exit 0'], more);
  writeFileSync(join(worktree!, 'loose'), 'x');
  git(world.root, 'branch', '-qD', 'trunk');
  expect((await client.call('agent.rm', { agent: 'based' })).saved).not.toBeNull();
  expect(await names(client)).not.toContain('based');
});

describe('a worktree that was deleted by hand', () => {
  test('restart says what is true, restore makes it again with what was staged, and prunes no other entry', async () => {
    const { client, worktree, agent } = await worker('deleted');
    const other = elsewhere();
    git(world.root, 'worktree', 'add', '-q', '--detach', other);
    rmSync(worktree, { recursive: true });
    rmSync(other, { recursive: true });
    await expect(client.call('agent.restart', { agent: 'deleted', env: env() })).rejects.toMatchObject({
      message: `its worktree ${worktree} was deleted`,
      hint: expect.stringContaining('boocode restore deleted'),
    });
    expect((await client.call('agent.get', { agent: 'deleted' })).agent.epoch).toBe(1);
    const { agent: back } = await client.call('agent.restore', { agent: 'deleted' });
    expect(back).toMatchObject({ worktree, branch: agent.branch });
    expect(statusOf(worktree)).toEqual(['A  staged']);
    expect(listed()).toContain(other);
    git(world.root, 'worktree', 'prune');
    const { agent: again } = await client.call('agent.restart', { agent: 'deleted', env: env() });
    expect(again.epoch).toBe(2);
    await client.call('agent.rm', { agent: 'deleted' });
  });

  test('rm removes the agent, saving commits that only its HEAD had', async () => {
    const { client, worktree, tip } = await worker('detached');
    git(worktree, 'checkout', '-q', '--detach');
    git(worktree, 'commit', '-qm', 'third');
    const head = git(worktree, 'rev-parse', 'HEAD');
    expect(head).not.toBe(tip);
    rmSync(worktree, { recursive: true });
    const { saved, notes } = await client.call('agent.rm', { agent: 'detached' });
    expect(notes).toEqual([`its worktree ${worktree} had been deleted by hand`]);
    git(world.root, 'gc', '-q', '--prune=now');
    git(world.root, 'merge-base', '--is-ancestor', head, saved!.ref);
    expect(listed()).not.toContain(worktree);
  });

  test.each([
    ['a file', (worktree: string) => writeFileSync(worktree, 'mine')],
    ['a folder', (worktree: string) => mkdirSync(join(worktree, 'mine'), { recursive: true })],
    ['a link', (worktree: string) => symlinkSync(world.root, worktree)],
    ['another repository', (worktree: string) => git(world.root, 'clone', '-q', world.root, worktree)],
  ])('and %s lies there now: that stays, the agent goes', async (what, put) => {
    const name = what.replace(/ /g, '-');
    const { client, worktree, agent, tip } = await worker(name);
    rmSync(worktree, { recursive: true });
    put(worktree);
    await expect(client.call('agent.restart', { agent: name, env: env() })).rejects.toMatchObject({
      message: `something else lies where its worktree was, at ${worktree}`,
    });
    await expect(client.call('agent.restore', { agent: name })).rejects.toMatchObject({ code: 'conflict' });
    const { saved, notes } = await client.call('agent.rm', { agent: name });
    expect(notes).toEqual([`something else lies at ${worktree} now and was left as it is`]);
    expect(git(world.root, 'show', `${saved!.ref}:staged`)).toBe('staged');
    expect(existsSync(join(world.root, 'file.txt'))).toBe(true);
    expect(git(world.root, 'status', '--porcelain', 'file.txt')).toBe('');
    expect(existsSync(worktree)).toBe(true);
    expect(git(world.root, 'worktree', 'list', '--porcelain')).not.toContain(agent.branch);
    if (what === 'a link') unlinkSync(worktree);
    else rmSync(worktree, { recursive: true });
    await client.call('agent.restore', { agent: name });
    expect(git(worktree, 'rev-parse', 'HEAD')).toBe(tip);
  });
});

describe('a worktree that was moved by hand is never removed where it is now', () => {
  test('with git worktree move: restore goes on there', async () => {
    const { client, worktree } = await worker('wanderer');
    const moved = elsewhere();
    git(world.root, 'worktree', 'move', worktree, moved);
    await expect(client.call('agent.restart', { agent: 'wanderer', env: env() })).rejects.toMatchObject({
      message: `its worktree ${worktree} was moved to ${moved}`,
    });
    const { notes, saved } = await client.call('agent.rm', { agent: 'wanderer' });
    expect(notes).toEqual([`its worktree had been moved to ${moved} and was left there`]);
    expect(git(world.root, 'show', `${saved!.ref}:loose`)).toBe('untracked');
    expect(statusOf(moved)).toEqual(STATUS);
    const { agent } = await client.call('agent.restore', { agent: 'wanderer' });
    expect(agent).toMatchObject({ worktree: moved, cwd: moved });
    await client.call('agent.restart', { agent: 'wanderer', env: env() });
  });

  test('with a link left behind', async () => {
    const { client, worktree } = await worker('linked');
    const moved = elsewhere();
    renameSync(worktree, moved);
    symlinkSync(moved, worktree);
    const { notes, saved } = await client.call('agent.rm', { agent: 'linked' });
    expect(notes).toEqual([`its worktree had been moved to ${moved} and was left there`]);
    expect(git(world.root, 'show', `${saved!.ref}:loose`)).toBe('untracked');
    expect(statusOf(moved)).toEqual(STATUS);
  });

  test("nor is a person's own worktree on the branch of an archived agent taken for it", async () => {
    const { client, worktree, agent } = await worker('shelved');
    await client.call('agent.archive', { agent: 'shelved' });
    const own = elsewhere();
    git(world.root, 'worktree', 'add', '-q', own, agent.branch!);
    await expect(client.call('agent.restore', { agent: 'shelved' })).rejects.toMatchObject({
      message: expect.stringContaining(`is checked out in ${own}`),
    });
    await client.call('agent.rm', { agent: 'shelved' });
    expect(existsSync(own)).toBe(true);
    expect(git(world.root, 'rev-parse', agent.branch!)).toBe(git(own, 'rev-parse', 'HEAD'));
    git(world.root, 'worktree', 'remove', own);
    await client.call('agent.restore', { agent: 'shelved' });
    expect(statusOf(worktree)).toEqual(STATUS);
  });
});

test('the .git of the project was moved away: the agent goes, its folder stays, and comes back with it', async () => {
  const { client, worktree } = await worker('homeless');
  renameSync(join(world.root, '.git'), join(world.root, 'away'));
  await expect(client.call('agent.restart', { agent: 'homeless', env: env() })).rejects.toMatchObject({
    message: `the git repository of ${world.root} is gone`,
  });
  const { notes } = await client.call('agent.rm', { agent: 'homeless' });
  expect(notes).toEqual([`${world.root} has no git repository any more, so ${worktree} was left as it is`]);
  expect(readFileSync(join(worktree, 'loose'), 'utf8')).toBe('untracked');
  await expect(client.call('agent.restore', { agent: 'homeless' })).rejects.toMatchObject({
    hint: expect.stringContaining('Move it back'),
  });
  renameSync(join(world.root, 'away'), join(world.root, '.git'));
  await client.call('agent.restore', { agent: 'homeless' });
  expect(statusOf(worktree)).toEqual(STATUS);
  await client.call('agent.rm', { agent: 'homeless' });
});

test('what was uncommitted in an archived agent comes back after it was removed too', async () => {
  const { client, worktree } = await worker('twice');
  const { saved } = await client.call('agent.archive', { agent: 'twice' });
  await client.call('agent.rm', { agent: 'twice' });
  const { agent } = await client.call('agent.restore', { agent: 'twice' });
  expect(saved).not.toBeNull();
  expect(agent.worktree).toBe(worktree);
  expect(statusOf(worktree)).toEqual(STATUS);
});

describe('an interrupted', () => {
  test('removal, tried again, restores what was there before it', async () => {
    const { client, agent, worktree } = await worker('halfway');
    const record = () => readFileSync(join(world.root, '.boocode', 'sessions', `completed-${agent.id}.jsonl`), 'utf8');
    // A lock stops the removal after the work has been saved, as a kill in that moment would.
    git(world.root, 'worktree', 'lock', worktree);
    await expect(client.call('agent.rm', { agent: 'halfway' })).rejects.toMatchObject({ code: 'conflict' });
    git(world.root, 'worktree', 'unlock', worktree);
    expect(record()).toContain('"type":"saved"');
    for (const file of ['loose', 'first']) rmSync(join(worktree, file));
    await client.call('agent.rm', { agent: 'halfway' });
    await client.call('agent.restore', { agent: 'halfway' });
    expect(statusOf(worktree)).toEqual(STATUS);
  });

  test('removal after which work went on saves that work', async () => {
    const { client, worktree } = await worker('went-on');
    git(world.root, 'worktree', 'lock', worktree);
    await expect(client.call('agent.rm', { agent: 'went-on' })).rejects.toMatchObject({ code: 'conflict' });
    git(world.root, 'worktree', 'unlock', worktree);
    writeFileSync(join(worktree, 'later'), 'later');
    rmSync(join(worktree, 'loose'));
    await client.call('agent.rm', { agent: 'went-on' });
    await client.call('agent.restore', { agent: 'went-on' });
    expect(statusOf(worktree)).toEqual([' M file.txt', '?? later', 'A  staged'].sort());
  });

  test('restore, tried again, brings everything back', async () => {
    const { client, agent, worktree } = await worker('half-back');
    await client.call('agent.archive', { agent: 'half-back' });
    // What a daemon leaves that is killed after git has made the worktree and before the files are in it.
    git(world.root, 'worktree', 'add', '-q', worktree, agent.branch!);
    await client.call('agent.restore', { agent: 'half-back' });
    expect(statusOf(worktree)).toEqual(STATUS);
  });
});
