import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Operation } from '../../src/schema/change.ts';
import { filesOf as everyFile } from '../git/repo.ts';
import { createRandom } from '../support/random.ts';
import { apply, git, lines, writer } from './applying.ts';
import { createWorld, kill } from './world.ts';

const world = createWorld();
const { root } = world;
afterAll(() => world.end());

const KILLS = 100;
const FILES = 12;

/** The files of the project without BooCode's own. */
const present = () => everyFile(root, ['.git', '.boocode']);

/** A project, an agent that changed most of it in all ways, and how long all of that takes to arrive. */
async function prepare() {
  const put = writer(root);
  for (let n = 0; n < FILES; n++) put(`f${n}.txt`, lines());
  mkdirSync(join(root, 'old'));
  put(
    'old/moved.txt',
    lines((n) => `moved ${n}`),
  );
  put('old/gone.txt', 'gone\n');
  git(root, 'add', '.');
  git(root, 'commit', '-qm', 'files');
  const client = await world.connect();
  const agent = await world.start(client, 'works', ['cat'], { worktree: true });
  const write = writer(agent.worktree!);
  for (let n = 0; n < FILES; n++)
    write(
      `f${n}.txt`,
      lines((m) => (m === 3 ? 'three' : m)),
    );
  mkdirSync(join(agent.worktree!, 'new/deep'), { recursive: true });
  renameSync(join(agent.worktree!, 'old/moved.txt'), join(agent.worktree!, 'new/moved.txt'));
  rmSync(join(agent.worktree!, 'old/gone.txt'));
  write('new/deep/fresh.txt', 'fresh\n');
  const before = present();
  const names = (await client.call('changes.list', { agent: 'works', fresh: true })).changes[0]!.files.map(
    ({ file }) => file,
  );
  const start = performance.now();
  await apply(client, 'works', names);
  const duration = performance.now() - start;
  const after = present();
  await client.call('changes.undo', { operation: null });
  expect(present()).toEqual(before);
  client.close();
  return { before, after, names, duration };
}
let ready: ReturnType<typeof prepare> | undefined;

/** Kills the daemon this long after `task` began, and gives a connection to the next one, which has found out what was written. */
async function killDuring(task: (client: DaemonClient) => Promise<unknown>, ms: number) {
  const { before, after } = await ready!;
  const client = await world.connect();
  const pid = await world.daemonPid(client);
  const doing = task(client).catch(() => null);
  await delay(ms);
  await kill(pid);
  await doing;
  client.close();
  const torn = Object.entries(present()).filter(
    ([name, content]) =>
      !/(^|\/)\.boocode-[0-9a-f]+-\d+$/.test(name) && content !== before[name] && content !== after[name],
  );
  expect(torn).toEqual([]);
  const next = await world.connect();
  const { operations } = await next.call('changes.operations', {});
  const now = present();
  expect(Object.keys(now).filter((name) => name.includes('.boocode-'))).toEqual([]);
  return { next, operations, now };
}

/** Files of which the record says that they were written, by the names they have on both sides. */
const writtenBy = (operation: Operation | undefined) => {
  const files = new Set(operation?.files.filter(({ outcome }) => outcome === 'written').map(({ file }) => file));
  return {
    size: files.size,
    has: (name: string) => files.has(name) || (name === 'old/moved.txt' && files.has('new/moved.txt')),
  };
};

test(`the daemon killed ${KILLS} times in the middle of an apply: each file is as before or as asked, and the record says which`, async () => {
  ready ??= prepare();
  const { before, after, names, duration } = await ready;
  const random = createRandom(11);
  const seen = { nothing: 0, all: 0, some: 0 };
  // What it takes changes with what else the machine does: deaths that came too early or too late move the next ones.
  let span = duration;
  for (let round = 0; round < KILLS; round++) {
    const ms = span * (0.45 + 0.55 * random.next());
    const { next, operations, now } = await killDuring((client) => apply(client, 'works', names), ms);
    const newest = operations.find(({ kind, undone }) => kind === 'apply' && !undone);
    const written = writtenBy(newest);
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[name] !== after[name])
        expect([name, now[name]]).toEqual([name, written.has(name) ? after[name] : before[name]]);
    }
    seen[written.size === 0 ? 'nothing' : written.size === names.length ? 'all' : 'some']++;
    if (written.size === 0) span *= 1.1;
    if (written.size === names.length) span *= 0.9;
    if (written.size > 0) await next.call('changes.undo', { operation: newest!.id });
    expect(present()).toEqual(before);
    expect(existsSync(join(root, 'new'))).toBe(false);
    next.close();
  }
  expect(readdirSync(join(root, '.boocode/operations')).length).toBeLessThanOrEqual(201);
  expect(git(root, 'status', '--porcelain')).toBe('');
  expect(git(root, 'fsck', '--no-dangling')).toBe('');
  // Else the moments were badly chosen, and nothing was tried.
  expect(seen.some).toBeGreaterThan(0);
}, 600_000);

test('an undo that is killed can be tried again, and then all is as before', async () => {
  ready ??= prepare();
  const { before, names, duration } = await ready;
  const random = createRandom(12);
  for (let round = 0; round < 20; round++) {
    const client = await world.connect();
    const { operation } = await apply(client, 'works', names);
    client.close();
    const ms = duration * (0.1 + 0.7 * random.next());
    const undo = (to: DaemonClient) => to.call('changes.undo', { operation: operation.id });
    const { next, operations } = await killDuring(undo, ms);
    const isUndone = operations.find(({ id }) => id === operation.id)!.undone;
    if (!isUndone) await undo(next);
    expect(present()).toEqual(before);
    next.close();
  }
}, 600_000);
