import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, untilAgent } from './chat.ts';
import { createWorld, env, kill, type World } from './world.ts';

let world: World;
let client: DaemonClient;
/** The folder with a `claude` that only the agent's own environment names. */
let bin: string;
const own = () => ({ ...env(), PATH: `${bin}:${process.env.PATH}`, WHOSE: 'its own' });

/** Prints what Claude Code does of a turn that says its prompt and whose environment it has; a prompt with `wait` ends when `go` is there. */
function writeClaude(): void {
  const said = { role: 'assistant', id: 'm', model: 'm', content: [{ type: 'text', text: '%s' }] };
  const lines = [
    { type: 'system', subtype: 'init', cwd: world.root, session_id: 's', tools: [], model: 'm', permissionMode: 'x' },
    { type: 'assistant', session_id: 's', message: said },
    { type: 'result', subtype: 'success', is_error: false, session_id: 's', result: 'done', duration_ms: 1 },
  ].map((line) => JSON.stringify(line));
  const script = [
    ...['#!/bin/sh', 'read -r prompt', `printf '${lines[0]}\\n'`],
    `case "$prompt" in *wait*) : > ${join(world.root, 'waits')}; until [ -e ${join(world.root, 'go')} ]; do sleep 0.05; done;; esac`,
    `printf '${lines[1]}\\n${lines[2]}\\n' "$prompt ($WHOSE)"`,
  ];
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'claude'), `${script.join('\n')}\n`, { mode: 0o755 });
}

beforeEach(async () => {
  world = createWorld({ daemonEnv: { PATH: '/usr/bin:/bin', WHOSE: "the daemon's" } });
  bin = join(world.root, 'bin');
  writeClaude();
  client = await world.connect();
});
afterEach(() => world.end());

const start = (prompt: string) =>
  world.start(client, 'c', undefined, { argv: undefined, runtime: 'claude-exec', prompt, env: own() });
const prompt = (text: string, more: object = {}) =>
  client.call('agent.prompt', { agent: 'c', text, images: [], ...more });
const said = async () => ofType(await eventsOf(client, 'c'), 'said').map(({ text }) => text);
const isOver = (turn: number) =>
  untilAgent(client, 'c', `has done turn ${turn}`, ({ status, turn: now, queue }) =>
    [now?.number === turn, now?.startedAt === null, status.state === 'completed', queue === undefined].every(Boolean),
  );
const there = (name: string) => until(`${name} is there`, () => existsSync(join(world.root, name)));
const anew = async () => {
  await kill(await world.daemonPid(client));
  client = await world.connect();
};

describe('the next prompt of an agent that ends with each turn', () => {
  test('begins a life with its pictures when it is asked to go on with it', async () => {
    const image = join(world.root, 'seen.png');
    writeFileSync(image, 'GIF8, whatever its name says');
    await start('one');
    await isOver(1);
    const ask = { agent: 'c', prompt: 'look', images: [image], env: own() };
    await client.call('agent.resume', ask);
    await isOver(2);
    const texts = await said();
    expect(texts).toHaveLength(2);
    expect(texts[1]).toMatch(/^look/);
    const queued = ofType(await eventsOf(client, 'c'), 'queued').flatMap(({ prompts }) => prompts);
    expect(queued.find(({ text }) => text === 'look')).toMatchObject({ images: [image] });
    const gone = { ...ask, images: [`${image}x`] };
    await expect(client.call('agent.resume', gone)).rejects.toThrow(/there is no file/);
  });

  test('is begun with what the agent was started with, also by a daemon that came later', async () => {
    await start('wait one');
    await there('waits');
    await prompt('two');
    await anew();
    writeFileSync(join(world.root, 'go'), '');
    await isOver(2);
    expect(await said()).toEqual(['wait one (its own)', 'two (its own)']);
    await anew();
    await prompt('three');
    await isOver(3);
    expect((await said()).at(-1)).toBe('three (its own)');
  });

  test('is begun with what who asks has, where nobody knows any more what the agent was started with', async () => {
    await start('one');
    await isOver(1);
    const { agent } = await client.call('agent.get', { agent: 'c' });
    await kill(await world.daemonPid(client));
    await kill(world.processes()[0]!);
    client = await world.connect();
    expect(agent.host).not.toBeNull();
    await prompt('two', { env: { ...own(), WHOSE: 'who asks' } });
    await isOver(2);
    expect((await said()).at(-1)).toBe('two (who asks)');
  });

  test('is kept and told in the agent itself where it cannot be begun, and begun when somebody resumes it', async () => {
    const heard: string[] = [];
    const other = await world.connect({ on: { message: ({ text }) => heard.push(text) } });
    await other.call('subscribe', {});
    await start('wait one');
    await there('waits');
    await prompt('two');
    await prompt('three');
    renameSync(join(bin, 'claude'), join(bin, 'away'));
    writeFileSync(join(world.root, 'go'), '');
    const failed = await untilAgent(client, 'c', 'has failed', ({ status }) => status.state === 'failed');
    const why = /could not be begun again \(its next prompt\): .*no program claude on the PATH.*Install it/;
    expect(failed.status.evidence.detail).toMatch(why);
    await until('its prompts wait', async () => {
      const { queue = [] } = (await client.call('agent.get', { agent: 'c' })).agent;
      return queue.map(({ text, carried }) => `${text} ${carried}`).join() === 'two undefined,three undefined';
    });
    expect(ofType(await eventsOf(client, 'c'), 'startFailed')).toMatchObject([{ message: expect.stringMatching(why) }]);
    await until('it is told', () => heard.some((text) => /next prompt of c could not be begun/.test(text)));
    expect(await prompt('four')).toMatchObject({ queued: true, evidence: { detail: /could not be begun/ } });
    renameSync(join(bin, 'away'), join(bin, 'claude'));
    await client.call('agent.resume', { agent: 'c', env: own() });
    await isOver(4);
    expect(await said()).toEqual(['wait one (its own)', 'two (its own)', 'three (its own)', 'four (its own)']);
  });

  test('is not lost where what was said instead comes first', async () => {
    await start('wait one');
    await there('waits');
    await prompt('two');
    rmSync(join(bin, 'claude'));
    writeFileSync(join(world.root, 'go'), '');
    await untilAgent(client, 'c', 'has its prompt back', ({ status, queue }) =>
      [status.state === 'failed', queue?.[0]?.id.startsWith('start-') === false].every(Boolean),
    );
    writeClaude();
    await client.call('agent.resume', { agent: 'c', prompt: 'first this', env: own() });
    await isOver(3);
    expect(await said()).toEqual(['wait one (its own)', 'first this (its own)', 'two (its own)']);
  });
});
