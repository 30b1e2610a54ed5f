import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { RunStep } from '../../src/schema/run.ts';
import { userConfigPath } from '../../src/util/paths.ts';
import { untilAgent } from './chat.ts';
import { asRun, callAgent, putWorkflow, SCRIPT, startRun, trustIt, turnOf } from './running.ts';
import { createWorld, env, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const git = (...args: string[]) => execFileSync('git', args, { cwd: world.root, encoding: 'utf8' }).trim();
const error = async (task: Promise<unknown>) => {
  const failed = await task.then(
    () => null,
    (reason: unknown) => reason as { code: string; message: string },
  );
  return failed && { code: failed.code, message: failed.message };
};

describe('a workflow', () => {
  const ARGS = `export const meta = { name: 'args', description: '', args: {
    count: { type: 'number', required: true }, loud: { type: 'boolean', default: false }, side: { choices: ['left', 'right'] } } };
export default async function main() {}`;
  const home = process.env.HOME!;
  const start = (workflow: string, args: object = {}) =>
    client.call('run.start', { workflow, args: { ...args }, cwd: world.root, env: asRun() });
  afterEach(() => rmSync(join(home, '.boocode'), { recursive: true, force: true }));

  test('of the project hides one of the home folder, and a broken one says where', async () => {
    const own = putWorkflow(home, 'workflows/x.js', SCRIPT);
    putWorkflow(home, 'flows/f.yaml', 'name: f\nsteps: [{ id: a, kind: agent, prompt: hi }]');
    putWorkflow(world.root, 'workflows/y.js', SCRIPT);
    putWorkflow(world.root, 'workflows/bad.js', 'export const meta = {};\nlet x = ;\n');
    putWorkflow(world.root, 'flows/bad.yaml', 'name: g\nsteps: []\n');
    const { workflows } = await client.call('workflow.list', {});
    const found = Object.fromEntries(workflows.map((one) => [`${one.form} ${one.name}`, one]));
    expect(found['script work']).toMatchObject({ from: 'project', shadows: [own], trusted: false, problem: null });
    expect(found['flow f']).toMatchObject({ from: 'home', trusted: true });
    expect(found['script bad']?.problem).toMatchObject({ line: 2, column: 9 });
    expect(found['flow bad']).toBeUndefined();
    expect(await error(start('bad'))).toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('bad.js:2:9'),
    });
    const { message, code } = (await error(start('nothing')))!;
    expect([code, message]).toEqual(['not_found', expect.stringMatching(/known: .*work/)]);
  });

  test('of the repository runs with the content that was trusted, and no other', async () => {
    const file = putWorkflow(world.root, 'workflows/work.js', SCRIPT);
    expect(await error(start('work'))).toMatchObject({ code: 'untrusted' });
    expect(await error(client.call('workflow.trust', { name: 'work', hash: 'another' }))).toMatchObject({
      code: 'conflict',
    });
    await trustIt(client, 'work');
    const { agent } = await start('work');
    expect(agent).toMatchObject({ runtime: 'workflow', name: 'work', worktree: null });
    writeFileSync(file, `${SCRIPT}\n`);
    expect(await error(start('work'))).toMatchObject({ code: 'untrusted' });
  });

  test('is not begun with who cannot carry out its calls, or is not there', async () => {
    putWorkflow(home, 'workflows/x.js', SCRIPT);
    const by = (who: object) =>
      error(client.call('run.start', { workflow: 'work', args: {}, cwd: world.root, env: asRun(), ...who }));
    expect(await by({ runtime: 'shell' })).toMatchObject({
      message: expect.stringContaining('cannot carry out a call'),
    });
    expect(await by({ runtime: 'command-exec' })).toMatchObject({ code: 'usage' });
    expect(await by({ runtime: 'nobody' })).toMatchObject({ message: expect.stringMatching(/no runtime "nobody"/) });
    expect(await by({ profile: 'nobody' })).toMatchObject({ message: expect.stringMatching(/no profile "nobody"/) });
    expect((await client.call('agent.list', { all: true })).agents).toEqual([]);
  });

  test('takes the arguments that it describes, as what they are', async () => {
    putWorkflow(home, 'workflows/args.js', ARGS);
    const wrong = await error(start('args', { loud: 'maybe', side: 'up', other: 1 }));
    expect(wrong).toEqual({
      code: 'usage',
      message:
        'the arguments of args are wrong: other: there is no such argument; count: it is required; loud: it is true or false; side: it is one of: left, right',
    });
    const { agent } = await start('args', { count: '3' });
    const { spec } = await client.call('run.spec', { agent: agent.id });
    expect(spec).toMatchObject({ args: { count: 3, loud: false }, source: ARGS, base: git('rev-parse', 'HEAD') });
    const path = join(world.root, '.boocode', 'runs', `${agent.id}.json`);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(spec);
    expect(git('status', '--porcelain')).toBe('');
  });

  test('has the bounds of the config', async () => {
    mkdirSync(dirname(userConfigPath()), { recursive: true });
    writeFileSync(userConfigPath(), JSON.stringify({ workflows: { limits: { agents: 3 }, sandbox: { turnMs: 70 } } }));
    putWorkflow(home, 'workflows/work.js', SCRIPT);
    const { agent } = await start('work');
    const { spec } = await client.call('run.spec', { agent: agent.id });
    rmSync(userConfigPath());
    expect([spec.limits, spec.sandbox.turnMs, spec.sandbox.steps]).toEqual([{ agents: 3, calls: 1000 }, 70, 2_000_000]);
  });
});

describe('a run', () => {
  const STEP: RunStep = {
    ...{ id: 'a', label: 'A', phase: null, kind: 'agent', status: 'completed', attempt: 1, cached: false },
    ...{ agent: null, deps: [], parent: null, detail: null, result: 'fine' },
  };
  const COUNTS = { known: 1, running: 0, done: 1, failed: 0, skipped: 0, cached: 0 };
  const REPORTS = [
    { type: 'runBegan', workflow: 'work', form: 'script', phases: [] },
    { type: 'step', step: STEP, counts: COUNTS },
  ];
  const ENDED = { type: 'runEnded', outcome: 'completed', result: '1', error: null, place: null };

  test('is an agent that tells its steps', async () => {
    const { id } = await startRun(world, client, { reports: [...REPORTS, ENDED, { exit: 0 }] });
    const agent = await untilAgent(client, id, 'has ended', ({ status }) => status.state === 'completed');
    expect(agent.run).toMatchObject({ outcome: 'completed', steps: COUNTS });
    const { run, children } = await client.call('run.get', { agent: id });
    expect(run).toMatchObject({ workflow: 'work', result: '1', steps: [{ id: 'a', result: 'fine' }] });
    expect(children).toEqual([]);
  });

  test('that ended without a word is known to have failed', async () => {
    const { id } = await startRun(world, client, { reports: [...REPORTS, { exit: 3 }] });
    await untilAgent(client, id, 'has ended', ({ status }) => status.state === 'failed');
    expect((await client.call('run.get', { agent: id })).run).toMatchObject({ outcome: 'failed' });
  });

  test('is not started as an agent, and no other agent is a run', async () => {
    const wrong = await error(world.start(client, 'x', undefined, { argv: undefined, runtime: 'workflow' }));
    expect(wrong).toMatchObject({ code: 'usage' });
    const { runtimes } = await client.call('runtimes.list', { env: env() });
    expect(runtimes.map(({ id }) => id)).not.toContain('workflow');
    const shell = await world.start(client, 'y');
    expect(await error(client.call('run.get', { agent: shell.id }))).toMatchObject({ code: 'usage' });
    expect(await error(callAgent(client, shell.id, 'a', {}))).toMatchObject({ code: 'usage' });
  });

  test('stopped, takes along what it started, but for what is to go on', async () => {
    const run = await startRun(world, client);
    const { agent } = await callAgent(client, run.id, 'a', { prompt: 'wait 600000' });
    const more = { argv: undefined, runtime: 'demo-chat', parentId: run.id };
    const below = await world.start(client, 'below', undefined, { ...more, parentId: agent.id });
    const free = await world.start(client, 'free', undefined, { ...more, detached: true });
    await client.call('agent.stop', { agent: run.id });
    for (const { id } of [agent, below]) {
      const { status } = await untilAgent(client, id, 'is stopped', (one) => one.status.state === 'cancelled');
      expect(status.evidence.detail).toMatch(/^what started it has ended/);
    }
    expect((await client.call('agent.get', { agent: free.id })).agent.status.state).not.toBe('cancelled');
    expect(await error(callAgent(client, run.id, 'b', {}))).toMatchObject({ code: 'conflict' });
  });

  test('that was stopped by a daemon that was killed then takes them along at the next start', async () => {
    const run = await startRun(world, client);
    const { agent } = await callAgent(client, run.id, 'a', { prompt: 'wait 600000' });
    // Ended by the signal itself, before it listens for it, it would be a run that was lost, and goes on.
    const { pid } = await untilAgent(client, run.id, 'has begun', ({ sessionId }) => sessionId !== null);
    await kill(await world.daemonPid(client));
    process.kill(pid!, 'SIGTERM');
    client = await world.connect();
    await untilAgent(client, agent.id, 'is stopped', (one) => one.status.state === 'cancelled');
  });
});

describe('a call of a run', () => {
  test('is carried out once, however often it is asked for, also over a crash', async () => {
    const run = await startRun(world, client);
    const both = await Promise.all([callAgent(client, run.id, 'k', {}), callAgent(client, run.id, 'k', {})]);
    expect(new Set(both.map(({ agent }) => agent.id)).size).toBe(1);
    const { agent } = both[0];
    expect(agent).toMatchObject({ parentId: run.id, runtime: 'demo-chat', call: { key: 'k' } });
    expect(await turnOf(client, agent)).toMatchObject({ outcome: 'completed', text: 'done', turn: 1 });
    await client.call('agent.stop', { agent: agent.id, because: 'done' });
    await kill(await world.daemonPid(client));
    client = await world.connect();
    expect(await callAgent(client, run.id, 'k', {})).toMatchObject({ known: true, agent: { id: agent.id } });
    expect(await turnOf(client, agent)).toMatchObject({ outcome: 'completed', text: 'done' });
    const again = await callAgent(client, run.id, 'k', {}, { again: true });
    expect(again.known).toBe(false);
    expect(again.agent.id).not.toBe(agent.id);
    expect((await callAgent(client, run.id, 'k', {})).agent.id).toBe(again.agent.id);
    expect((await client.call('run.get', { agent: run.id })).children).toHaveLength(2);
  });

  test('starts from the commit that the run started from, on a branch of its own', async () => {
    const run = await startRun(world, client);
    const base = git('rev-parse', 'HEAD');
    git('commit', '-q', '--allow-empty', '-m', 'later');
    const { agent } = await callAgent(client, run.id, 'Fix: a bug!', { worktree: true });
    expect(agent).toMatchObject({ name: 'fix-a-bug', branch: 'boo/fix-a-bug', base: 'main', baseCommit: base });
    expect(existsSync(join(agent.worktree!, 'file.txt'))).toBe(true);
    const other = await callAgent(client, run.id, 'fix a bug', { worktree: true });
    expect(other.agent.name).toBe('fix-a-bug-2');
  });

  test('has what the run says where it says nothing, and needs a runtime that tells its answers', async () => {
    const run = await startRun(world, client, { runtime: 'demo', model: 'demo-small', unattended: 'pause' });
    const { agent } = await callAgent(client, run.id, 'a', { runtime: undefined });
    expect(agent).toMatchObject({ runtime: 'demo-chat', model: 'demo-small', unattended: 'pause' });
    expect(await error(callAgent(client, run.id, 'b', { runtime: 'shell' }))).toMatchObject({ code: 'usage' });
    expect(await error(callAgent(client, run.id, 'c', { runtime: 'workflow' }))).toMatchObject({ code: 'usage' });
  });

  test('is over with its turn, its time, its bound of tools, or its process', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    const ask = async (key: string, more: object) => (await callAgent(client, run.id, key, more)).agent;
    const failed = await ask('failed', { prompt: 'say first\nfail broken' });
    expect(await turnOf(client, failed)).toMatchObject({ outcome: 'failed', text: 'first', message: 'broken' });
    const late = await ask('late', { prompt: 'wait 600000', timeout: 300 });
    expect(await turnOf(client, late)).toMatchObject({ outcome: 'timed_out', text: '' });
    const busy = await ask('busy', { prompt: 'run echo 1\nrun echo 2\nrun echo 3\nwait 600000' });
    expect(await turnOf(client, busy, 1, 2)).toMatchObject({ outcome: 'calls' });
    expect(await turnOf(client, busy, 1, 2)).toMatchObject({ outcome: 'calls' });
    const gone = await ask('gone', { prompt: 'say first' });
    await turnOf(client, gone);
    const second = turnOf(client, gone, 2);
    await client.call('agent.stop', { agent: gone.id });
    expect(await second).toMatchObject({ outcome: 'ended', agent: { id: gone.id } });
    const shell = await world.start(client, 'shell');
    expect(await error(turnOf(client, shell))).toMatchObject({ code: 'conflict' });
  });

  test('whose process is begun again by itself goes on in the turn that comes then', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    const { agent } = await callAgent(client, run.id, 'a', { prompt: 'limit 4' });
    const first = turnOf(client, agent);
    const held = await untilAgent(client, agent.name, 'is held', ({ status }) => status.state === 'paused');
    process.kill(held.pid!, 'SIGKILL');
    expect(await first).toMatchObject({ outcome: 'completed', turn: 2, text: 'Noted: Continue.', agent: { epoch: 2 } });
    expect(await turnOf(client, agent)).toMatchObject({ outcome: 'completed', turn: 2 });
  });

  test('that a rate limit ended goes on in the same process once it is lifted', async () => {
    const run = await startRun(world, client, { unattended: 'auto' });
    const { agent } = await callAgent(client, run.id, 'a', { prompt: 'limit 1' });
    const whole = { outcome: 'completed', turn: 2, text: 'Noted: Continue.', agent: { epoch: 1 } };
    expect(await turnOf(client, agent)).toMatchObject(whole);
    expect(await turnOf(client, agent)).toMatchObject(whole);
  });
});
