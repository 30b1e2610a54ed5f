import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { SCRIPTED } from '../support/bridge.ts';
import { until } from '../support/wait.ts';
import { eventsOf, ofType, startChat, untilAgent, untilTurn } from './chat.ts';
import { createWorld, type World } from './world.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const said = async (name: string) => ofType(await eventsOf(client, name), 'said').map(({ text }) => text);

describe('a structured agent', () => {
  test('works at its prompt: session, turn, tools, usage and status are on record', async () => {
    const script = 'think first\nplan A | B\nwrite new.txt hello\ntokens 100 10\nsay done';
    await startChat(world, client, 'c', script, { mode: 'auto' });
    const agent = await untilTurn(client, 'c', 1);
    expect(agent).toMatchObject({
      runtime: 'demo-chat',
      sessionId: expect.any(String),
      model: 'demo-small',
      mode: 'auto',
      tokens: { input: 100, output: 10, cacheRead: 200 },
      context: { used: 310, size: 200_000 },
    });
    expect(agent.queue).toBeUndefined();
    expect(readFileSync(join(world.root, 'new.txt'), 'utf8')).toBe('hello\n');
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'toolFinished')).toMatchObject([
      { outcome: 'done', diff: expect.stringContaining('+hello') },
    ]);
    expect(ofType(events, 'prompted')).toMatchObject([{ text: script, receipt: 'submitted' }]);
    await untilAgent(client, 'c', 'is idle', ({ status }) => status.state === 'idle');
    const { lines } = await client.call('agent.output', { agent: 'c', count: 100 });
    expect(lines).toEqual(expect.arrayContaining(['> think first', '● Edit new.txt', 'done']));
  });

  test('gets prompts one after another: those that come in a turn wait in its queue, and may be taken out', async () => {
    const go = join(world.root, 'go');
    await startChat(world, client, 'c', `run until [ -e ${go} ]; do sleep 0.05; done\nsay one`, { mode: 'auto' });
    const prompt = (text: string) => client.call('agent.prompt', { agent: 'c', text });
    await untilAgent(client, 'c', 'runs', ({ turn }) => turn?.startedAt != null);
    const two = await prompt('say two');
    const never = await prompt('say never');
    expect([two.queued, never.queued]).toEqual([true, true]);
    const { agent } = await client.call('agent.unqueue', { agent: 'c', id: never.id });
    expect(agent.queue?.map(({ text }) => text)).toEqual(['say two']);
    writeFileSync(go, '');
    await untilTurn(client, 'c', 2);
    expect(await prompt('say three')).toMatchObject({ queued: false, receipt: 'submitted' });
    await untilTurn(client, 'c', 3);
    expect(await said('c')).toEqual(['one', 'two', 'three']);
    await expect(client.call('agent.unqueue', { agent: 'c', id: two.id })).rejects.toMatchObject({ code: 'conflict' });
    expect(await client.call('agent.send', { agent: 'c', text: 'say four' })).toMatchObject({ receipt: 'submitted' });
  });

  test('is interrupted in a turn, and only there', async () => {
    await startChat(world, client, 'c', 'say before\nwait 60000\nsay after');
    await until('it is in the middle of its turn', async () => (await said('c')).length > 0);
    const { agent } = await client.call('agent.interrupt', { agent: 'c' });
    expect(agent.turn).toEqual({ number: 1, startedAt: null });
    expect(ofType(await eventsOf(client, 'c'), 'turnEnded')).toMatchObject([{ outcome: 'interrupted' }]);
    await expect(client.call('agent.interrupt', { agent: 'c' })).rejects.toMatchObject({ code: 'conflict' });
    expect(await said('c')).toEqual(['before']);
  });

  test('switches model and mode while it runs', async () => {
    await startChat(world, client, 'c', null);
    await untilAgent(client, 'c', 'is up', ({ sessionId }) => sessionId !== null);
    const { agent } = await client.call('agent.configure', { agent: 'c', model: 'demo-large', mode: 'edits' });
    expect(agent).toMatchObject({ model: 'demo-large', mode: 'edits' });
  });

  test('streams: deltas are told as they come, and the whole once', async () => {
    const heard: string[] = [];
    const other = await world.connect({
      on: { deltas: ({ deltas }) => heard.push(...deltas.map(({ text }) => text)) },
    });
    await other.call('subscribe', {});
    await startChat(world, client, 'c', 'stream 1000 0');
    await untilTurn(client, 'c', 1);
    const [whole] = await said('c');
    expect(whole).toMatch(/^word1 .*word1000 $/);
    expect(heard.join('')).toBe(whole);
    // Of a thousand pieces, a millisecond apart, those of 30 ms are told together: a machine that is ten times slower is allowed for.
    expect(heard.length).toBeLessThan(500);
  });

  test('prints what is no report between reports, and lines of any length: it is kept, and the turn goes on', async () => {
    await startChat(world, client, 'c', 'garbage\nlong 20\nsay still here');
    await untilTurn(client, 'c', 1);
    const events = await eventsOf(client, 'c');
    const raw = ofType(events, 'raw').map(({ stream, why, text }) => [stream, why, text.slice(0, 20)]);
    expect(raw).toEqual(
      expect.arrayContaining([
        ['stdout', 'text', 'this is no JSON'],
        ['stdout', 'unknown', '{"boocode":"somethin'],
        ['stdout', 'text', '{"half":'],
        ['stderr', 'text', 'a warning'],
        ['stdout', 'text', 'xxxxxxxxxxxxxxxxxxxx'],
      ]),
    );
    expect(ofType(events, 'raw').find(({ text }) => text.startsWith('xx'))?.text).toMatch(/20000000 characters, cut$/);
    expect(await said('c')).toEqual(['still here']);
  });

  test('that crashes in a turn leaves nothing open', async () => {
    await startChat(world, client, 'c', 'run sleep 60', { mode: 'auto' });
    await until('it runs its tool', async () => ofType(await eventsOf(client, 'c'), 'toolStarted').length > 0);
    const { agent } = await client.call('agent.stop', { agent: 'c' });
    expect(agent).toMatchObject({ status: { state: 'cancelled' }, turn: { number: 1, startedAt: null } });
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'toolFinished')).toMatchObject([{ outcome: 'cancelled' }]);
    expect(ofType(events, 'turnEnded')).toHaveLength(1);
    expect(events.at(-1)?.type).toBe('exited');
    await expect(client.call('agent.prompt', { agent: 'c', text: 'x' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('why a person denied is its next prompt where its protocol has no place for a reason', async () => {
    const toolCall = { toolCallId: 'c', title: 'touch a', kind: 'execute', rawInput: { command: 'touch a' } };
    const prompt = JSON.stringify([{ ask: { toolCall } }, { stop: { stopReason: 'end_turn' } }]);
    await world.start(client, 'c', [process.execPath, SCRIPTED, '{}'], { runtime: 'acp', prompt });
    const { approvals } = await untilAgent(client, 'c', 'asks', (agent) => agent.approvals !== undefined);
    const answer = { verdict: 'deny' as const, reason: 'use b' };
    await client.call('approvals.answer', { id: approvals![0]!.id, answer });
    await untilTurn(client, 'c', 2);
    expect(ofType(await eventsOf(client, 'c'), 'turnStarted').map(({ prompt }) => prompt)).toEqual([
      ...[prompt, 'I denied execute "touch a": use b'],
    ]);
  });

  test('what waits is answered by a rule that is written meanwhile', async () => {
    await startChat(world, client, 'c', 'run echo one\nsay done');
    await untilAgent(client, 'c', 'asks', ({ approvals }) => approvals !== undefined);
    const rules = { approvals: [{ action: 'deny', command: 'echo *' }] };
    writeFileSync(join(world.root, '.boocode', 'config.json'), JSON.stringify(rules));
    await untilTurn(client, 'c', 1);
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'answered')).toMatchObject([{ by: { who: 'rule' }, answer: { verdict: 'deny' } }]);
  });

  test('asks before it acts, and goes on with the answer; a stale answer is refused', async () => {
    await startChat(world, client, 'c', 'write a.txt one\nwrite a.txt two\nrun echo three\nask Which? | red | blue');
    const answer = (id: string, what: object) =>
      client.call('approvals.answer', { id, answer: { verdict: 'once', ...what } });
    const first = (await untilAgent(client, 'c', 'asks', ({ approvals }) => approvals !== undefined)).approvals![0]!;
    expect(first).toMatchObject({ tool: 'Edit', paths: ['a.txt'], diff: expect.stringContaining('+one') });
    await answer(first.id, { verdict: 'session' });
    const second = (await untilAgent(client, 'c', 'asks', ({ approvals }) => approvals?.[0]?.tool === 'Bash'))
      .approvals![0]!;
    await expect(answer(first.id, {})).rejects.toMatchObject({ code: 'conflict' });
    await answer(second.id, { verdict: 'deny', reason: 'not now' });
    const third = (await untilAgent(client, 'c', 'asks', ({ approvals }) => approvals?.[0]?.kind === 'question'))
      .approvals![0]!;
    await answer(third.id, { answers: [['blue']] });
    await untilTurn(client, 'c', 1);
    const events = await eventsOf(client, 'c');
    expect(ofType(events, 'toolFinished').map(({ outcome, error }) => [outcome, error])).toEqual([
      ['done', null],
      ['done', null],
      ['denied', 'not now'],
    ]);
    expect(await said('c')).toEqual(['You said: blue']);
    const answered = ofType(events, 'answered');
    expect(answered.map(({ by }) => by.who)).toEqual(['person', 'rule', 'person', 'person']);
    const byPerson = answered.filter(({ by }) => by.who === 'person').map(({ id }) => id);
    expect(byPerson).toEqual([first.id, second.id, third.id]);
  });
});
