import { rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, untilAgent } from './chat.ts';
import { callAgent, putWorkflow, SCRIPT, startRun, turnOf } from './running.ts';
import { createWorld, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
let changes = 0;
let messages: string[] = [];
beforeEach(async () => {
  changes = 0;
  messages = [];
  world = createWorld();
  client = await world.connect({
    on: { workflows: () => (changes += 1), message: ({ text }) => void messages.push(text) },
  });
  await client.call('subscribe', {});
});
afterEach(() => world.end());

test('workflow files are watched, from the first one on, and a broken one is told with its place', async () => {
  const names = async () => (await client.call('workflow.list', {})).workflows.map(({ name }) => name);
  const told = (what: string) => until(what, () => changes > 0, { seen: () => messages });
  expect(await names()).not.toContain('work');
  const file = putWorkflow(world.root, 'workflows/work.js', SCRIPT);
  await told('the first file is told');
  expect(await names()).toContain('work');
  changes = 0;
  writeFileSync(file, `${SCRIPT}let x = ;\n`);
  await until('the problem is said', () => messages.find((text) => text.startsWith(`${file}:3:9: `)), {
    seen: () => messages,
  });
  await told('the change is told');
  changes = 0;
  rmSync(file);
  await told('its end is told');
  expect(await names()).not.toContain('work');
});

describe('an agent that may do only some things', () => {
  const outcomes = async (prompt: string, capabilities: string[]) => {
    const more = { argv: undefined, runtime: 'demo-chat', unattended: 'auto', prompt, capabilities };
    const agent = await world.start(client, 'a', undefined, more);
    await turnOf(client, agent);
    const events = await eventsOf(client, agent.id);
    return ofType(events, 'toolFinished').map(({ outcome }) => outcome);
  };

  test('is denied everything else, and nobody is asked', async () => {
    expect(await outcomes('run echo x\nwrite x.txt x\nread file.txt', ['read'])).toEqual(['denied', 'denied', 'done']);
  });

  test('does what it may unasked where that is wanted', async () => {
    expect(await outcomes('run echo x\nwrite x.txt x', ['execute'])).toEqual(['done', 'denied']);
  });
});

describe('a run whose host is gone', () => {
  const BEGAN = [
    { type: 'runBegan', workflow: 'work', form: 'script', phases: [] },
    { type: 'phase', title: 'Begun' },
  ];
  const ENDED = { type: 'runEnded', outcome: 'failed', result: null, error: 'x', place: null };
  const hosts = async () => (await client.call('status', {})).hosts.map(({ pid }) => pid);

  test.each([true, false])('goes on by itself (daemon there: %s), with what its calls gave', async (there) => {
    const run = await startRun(world, client, { reports: BEGAN });
    const { agent } = await callAgent(client, run.id, 'k', {});
    await turnOf(client, agent);
    await untilAgent(client, run.id, 'has begun', (one) => one.run?.phase === 'Begun');
    const pids = await hosts();
    // First: it would begin the run again in the moment between.
    if (!there) await kill(await world.daemonPid(client));
    await Promise.all(pids.map(kill));
    if (!there) client = await world.connect();
    const again = await untilAgent(client, run.id, 'goes on', (one) => one.epoch === 2 && one.turn?.number === 2);
    expect(again.sessionId).toBe(run.id);
    expect(await callAgent(client, run.id, 'k', {})).toMatchObject({ known: true, agent: { id: agent.id } });
    expect(await turnOf(client, agent)).toMatchObject({ outcome: 'completed', text: 'done' });
  });

  test('goes on although the daemon was killed while it was being begun again', async () => {
    const run = await startRun(world, client, { reports: BEGAN });
    await untilAgent(client, run.id, 'has begun', (one) => one.run?.phase === 'Begun');
    const pid = await world.daemonPid(client);
    await Promise.all((await hosts()).map(kill));
    // Its daemon needs a while to start a host.
    await untilAgent(client, run.id, 'is being begun again', ({ epoch }) => epoch === 2);
    await kill(pid);
    client = await world.connect();
    await untilAgent(client, run.id, 'goes on', (one) => one.epoch >= 2 && one.turn?.number === 2);
  });

  test('or whose process somebody killed, goes on with the agents that work for it', async () => {
    const run = await startRun(world, client, { reports: BEGAN });
    const { agent } = await callAgent(client, run.id, 'k', { prompt: 'wait 600000' });
    const { pid } = await untilAgent(client, run.id, 'has begun', (one) => one.run?.phase === 'Begun');
    process.kill(pid!, 'SIGKILL');
    await untilAgent(client, run.id, 'goes on', (one) => one.epoch === 2 && one.turn?.number === 2);
    expect((await callAgent(client, run.id, 'k', {})).agent).toMatchObject({ id: agent.id, epoch: 1, endedAt: null });
  });

  test('stays ended when it had ended, or was to', async () => {
    const over = await startRun(world, client, { reports: [...BEGAN, ENDED] });
    await untilAgent(client, over.id, 'has said how it ended', (one) => one.run?.outcome === 'failed');
    await Promise.all((await hosts()).map(kill));
    await untilAgent(client, over.id, 'is lost', ({ status }) => status.state === 'failed');
    const other = await startRun(world, client);
    expect((await client.call('agent.get', { agent: over.id })).agent).toMatchObject({ epoch: 1 });
    await client.call('agent.stop', { agent: other.id });
  });
});
