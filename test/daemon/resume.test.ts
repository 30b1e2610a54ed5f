import { chmodSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { dataFolder, userConfigPath } from '../../src/util/paths.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, startChat, untilAgent, untilTurn } from './chat.ts';
import { createWorld, env, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(async () => {
  rmSync(userConfigPath(), { force: true });
  await world.end();
});

const said = async (name: string) => ofType(await eventsOf(client, name), 'said').map(({ text }) => text);
const resume = (more: object = {}) => client.call('agent.resume', { agent: 'c', env: env(), ...more });
const configure = (config: object) => {
  mkdirSync(dirname(userConfigPath()), { recursive: true });
  writeFileSync(userConfigPath(), JSON.stringify(config));
};
const ended = (name: string) => untilAgent(client, name, 'has ended', ({ endedAt }) => endedAt !== null);

describe('resume', () => {
  test('goes on with the session of an ended agent: it remembers, turns are counted on, tokens add up', async () => {
    await startChat(world, client, 'c', 'say one\ntokens 100 10');
    const { sessionId } = await untilTurn(client, 'c', 1);
    await client.call('agent.stop', { agent: 'c' });
    const { agent, notes } = await resume({ prompt: 'say two\ntokens 100 10' });
    expect(notes).toEqual([]);
    expect(agent).toMatchObject({ epoch: 2, sessionId });
    expect((await untilTurn(client, 'c', 2)).tokens).toMatchObject({ input: 200, output: 20 });
    expect(await said('c')).toEqual(['one', 'I remember 1 prompt.', 'two']);
  });

  test('begins afresh with the full prompt when the session is refused, and says so', async () => {
    const heard: string[] = [];
    const other = await world.connect({ on: { message: ({ text }) => heard.push(text) } });
    await other.call('subscribe', {});
    await startChat(world, client, 'c', 'say one');
    const { sessionId } = await untilTurn(client, 'c', 1);
    await client.call('agent.stop', { agent: 'c' });
    rmSync(join(dataFolder(), 'demo-chat', `${sessionId}.json`));
    await resume({ prompt: 'say two' });
    const agent = await untilAgent(client, 'c', 'works afresh', ({ epoch, turn }) => epoch === 3 && turn?.number === 2);
    expect(agent.sessionId).not.toBe(sessionId);
    await untilTurn(client, 'c', 2);
    expect(await said('c')).toEqual(['one', 'one', 'two']);
    expect(ofType(await eventsOf(client, 'c'), 'restarted').at(-1)).toMatchObject({
      sessionId: null,
      why: expect.stringContaining('was refused'),
    });
    expect(heard).toContainEqual(expect.stringContaining('begun afresh'));
  });

  test('gives a living agent its prompt, refuses one that has nothing to go on with, and what is no sibling', async () => {
    await startChat(world, client, 'c', 'say one');
    await untilTurn(client, 'c', 1);
    await expect(resume()).rejects.toMatchObject({ code: 'conflict' });
    await expect(resume({ runtime: 'claude' })).rejects.toMatchObject({ code: 'usage' });
    await resume({ prompt: 'say two' });
    await untilTurn(client, 'c', 2);
    expect((await client.call('agent.get', { agent: 'c' })).agent.epoch).toBe(1);
  });

  test('opened in its own screen it says what still waits, and has it again the other way', async () => {
    await startChat(world, client, 'c', 'run true\nsay one');
    await untilAgent(client, 'c', 'asks', ({ approvals }) => (approvals ?? []).length > 0);
    for (const text of ['say two', 'say three']) await client.call('agent.prompt', { agent: 'c', text, images: [] });
    const { agent, notes } = await resume({ runtime: 'demo' });
    expect(agent.runtime).toBe('demo');
    expect(notes).toContainEqual(expect.stringMatching(/^2 prompts wait still: .*boocode resume c --as demo-chat/));
    await resume({ runtime: 'demo-chat' });
    await untilAgent(client, 'c', 'has had them', ({ queue, turn }) => queue === undefined && turn?.startedAt === null);
    expect((await said('c')).slice(-2)).toEqual(['two', 'three']);
  });

  test('opened the other way it takes along only what that knows by the same name', async () => {
    const bin = join(world.root, 'bin');
    mkdirSync(bin);
    const told = JSON.stringify({ type: 'init', session_id: 'a-session', model: 'gemini-x' });
    writeFileSync(
      join(bin, 'gemini'),
      `#!/bin/sh\necho '${told}'\ncase "$*" in *stream-json*) ;; *) exec cat;; esac\n`,
      {
        mode: 0o755,
      },
    );
    const given = { ...env(), PATH: `${bin}:${process.env.PATH}` };
    const asked = { argv: undefined, prompt: 'go', runtime: 'gemini-exec', mode: 'auto_edit', env: given };
    await world.start(client, 'c', undefined, asked);
    await ended('c');
    const acp = await resume({ runtime: 'gemini-acp', env: given });
    expect(acp.agent).toMatchObject({ runtime: 'gemini-acp', mode: null, model: 'gemini-x', sessionId: 'a-session' });
    expect(acp.agent.argv.join(' ')).toContain('--model=gemini-x');
    expect(acp.agent.argv.join(' ')).not.toContain('auto_edit');
    const screen = await resume({ runtime: 'gemini', env: given });
    expect(screen.agent.argv.slice(1)).toEqual(['--resume', 'a-session', '--model', 'gemini-x']);
  });

  test('opens a session in its own screen, and back', async () => {
    await startChat(world, client, 'c', 'say one');
    const { sessionId } = await untilTurn(client, 'c', 1);
    const { agent } = await resume({ runtime: 'demo' });
    expect(agent).toMatchObject({ epoch: 2, runtime: 'demo', sessionId });
    await until('its screen remembers', async () => {
      const { lines } = await client.call('agent.screen', { agent: 'c', ansi: false });
      return lines.some((line) => line.includes('I remember 1 prompt.'));
    });
    await resume({ runtime: 'demo-chat', prompt: 'say two' });
    await untilTurn(client, 'c', 2);
    expect(await said('c')).toEqual(['one', 'I remember 1 prompt.', 'two']);
    const { agent: now } = await client.call('agent.get', { agent: 'c' });
    expect(now).toMatchObject({ epoch: 3, runtime: 'demo-chat', sessionId });
  });

  test('after a kill in the middle of a turn the id is known, and the queue is given on', async () => {
    await startChat(world, client, 'c', 'say one\nwait 60000');
    await until('it has said the first', async () => (await said('c')).includes('one'));
    await client.call('agent.prompt', { agent: 'c', text: 'say later' });
    const { agent } = await client.call('agent.get', { agent: 'c' });
    await kill(agent.pid!);
    const dead = await ended('c');
    expect(dead).toMatchObject({ status: { state: 'failed' }, sessionId: agent.sessionId });
    expect(dead.retries).toBeUndefined();
    expect(dead.queue?.map(({ text }) => text)).toEqual(['say later']);
    await resume({ prompt: 'say again' });
    await untilTurn(client, 'c', 3);
    expect(await said('c')).toEqual(['one', 'I remember 1 prompt.', 'again', 'later']);
  });
});

describe('ends that are no failure of the work', () => {
  test('before a session began: begun again a bounded number of times, and counted apart', async () => {
    configure({ retries: { aborts: 1 }, profiles: { bad: { runtime: 'demo-chat', args: ['--abort', '3'] } } });
    await client.call('agent.new', { name: 'c', profile: 'bad', prompt: 'say x', cwd: world.root, env: env() });
    const agent = await untilAgent(client, 'c', 'stays ended', ({ epoch, endedAt }) => epoch === 2 && endedAt !== null);
    expect(agent).toMatchObject({ status: { state: 'failed' }, retries: { aborts: 1, limits: 0, nextAt: null } });
    expect(agent.status.evidence.detail).toMatch(/^it ended before its session began \(exit code 3( after \d+ ms)?\)$/);
    const [again] = ofType(await eventsOf(client, 'c'), 'restarted');
    expect(again?.why).toMatch(/^it ended before its session began \(exit code 3\): begun again, 1 of 1$/);
    expect(agent.queue?.map(({ text }) => text)).toEqual(['say x']);
  });

  test('before a session began: what it complained of is said', async () => {
    const program = join(world.root, 'broken');
    writeFileSync(
      program,
      '#!/bin/sh\necho warming up >&2\necho "Error: there is no home" >&2\necho "  at start" >&2\nexit 1\n',
    );
    chmodSync(program, 0o755);
    configure({ retries: { aborts: 0 }, profiles: { bad: { runtime: 'demo-chat', command: program } } });
    await client.call('agent.new', { name: 'c', profile: 'bad', prompt: 'say x', cwd: world.root, env: env() });
    const { status } = await untilAgent(client, 'c', 'has ended', ({ endedAt }) => endedAt !== null);
    expect(status.evidence.detail).toMatch(
      /^it ended before its session began \(exit code 1.*\): Error: there is no home$/,
    );
  });

  test('by a rate limit: it waits for the reset, also over a restart of the daemon, then goes on with its session', async () => {
    await startChat(world, client, 'c', 'say one\nlimit 4', { mode: 'auto' });
    await untilTurn(client, 'c', 1);
    await resume({ prompt: 'exit 1' });
    const limited = await ended('c');
    expect(limited.status.evidence.detail).toMatch(
      /^a rate limit ended it \(exit code 1; it is lifted at .*goes on by itself/,
    );
    expect(limited.retries).toMatchObject({ aborts: 0, limits: 1, nextAt: expect.any(Number) });
    await kill(await world.daemonPid(client));
    client = await world.connect();
    const agent = await untilTurn(client, 'c', 3);
    expect(agent.epoch).toBe(2);
    expect(Date.now()).toBeGreaterThanOrEqual(limited.retries!.nextAt!);
    expect(agent.sessionId).toBe(limited.sessionId);
    expect(await said('c')).toContain('Noted: Continue.');
    await untilAgent(client, 'c', 'counts no more', ({ retries }) => retries === undefined);
  });

  test('stopping one that waits ends the waiting', async () => {
    await startChat(world, client, 'c', 'limit 600');
    await untilTurn(client, 'c', 1);
    await resume({ prompt: 'exit 1' });
    await untilAgent(client, 'c', 'waits', ({ retries, endedAt }) => retries?.nextAt != null && endedAt !== null);
    const { agent } = await client.call('agent.stop', { agent: 'c' });
    expect(agent.retries).toBeUndefined();
  });
});

describe('a rate limit in the way of one that lives', () => {
  const held = () => untilAgent(client, 'c', 'is held', ({ status }) => status.state === 'paused');
  const prompts = async () => ofType(await eventsOf(client, 'c'), 'turnStarted').map(({ prompt }) => prompt);

  test('holds it and what it is told until the reset, also over a restart of the daemon; then it goes on, once', async () => {
    await startChat(world, client, 'c', 'say one\nlimit 4', { mode: 'auto' });
    const limited = await held();
    expect(limited.status.evidence.detail).toMatch(/^rate limit: it goes on by itself at \d\d:\d\d:\d\d$/);
    expect(limited).toMatchObject({ endedAt: null, retries: { aborts: 0, limits: 1, held: limited.paused } });
    const mine = await client.call('agent.prompt', { agent: 'c', text: 'say mine' });
    expect(mine).toMatchObject({ queued: true, evidence: { detail: expect.stringContaining('goes on by itself at') } });
    await kill(await world.daemonPid(client));
    client = await world.connect();
    const agent = await untilTurn(client, 'c', 3);
    expect(await prompts()).toEqual(['say one\nlimit 4', 'Continue.', 'say mine']);
    const second = ofType(await eventsOf(client, 'c'), 'turnStarted')[1]!;
    expect(second.at).toBeGreaterThanOrEqual(limited.retries!.nextAt!);
    expect(agent).toMatchObject({ epoch: 1, pid: limited.pid });
    await untilAgent(
      client,
      'c',
      'counts no more',
      ({ retries, paused }) => retries === undefined && paused === undefined,
    );
  });

  test('an interrupt ends the waiting, and what was queued is given', async () => {
    await startChat(world, client, 'c', 'limit 600');
    await held();
    const { agent } = await client.call('agent.interrupt', { agent: 'c' });
    expect([agent.paused, agent.retries, agent.status.state]).toEqual([undefined, undefined, 'idle']);
    await expect(client.call('agent.interrupt', { agent: 'c' })).rejects.toMatchObject({ code: 'conflict' });
    await client.call('agent.prompt', { agent: 'c', text: 'say on' });
    await untilTurn(client, 'c', 2);
    expect(await prompts()).toEqual(['limit 600', 'say on']);
  });

  test('a person lets it go on at once; with a prompt it gets that instead of a word', async () => {
    await startChat(world, client, 'c', 'limit 600', { mode: 'auto' });
    await held();
    const { notes } = await resume();
    expect(notes).toEqual([expect.stringMatching(/^c was held \(rate limit: .*\) and goes on\.$/)]);
    await untilTurn(client, 'c', 2);
    await client.call('agent.prompt', { agent: 'c', text: 'limit 600' });
    await held();
    await resume({ prompt: 'say now' });
    await untilTurn(client, 'c', 4);
    expect(await prompts()).toEqual(['limit 600', 'Continue.', 'limit 600', 'say now']);
  });

  test('when its process is killed meanwhile it is begun again after the reset; when it is stopped it is not, nor held later', async () => {
    await startChat(world, client, 'c', 'limit 4', { mode: 'auto' });
    const { pid } = await held();
    process.kill(pid!, 'SIGKILL');
    const dead = await ended('c');
    expect(dead.retries).toEqual({ aborts: 0, limits: 2, nextAt: expect.any(Number) });
    expect(dead.paused).toBeUndefined();
    const agent = await untilTurn(client, 'c', 2);
    expect(agent.epoch).toBe(2);
    await client.call('agent.prompt', { agent: 'c', text: 'limit 600' });
    await held();
    const stopped = await client.call('agent.stop', { agent: 'c' });
    expect(stopped.agent.status.state).toBe('cancelled');
    expect([stopped.agent.paused, stopped.agent.retries]).toEqual([undefined, undefined]);
    await resume({ prompt: 'say on' });
    expect((await untilTurn(client, 'c', 4)).paused).toBeUndefined();
  });

  test('is left to the person where the config says so, and its silence is no reason to end it where not', async () => {
    await startChat(world, client, 'c', 'limit 600', { timeouts: { inactivity: 1000 } });
    const { retries } = await held();
    await until('its time of silence is over', () => Date.now() > retries!.nextAt! - 600_000 + 2500);
    expect((await held()).endedAt).toBeNull();
    configure({ retries: { limits: 0 } });
    await startChat(world, client, 'd', 'limit 600');
    const agent = await untilAgent(
      client,
      'd',
      'rests',
      ({ status, turn }) => status.state === 'idle' && turn?.number === 1,
    );
    expect([agent.paused, agent.retries]).toEqual([undefined, undefined]);
  });
});

describe('timeouts of structured agents', () => {
  test('silence in a turn ends it; silence while it asks or rests does not', async () => {
    const timeouts = { inactivity: 1500 };
    await startChat(world, client, 'silent', 'wait 60000', { timeouts });
    await startChat(world, client, 'asking', 'run echo x', { timeouts });
    await startChat(world, client, 'resting', 'say done', { timeouts });
    const silent = await ended('silent');
    expect(silent).toMatchObject({ status: { state: 'timed_out' }, sessionId: expect.any(String) });
    const states = (await client.call('agent.list', { all: true })).agents.map(({ name, status }) => [
      name,
      status.state,
    ]);
    expect(Object.fromEntries(states)).toMatchObject({ asking: 'waiting', resting: 'idle' });
    expect(readdirSync(join(dataFolder(), 'demo-chat'))).toContain(`${silent.sessionId}.json`);
  });
});
