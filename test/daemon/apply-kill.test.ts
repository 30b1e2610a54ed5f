import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
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
const present = () =>
  Object.fromEntries(Object.entries(everyFile(root)).filter(([name]) => !name.startsWith('.boocode/')));

test(`the daemon killed ${KILLS} times in the middle of an apply: each file is as before or as asked, and the record says which`, async () => {
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
  let client = await world.connect();
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

  const random = createRandom(11);
  const seen = { nothing: 0, all: 0, some: 0 };
  for (let round = 0; round < KILLS; round++) {
    const pid = await world.daemonPid(client);
    const applying = apply(client, 'works', names).catch(() => null);
    await delay(duration * (0.45 + 0.55 * random.next()));
    await kill(pid);
    await applying;
    const torn = Object.entries(present()).filter(([name, content]) => {
      if (/(^|\/)\.boocode-[0-9a-f]+-\d+$/.test(name)) return false;
      return content !== before[name] && content !== after[name];
    });
    expect(torn).toEqual([]);
    client.close();
    client = await world.connect();
    const { operations } = await client.call('changes.operations', {});
    const now = present();
    expect(Object.keys(now).filter((name) => name.includes('.boocode-'))).toEqual([]);
    const newest = operations.find(({ kind, undone }) => kind === 'apply' && !undone);
    const written = new Set(newest?.files.filter(({ outcome }) => outcome === 'written').map(({ file }) => file));
    const isWritten = (name: string) => written.has(name === 'old/moved.txt' ? 'new/moved.txt' : name);
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (before[name] !== after[name])
        expect([name, now[name]]).toEqual([name, isWritten(name) ? after[name] : before[name]]);
    }
    seen[written.size === 0 ? 'nothing' : written.size === names.length ? 'all' : 'some']++;
    if (written.size > 0) await client.call('changes.undo', { operation: newest!.id });
    expect(present()).toEqual(before);
    expect(existsSync(join(root, 'new'))).toBe(false);
  }
  expect(readdirSync(join(root, '.boocode/operations')).length).toBeLessThanOrEqual(201);
  expect(git(root, 'status', '--porcelain')).toBe('');
  expect(git(root, 'fsck', '--no-dangling')).toBe('');
  // Else the moments were badly chosen, and nothing was tried.
  expect(seen.some).toBeGreaterThan(0);
}, 300_000);
