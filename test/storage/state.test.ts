import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { ensureFolder } from '../../src/storage/folder.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { loadState, stateWriter } from '../../src/storage/state.ts';
import { projectPaths } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { until } from '../support/wait.ts';
import { fileOf } from './sample.ts';

const NOW = Date.UTC(2026, 10, 21, 3, 44, 18);
let root: string;
let paths: ReturnType<typeof projectPaths>;

beforeEach(() => {
  root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'state-'));
  paths = projectPaths(root);
  ensureFolder(root);
});

const store = async (...generations: number[]) => {
  const writer = stateWriter({ root });
  for (const generation of generations) await writer.write(fileOf(root, generation));
  await writer.close();
};

/** Python, with which a thread can outlive the first one of its process, as one in a system call does after a kill. */
const PYTHON = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path));
const OUTLIVED = `
import ctypes, sys, threading
threading.Thread(target=sys.stdin.read).start()
ctypes.CDLL(None).pthread_exit(None)
`;

describe('the state file', () => {
  test('is loaded as written, with the previous generation beside it, for this user alone', async () => {
    expect(await loadState({ root, now: NOW })).toEqual({ file: null, notices: [] });
    await store(1, 2);
    expect(await loadState({ root, now: NOW })).toEqual({ file: fileOf(root, 2), notices: [] });
    expect(JSON.parse(readFileSync(paths.previousState, 'utf8'))).toEqual(fileOf(root, 1));
    expect(statSync(paths.state).mode & 0o777).toBe(0o600);
  });

  test('counts on from what is there, whatever the caller counts', async () => {
    await store(7);
    await store(1, 1);
    expect((await loadState({ root, now: NOW })).file?.generation).toBe(9);
  });

  test('says that it cannot be written where its folder is none any more', async () => {
    await store(1);
    const writer = stateWriter({ root });
    await writer.write(fileOf(root, 2));
    rmSync(paths.folder, { recursive: true });
    writeFileSync(paths.folder, '');
    const told = writer.write(fileOf(root, 3));
    await expect(told).rejects.toThrow(`the state could not be written to ${paths.state}: ENOTDIR`);
  });

  test('takes the newest of many writes asked for at once, and all are answered', async () => {
    const writer = stateWriter({ root });
    await Promise.all(Array.from({ length: 50 }, (_, index) => writer.write(fileOf(root, index + 1))));
    await writer.close();
    const { file } = await loadState({ root, now: NOW });
    expect(file?.state.project.createdAt).toBe(50);
  });

  test('says that it cannot be written, and goes on when it can', async () => {
    const writer = stateWriter({ root: join(root, 'nowhere') });
    await expect(writer.write(fileOf(root, 1))).rejects.toMatchObject({ name: 'BooError', code: 'failed' });
    ensureFolder(mkdirAnd(join(root, 'nowhere')));
    await writer.write(fileOf(root, 1));
    expect((await loadState({ root: join(root, 'nowhere'), now: NOW })).file?.generation).toBe(1);
  });

  test.each([
    ['torn', (whole: string) => whole.slice(0, whole.length / 2), 'torn'],
    ['empty', () => '', 'torn'],
    ['foreign', () => '{"name":"somebody else"}', 'not written by BooCode'],
    ['of no version', () => '{"format":"boocode-state"}', 'names no version'],
    ['of the wrong shape', (whole: string) => whole.replace('"hosts":[]', '"hosts":7'), 'hosts'],
  ])('that is %s is set aside under a dated name and the previous generation is loaded', async (_, damage, reason) => {
    await store(1, 2);
    const damaged = damage(readFileSync(paths.state, 'utf8'));
    writeFileSync(paths.state, damaged);
    const { file, notices } = await loadState({ root, now: NOW });
    expect(file?.generation).toBe(1);
    const aside = `${paths.state}.broken-2026-11-21T03-44-18.000Z`;
    expect(notices.join('\n')).toContain(reason);
    expect(notices[0]).toContain(aside);
    expect(readFileSync(aside, 'utf8')).toBe(damaged);
    await store(2);
    writeFileSync(paths.state, '');
    await loadState({ root, now: NOW });
    expect(readdirSync(paths.folder)).toContain('state.json.broken-2026-11-21T03-44-18.000Z-2');
  });

  test('in whose place a folder or a link lies is set aside too', async () => {
    mkdirSync(paths.state);
    symlinkSync('/etc/passwd', paths.previousState);
    const { file, notices } = await loadState({ root, now: NOW });
    expect(file).toBeNull();
    expect(notices).toHaveLength(2);
    await store(1);
    expect((await loadState({ root, now: NOW })).file?.generation).toBe(1);
  });

  test('from the future is refused with both versions and left as it is', async () => {
    const text = JSON.stringify({ ...fileOf(root, 3), version: 99 });
    writeFileSync(paths.state, text);
    const load = loadState({ root, now: NOW });
    await expect(load).rejects.toMatchObject({ message: expect.stringMatching(/version 99.*up to 1/) });
    expect(readFileSync(paths.state, 'utf8')).toBe(text);
  });

  test('is loaded from the previous generation when a crash fell between two renames', async () => {
    await store(1);
    writeFileSync(paths.previousState, JSON.stringify(fileOf(root, 5)));
    expect((await loadState({ root, now: NOW })).file?.generation).toBe(5);
  });

  test('leaves temp files of living writers and removes those of dead ones', async () => {
    // No process has this number: it is above the largest one that Linux gives.
    writeFileSync(`${paths.state}.99999999.4711.1.tmp`, 'x');
    const held = `state.json.${process.ppid}.${processStart(process.ppid)}.1.tmp`;
    writeFileSync(join(paths.folder, held), 'x');
    // Another process has this number by now.
    writeFileSync(`${paths.state}.${process.ppid}.4711.1.tmp`, 'x');
    await loadState({ root, now: NOW });
    expect(readdirSync(paths.folder).filter((name) => name.endsWith('.tmp'))).toEqual([held]);
  });

  test.runIf(PYTHON)('a writer of which one thread is left is not dead yet: it may just be renaming', async () => {
    const child = spawn(PYTHON!, ['-c', OUTLIVED], { stdio: ['pipe', 'ignore', 'inherit'] });
    const start = processStart(child.pid!);
    const stat = () => readFileSync(`/proc/${child.pid}/stat`, 'latin1');
    await until('its first thread has ended', () => / Z /.test(stat()));
    const held = `state.json.${child.pid}.${start}.1.tmp`;
    writeFileSync(join(paths.folder, held), '');
    await loadState({ root, now: NOW });
    expect(readdirSync(paths.folder)).toContain(held);
    child.stdin.end();
    await once(child, 'exit');
    expect(processStart(child.pid!)).toBe(null);
    await loadState({ root, now: NOW });
    expect(readdirSync(paths.folder)).not.toContain(held);
  });

  test('a writer that was killed and not yet waited for is dead', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60']);
    const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))));
    await until('it has ended', () => processStart(pid) === null);
    writeFileSync(`${paths.state}.${pid}.4711.1.tmp`, 'x');
    await loadState({ root, now: NOW });
    parent.kill('SIGKILL');
    expect(readdirSync(paths.folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});

const mkdirAnd = (path: string) => {
  mkdirSync(path);
  return path;
};

test('migrate goes step by step from any earlier version', () => {
  const steps = { 1: (file: object) => ({ ...file, one: true }), 2: (file: object) => ({ ...file, two: true }) };
  expect(migrate({ version: 1 }, 'x', steps, 3)).toEqual({ version: 3, one: true, two: true });
  expect(migrate({ version: 2 }, 'x', steps, 3)).toEqual({ version: 3, two: true });
  expect(() => migrate({ version: 0 }, 'x', steps, 3)).toThrow('no migration from state version 0');
});

describe('ensureFolder', () => {
  test('makes private folders and a .gitignore that keeps lines of one’s own', () => {
    expect(statSync(paths.sessions).mode & 0o777).toBe(0o700);
    writeFileSync(paths.gitignore, 'mine\n/log/');
    ensureFolder(root);
    ensureFolder(root);
    const lines = readFileSync(paths.gitignore, 'utf8').split('\n');
    expect(lines.filter((line) => line === 'mine' || line === '/log/' || line === '/state.*')).toHaveLength(3);
  });

  test('keeps everything of ours out of git but the config', () => {
    execFileSync('git', ['init', '-q'], { cwd: root });
    const { folder: _folder, config, hooks, ...others } = paths;
    const ours = [...Object.values(others), join(hooks, 'report')];
    const out = execFileSync('git', ['check-ignore', ...ours, config], { cwd: root });
    expect(out.toString().trim().split('\n')).toEqual(ours);
  });

  test('refuses a link in its place', () => {
    const other = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'link-'));
    symlinkSync('/tmp', join(other, '.boocode'));
    expect(() => ensureFolder(other)).toThrow('is not a folder');
  });
});
