import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { type Lock, takeLock } from '../../src/daemon/lock.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { listHolders, ownLockName, socketOf } from '../../src/util/holder.ts';
import { daemonSocket, projectPaths, runtimeFolder } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

function project() {
  const root = tempFolder('lock');
  ensureFolder(root);
  return { root, at: projectPaths(root).locks };
}
const take = async (root: string): Promise<Lock | number> => {
  const taken = await takeLock({ root, socket: daemonSocket(root) });
  return 'lock' in taken ? taken.lock : taken.holder.pid;
};
/** The name of another process's file, or of one that was here or elsewhere under other circumstances. */
const nameOf = (pid: number | string, start: number | string | null, place: Partial<Record<Place, string>> = {}) => {
  const [boot, space, machine] = ownLockName().slice(0, -'.lock'.length).split('-').slice(-3);
  const { boot: b = boot, space: s = space, machine: m = machine } = place;
  return `daemon-${pid}-${start}-${b}-${s}-${m}.lock`;
};
type Place = 'boot' | 'space' | 'machine';

test('a lock is held once, in the project and for its user alone, and can be taken again after its owner has died', async () => {
  const { root, at } = project();
  const child = spawn('sleep', ['60']);
  writeFileSync(join(at, nameOf(child.pid!, processStart(child.pid!))), '');
  expect(await take(root)).toBe(child.pid);
  child.kill('SIGKILL');
  await until('the owner is dead', () => processStart(child.pid!) === null);
  const lock = (await take(root)) as Lock;
  expect(readdirSync(at)).toEqual([ownLockName()]);
  expect(statSync(at).mode & 0o777).toBe(0o700);
  expect(statSync(join(at, ownLockName())).mode & 0o777).toBe(0o600);
  expect(readFileSync(projectPaths(root).gitignore, 'utf8')).toContain('\n/run/\n');
  lock.release();
  expect(readdirSync(at)).toEqual([]);
});

test.for([
  ['whose process id is used again', () => nameOf(process.ppid, 1)],
  ['of an earlier boot', () => nameOf(process.ppid, processStart(process.ppid), { boot: '0'.repeat(8) })],
] as const)('an owner %s is dead', async ([, name]) => {
  const { root, at } = project();
  writeFileSync(join(at, name()), '');
  const lock = (await take(root)) as Lock;
  expect(readdirSync(at)).toEqual([ownLockName()]);
  lock.release();
});

test('an owner in another container keeps the lock while it answers, and loses it when it does not', async () => {
  const { root, at } = project();
  const other = join(at, nameOf(7, 7, { space: '0'.repeat(8) }));
  writeFileSync(other, '');
  expect(await take(root)).toBe(7);
  const old = new Date(Date.now() - 60_000);
  utimesSync(other, old, old);
  const asked = take(root);
  await until('it is asked', () => readdirSync(at).includes(ownLockName()));
  utimesSync(other, new Date(), new Date());
  expect(await asked).toBe(7);
  utimesSync(other, old, old);
  const lock = (await take(root)) as Lock;
  expect(readdirSync(at)).toEqual([ownLockName()]);
  // The owner answers who asks, and lays its file down again when the folder was emptied.
  utimesSync(join(at, ownLockName()), old, old);
  writeFileSync(other, '');
  await until('it answers', () => statSync(join(at, ownLockName())).mtimeMs > old.getTime() + 1000);
  lock.release();
});

test('a process that has ended but was not waited for is dead', async () => {
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
  const [pid] = await new Promise<string[]>((resolve) =>
    parent.stdout.once('data', (text) => resolve(String(text).split('\n'))),
  );
  await until('the zombie counts as dead', () => processStart(Number(pid)) === null);
  parent.kill('SIGKILL');
});

test('a socket that a lock names is believed only where nobody else can have put it there', async () => {
  const { root, at } = project();
  const file = join(at, ownLockName());
  const named = (socket: string) => {
    writeFileSync(file, `${socket}\n`);
    return socketOf(root, listHolders(root)[0]!);
  };
  const servers: ReturnType<typeof createServer>[] = [];
  const listen = async (path: string) => {
    const server = createServer().listen(path);
    servers.push(server);
    await new Promise((resolve) => server.once('listening', resolve));
    return path;
  };
  const good = await listen(join(runtimeFolder(root), 'd.sock'));
  expect(named(good)).toBe(good);
  writeFileSync(file, good);
  expect(socketOf(root, listHolders(root)[0]!)).toBeNull();
  const hash = basename(dirname(good));
  const open = join(tempFolder('s'), hash);
  mkdirSync(open, { mode: 0o755 });
  expect(named(await listen(join(open, 'd.sock')))).toBeNull();
  const elsewhere = join(tempFolder('s'), '0123456789ab');
  mkdirSync(elsewhere, { mode: 0o700 });
  expect(named(await listen(join(elsewhere, 'd.sock')))).toBeNull();
  const link = join(tempFolder('s'), hash);
  symlinkSync(dirname(good), link);
  expect(named(join(link, 'd.sock'))).toBeNull();
  expect(named(await listen(join(dirname(good), 'x.sock')))).toBeNull();
  for (const server of servers) server.close();
});

test('links and folders under the name of a lock are nobody’s', async () => {
  const { root, at } = project();
  symlinkSync('/etc/passwd', join(at, nameOf(process.ppid, processStart(process.ppid))));
  mkdirSync(join(at, nameOf(1, processStart(1))));
  const lock = (await take(root)) as Lock;
  expect(listHolders(root).map(({ pid }) => pid)).toEqual([process.pid]);
  lock.release();
});
