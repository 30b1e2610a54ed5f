import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connectDaemon } from '../../src/client/daemon.ts';
import { processStart } from '../../src/util/process.ts';
import { boocode, json } from '../cli/boocode.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

let root: string;
let folder: string;
beforeEach(() => {
  root = makeRepository();
  folder = join(root, '.boocode');
});
afterEach(() => {
  boocode(root, ['daemon', 'stop', '--agents', '--yes']);
});

const start = (name: string) => json<{ id: string; pid: number }>(root, 'new', name, '--', 'cat');
/** What the daemon writes meanwhile may be in its way. */
const clean = () => spawnSync('git', ['clean', '-xdfq'], { cwd: root });
const cleanAll = () =>
  until('all of it is taken away', () => {
    clean();
    return !existsSync(folder);
  });
const agents = () => json<{ agents: { name: string; pid: number | null }[] }>(root, 'ls').agents;
const pids = () => Object.fromEntries(agents().map(({ name, pid }) => [name, pid]));
const killDaemon = () => process.kill(json<{ pid: number }>(root, 'daemon', 'status').pid, 'SIGKILL');
/** Names of records; one is copied under another name first. */
const records = () => readdirSync(join(folder, 'sessions')).filter((name) => name.endsWith('.jsonl'));
const recordOf = (id: string) =>
  readFileSync(join(folder, 'sessions', records().find((name) => name.includes(id))!), 'utf8');
const text = (file: string) => (existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '');

/** A screen that tells somebody what the daemon says. */
async function openScreen() {
  const texts: string[] = [];
  const on = { message: ({ text }: { text: string }) => void texts.push(text) };
  const screen = await connectDaemon({ root, start: true, env: process.env, on });
  await screen.call('subscribe', {});
  await screen.call('screen.attend', { sees: [], focused: null, asks: false, tells: true, shows: false, env: {} });
  // What was said before an answer has arrived with it.
  await screen.call('status', {});
  return { texts, screen };
}

test('git clean under a daemon: agents, records and state are there again, also for the next daemon', async () => {
  const one = start('one');
  const before = recordOf(one.id);
  const owner = text('owner');
  const recording = `recordings/${one.id}.1.cast`;
  await cleanAll();
  const two = start('two');
  expect(recordOf(one.id).startsWith(before)).toBe(true);
  expect(text('owner')).toBe(owner);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
  expect(boocode(root, ['send', 'one', 'hello']).code).toBe(0);
  await until('its recording is there again', () => text(recording).includes('hello'), { seen: () => text(recording) });
  expect(JSON.parse(text(recording).split('\n')[0]!)).toMatchObject({ version: 3 });
  await until('its state is there again', () => text('state.json').includes(two.id));
  killDaemon();
  expect(pids()).toEqual({ one: one.pid, two: two.pid });
  await cleanAll();
  boocode(root, ['daemon', 'stop']);
  expect(pids()).toEqual({ one: one.pid, two: two.pid });
  await cleanAll();
  expect(boocode(root, ['restart', 'two'])).toMatchObject({ code: 0 });
  expect(boocode(root, ['archive', 'two'])).toMatchObject({ code: 0 });
  await cleanAll();
  expect(boocode(root, ['stop', 'one'])).toMatchObject({ code: 0 });
  killDaemon();
  expect(pids()).toEqual({ one: null });
  expect(boocode(root, ['rm', 'one', '--yes'])).toMatchObject({ code: 0 });
  expect(readdirSync(folder).filter((name) => name.startsWith('foreign-'))).toEqual([]);
});

test('a daemon that nobody asks anything makes all of it again, too, and tells a screen once', async () => {
  const one = start('one');
  const before = recordOf(one.id);
  const { texts, screen } = await openScreen();
  rmSync(folder, { recursive: true, maxRetries: 9 });
  await until('it is told', () => texts.length > 0);
  expect(recordOf(one.id).startsWith(before)).toBe(true);
  expect(readdirSync(join(folder, 'run'))).toHaveLength(1);
  await until('its state is there again', () => text('state.json').includes(one.id));
  expect(texts).toEqual([
    expect.stringMatching(/\.boocode was taken away .*made again with the state and the records/),
  ]);
  screen.close();
  rmSync(join(folder, 'sessions', records()[0]!));
  await until('a record alone is there again', () => records().length === 1);
  expect(recordOf(one.id).startsWith(before)).toBe(true);
  killDaemon();
  expect(pids()).toEqual({ one: one.pid });
});

test.for(['sessions', 'state.json', 'owner', 'log', 'run'])('only %s is taken away', async (name) => {
  const one = start('one');
  const before = recordOf(one.id);
  await until('the state is there', () => text('state.json').includes(one.id));
  rmSync(join(folder, name), { recursive: true, maxRetries: 9 });
  const two = start('two');
  await until('the state is there', () => text('state.json').includes(two.id));
  expect(existsSync(join(folder, name))).toBe(true);
  expect(recordOf(one.id).startsWith(before)).toBe(true);
  killDaemon();
  expect(pids()).toEqual({ one: one.pid, two: two.pid });
});

test('a run of a workflow goes on with what it was started with, also after the next daemon began', async () => {
  const go = join(tempFolder('go'), 'go');
  mkdirSync(join(folder, 'flows'), { recursive: true });
  const wait = `run: "until [ -e '${go}' ]; do sleep 0.05; done"`;
  const steps = [
    `  - id: wait\n    kind: code\n    ${wait}`,
    '  - id: after\n    kind: code\n    deps: [wait]\n    run: echo it-is-done',
  ];
  writeFileSync(join(folder, 'flows', 'long.yaml'), `name: long\ndescription: waits\nsteps:\n${steps.join('\n')}\n`);
  execFileSync('git', ['add', '-A'], { cwd: root });
  execFileSync('git', ['commit', '-qm', 'flow'], { cwd: root });
  const started = boocode(root, ['workflow', 'run', 'long', '--trust']);
  expect(started).toMatchObject({ code: 0 });
  await until('its first step is at work', () => json<{ agents: unknown[] }>(root, 'ls', '--all').agents.length > 1);
  clean();
  await until('it is there again', () => text('state.json') !== '' && readdirSync(join(folder, 'runs')).length === 1);
  killDaemon();
  writeFileSync(go, '');
  const done = boocode(root, ['workflow', 'status', 'long', '--wait']);
  expect(done).toMatchObject({ code: 0, out: expect.stringContaining('it-is-done') });
});

test.for(['link', 'file'])('a %s in its place is refused in a sentence, and nothing is written there', async (kind) => {
  const one = start('one');
  const { texts, screen } = await openScreen();
  const elsewhere = tempFolder('elsewhere');
  mkdirSync(join(elsewhere, 'sessions'));
  rmSync(folder, { recursive: true, maxRetries: 9 });
  if (kind === 'link') symlinkSync(elsewhere, folder);
  else writeFileSync(folder, '');
  for (const round of [1, 2]) {
    const { code, out, err } = boocode(root, ['new', `no${round}`, '--', 'cat']);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toBe(`boocode: ${folder} is not a folder\n  Move it away: BooCode keeps its state there.\n`);
  }
  expect(boocode(root, ['send', 'one', 'hello']).code).toBe(0);
  expect(pids()).toEqual({ one: one.pid });
  await until('it is told', () => texts.length > 0);
  expect(texts[0]).toBe(
    `${folder} is not a folder. Move it away: BooCode keeps its state there. Agents go on; what they do is written as soon as that works again.`,
  );
  screen.close();
  expect(readdirSync(elsewhere)).toEqual(['sessions']);
  expect(readdirSync(join(elsewhere, 'sessions'))).toEqual([]);
  rmSync(folder);
  const two = start('two');
  await until('the state is there', () => text('state.json').includes(two.id));
  killDaemon();
  expect(pids()).toEqual({ one: one.pid, two: two.pid });
});

test('what was taken away while no daemon ran is gone, and who looks is told that its agents were ended', async () => {
  start('one');
  boocode(root, ['daemon', 'stop']);
  await until('the daemon has left', () => readdirSync(join(folder, 'run')).length === 0);
  await cleanAll();
  const { texts, screen } = await openScreen();
  expect(texts).toEqual([expect.stringMatching(/^1 running agent was ended of which nothing is known any more/)]);
  screen.close();
});

test('after daemon stop nothing writes there any more: the project can be removed at once, and stays so', () => {
  for (let round = 0; round < 3; round++) {
    start(`one${round}`);
    const { pid } = json<{ pid: number }>(root, 'daemon', 'status');
    expect(boocode(root, ['daemon', 'stop', '--agents', '--yes']).code).toBe(0);
    expect(processStart(pid)).toBeNull();
    rmSync(folder, { recursive: true });
    expect(existsSync(folder)).toBe(false);
  }
});
