import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import { projectPaths } from '../../src/util/paths.ts';
import { processStart } from '../../src/util/process.ts';
import { boocode, json, program } from '../cli/boocode.ts';
import { processesWith } from '../support/processes.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { openTerminal } from '../support/terminal.ts';
import { until } from '../support/wait.ts';

const usual = process.env.XDG_RUNTIME_DIR!;
const roots: string[] = [];
const repository = () => {
  const root = makeRepository();
  roots.push(root);
  return root;
};
afterEach(() => {
  for (const root of roots.splice(0)) boocode(root, ['daemon', 'stop', '--agents', '--yes']);
  rmSync(usual, { recursive: true, force: true });
  // Whoever is about to leave may have made it again just now.
  mkdirSync(usual, { recursive: true, mode: 0o700 });
});

interface Status {
  pid: number;
  agents: number;
  hosts: { pid: number }[];
}
const status = (root: string) => json<Status>(root, 'daemon', 'status');
const pidsOf = (root: string) =>
  json<{ agents: { name: string; pid: number; status: { state: string } }[] }>(root, 'ls').agents.map(
    ({ name, pid, status }) => ({ name, pid, failed: status.state === 'failed' }),
  );
const daemons = (root: string) =>
  processesWith(process.env.BOOCODE_TEST_ROOT!).filter(
    ({ command }) => /boocode daemon|daemon\.js/.test(command) && command.includes(root),
  );
const cat = (root: string, name: string) =>
  json<{ pid: number }>(root, 'new', name, '--', 'sh', '-c', `echo I am ${name}; exec cat`).pid;
const showsReady = (root: string, name: string) =>
  until(`${name} has said so`, () => boocode(root, ['screen', name]).out.includes(`I am ${name}`));

test('whatever runtime folder somebody has, there is one daemon, and they all reach it', async () => {
  const root = repository();
  const other = tempFolder('run');
  const run = (XDG_RUNTIME_DIR: string) =>
    promisify(execFile)(process.execPath, [program, 'daemon', 'status', '--json'], {
      cwd: root,
      env: { ...process.env, XDG_RUNTIME_DIR },
    });
  const start = (XDG_RUNTIME_DIR: string) =>
    promisify(execFile)(process.execPath, [program, 'ls'], { cwd: root, env: { ...process.env, XDG_RUNTIME_DIR } });
  // As cron and a login do in the same moment.
  await Promise.all([usual, other, usual, other, usual, other].map(start));
  await until('those that came second have left', () => daemons(root).length === 1, { seen: () => daemons(root) });
  const pids = await Promise.all(
    [usual, other].map(async (one) => (JSON.parse((await run(one)).stdout) as Status).pid),
  );
  expect(new Set(pids)).toEqual(new Set([daemons(root)[0]!.pid]));
  // Who found it elsewhere leaves nothing of its own.
  const made = [usual, other].filter(
    (one) => existsSync(join(one, 'boocode')) && readdirSync(join(one, 'boocode')).length,
  );
  expect(made).toHaveLength(1);
  const { PATH, HOME, XDG_DATA_HOME, BOOCODE_TEST_ROOT } = process.env;
  const bare = { PATH, HOME, XDG_DATA_HOME, BOOCODE_TEST_ROOT, TMPDIR: tempFolder('tmp') };
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'daemon', 'status', '--json'], {
    cwd: root,
    env: bare,
  });
  expect(JSON.parse(stdout)).toMatchObject({ pid: pids[0] });
  expect(readdirSync(bare.TMPDIR)).toEqual([]);
});

test('agents of a daemon that was killed are found again from another runtime folder', async () => {
  const root = repository();
  const pid = cat(root, 'one');
  const { pid: daemon } = status(root);
  process.kill(daemon, 'SIGKILL');
  await until('it is gone', () => processStart(daemon) === null);
  // As if it had died before it wrote its first snapshot.
  rmSync(projectPaths(root).state, { force: true });
  const env = { XDG_RUNTIME_DIR: tempFolder('run') };
  const { agents } = JSON.parse(boocode(root, ['ls', '--json'], { env }).out);
  expect(agents).toMatchObject([
    { name: 'one', pid, status: { state: expect.stringMatching(/running|idle|unknown/) } },
  ]);
});

test('a runtime folder that is deleted comes back: same daemon, same agents, same screens, and new ones start', async () => {
  const root = repository();
  const pid = cat(root, 'one');
  await showsReady(root, 'one');
  const before = status(root);
  rmSync(join(usual, 'boocode'), { recursive: true });
  expect(pidsOf(root)).toEqual([{ name: 'one', pid, failed: false }]);
  expect(status(root)).toMatchObject({ pid: before.pid, hosts: before.hosts });
  const cockpit = openTerminal([process.execPath, program, 'attach', 'one'], { cwd: root, cols: 80, rows: 24 });
  await cockpit.shows('I am one');
  cockpit.kill();
  cat(root, 'two');
  await until('there is one daemon', () => daemons(root).length === 1);
});

test('a daemon killed in the moment in which the folder goes loses no agent', async () => {
  const root = repository();
  const pid = cat(root, 'one');
  await showsReady(root, 'one');
  const before = status(root);
  await until('the state on the disk names the host', () =>
    readFileSync(projectPaths(root).state, 'utf8').includes(`"pid":${before.hosts[0]!.pid}`),
  );
  process.kill(before.pid, 'SIGKILL');
  rmSync(join(usual, 'boocode'), { recursive: true });
  expect(pidsOf(root)).toEqual([{ name: 'one', pid, failed: false }]);
  expect(boocode(root, ['screen', 'one']).out).toContain('I am one');
  expect(status(root).hosts).toMatchObject([{ pid: before.hosts[0]!.pid }]);
});

test('a runtime folder that cannot be made again is left for the temp folder, and everybody finds that', async () => {
  const root = repository();
  const TMPDIR = tempFolder('tmp');
  const env = { TMPDIR };
  const { pid } = JSON.parse(
    boocode(root, ['new', 'one', '--json', '--', 'sh', '-c', 'echo I am one; exec cat'], { env }).out,
  );
  rmSync(usual, { recursive: true });
  writeFileSync(usual, 'in the way');
  const again = { TMPDIR, XDG_RUNTIME_DIR: tempFolder('run') };
  const list = () => JSON.parse(boocode(root, ['ls', '--json'], { env: again }).out);
  expect(list()).toMatchObject({ agents: [{ name: 'one', pid }] });
  const { pid: daemon } = JSON.parse(boocode(root, ['daemon', 'status', '--json'], { env: again }).out);
  await until('the host is there too', () =>
    readdirSync(dirname(join(TMPDIR, `boocode-${process.getuid!()}`, 'x'))).some((hash) =>
      readdirSync(join(TMPDIR, `boocode-${process.getuid!()}`, hash)).some((name) => name.startsWith('h-')),
    ),
  );
  process.kill(daemon, 'SIGKILL');
  expect(list()).toMatchObject({ agents: [{ name: 'one', pid }] });
  expect(boocode(root, ['screen', 'one'], { env: again }).out).toContain('I am one');
  expect(boocode(root, ['daemon', 'stop', '--agents', '--yes'], { env: again }).code).toBe(0);
  await until('the daemon has left', () => daemons(root).length === 0);
  rmSync(usual);
});

test('a daemon that cannot be reached is named, and no second one starts', async () => {
  const root = repository();
  json(root, 'ls');
  const { pid } = status(root);
  process.kill(pid, 'SIGSTOP');
  rmSync(join(usual, 'boocode'), { recursive: true });
  try {
    const { code, err } = boocode(root, ['ls']);
    expect({ code, err }).toMatchObject({ code: 4, err: expect.stringContaining(`is served by daemon ${pid}`) });
    expect(err).not.toContain('\n  at ');
    await until('there is one daemon', () => daemons(root).length === 1);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
});

test('a daemon that hangs holds no verb and no cockpit: it is named, with what lets it go on', async () => {
  const root = repository();
  json(root, 'ls');
  const { pid } = status(root);
  process.kill(pid, 'SIGSTOP');
  const cockpit = openTerminal([process.execPath, program], { cwd: root });
  try {
    const said = new RegExp(`\\(process ${pid}\\) did not answer within 10 s[\\s\\S]*kill -CONT ${pid}`);
    expect(boocode(root, ['ls'])).toMatchObject({ code: 4, err: expect.stringMatching(said) });
    expect(await cockpit.ended()).toBe(4);
    expect(cockpit.raw).toMatch(said);
  } finally {
    cockpit.kill();
    process.kill(pid, 'SIGCONT');
  }
  expect(boocode(root, ['ls']).code).toBe(0);
  expect(status(root).pid).toBe(pid);
});

test.runIf(process.getuid?.() === 0)('the daemon and the state of another user are left alone, as under sudo', () => {
  const root = repository();
  json(root, 'ls');
  const { pid } = status(root);
  const { locks, owner } = projectPaths(root);
  chownSync(join(locks, readdirSync(locks)[0]!), 65534, 65534);
  const env = { XDG_RUNTIME_DIR: tempFolder('run') };
  expect(boocode(root, ['ls'], { env })).toMatchObject({
    code: 4,
    err: expect.stringContaining(`is served by daemon ${pid} of another user (uid 65534)`),
  });
  boocode(root, ['daemon', 'stop']);
  chownSync(owner, 65534, 65534);
  expect(boocode(root, ['ls'])).toMatchObject({ code: 4, err: expect.stringContaining('another user (uid 65534)') });
  chownSync(owner, 0, 0);
});

test('a runtime folder in which no socket can be is told in a sentence, and nothing is made there', () => {
  const root = makeRepository({ plain: '' });
  const long = join(process.env.BOOCODE_TEST_ROOT!, 'x'.repeat(100));
  expect(boocode(root, ['ls'], { env: { XDG_RUNTIME_DIR: long } })).toMatchObject({
    code: 4,
    err: expect.stringMatching(
      /^boocode: the folder \S+ is too long for sockets: .*\n {2}Set XDG_RUNTIME_DIR to [^\n]*\n$/,
    ),
  });
  expect(existsSync(long)).toBe(false);
  for (const path of ['/proc/none', join(root, 'plain')]) {
    const { code, err } = boocode(root, ['ls'], { env: { XDG_RUNTIME_DIR: path } });
    expect(code).toBe(4);
    expect(err).toMatch(/could not be made: (no such file or directory|not a directory)\n/);
    // Names of temporary folders are made of such letters too.
    expect(err.replace(path, '')).not.toMatch(/undefined|E[A-Z]{3,}/);
  }
  expect(existsSync(join(root, '.boocode'))).toBe(false);
});

test('a runtime folder that was opened to others is closed again, and the daemon is found in it', () => {
  const root = repository();
  json(root, 'ls');
  const { pid } = status(root);
  const [hash] = readdirSync(join(usual, 'boocode'));
  const folder = join(usual, 'boocode', hash!);
  chmodSync(folder, 0o777);
  expect(status(root).pid).toBe(pid);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});
