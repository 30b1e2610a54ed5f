import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { readRecord } from '../../src/storage/record.ts';
import { BooError } from '../../src/util/errors.ts';
import { until } from '../support/wait.ts';
import { createWorld, env } from './world.ts';

const world = createWorld();
let client: DaemonClient;
let agent: Agent;

beforeAll(async () => {
  client = await world.connect();
  const ask = { name: 'asks', runtime: 'demo', prompt: 'ask', cwd: world.root, env: env(), worktree: false };
  agent = (await client.call('agent.new', ask)).agent;
});
afterAll(() => world.end());

const waiting = async () => (await client.call('approvals.list', {})).approvals;
const one = () => until('a request waits', async () => (await waiting())[0]);
const none = () => until('nothing waits', async () => (await waiting()).length === 0);
const answer = (id: string, verdict: 'once' | 'deny' | 'always') =>
  client.call('approvals.answer', { id, answer: { verdict } });
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'done',
    (error) => (error instanceof BooError ? error.code : String(error)),
  );
const say = (text: string) => client.call('agent.send', { agent: 'asks', text });
const screen = async () => (await client.call('agent.screen', { agent: 'asks', ansi: false })).lines.join('\n');
const ended = () =>
  readRecord({ root: world.root, id: agent.id, after: 0 }).flatMap(({ event }) =>
    event.type === 'answered' ? [`${event.answer?.verdict ?? '-'} ${event.by.who}`] : [],
  );

test('a question that only stands on a screen is answered by its key, and by it alone', async () => {
  const { approval, name } = await one();
  expect(name).toBe('asks');
  expect(approval).toMatchObject({ verdicts: ['once', 'deny'], takesReason: false, via: { type: 'screen' } });
  expect(await codeOf(answer(approval.id, 'always'))).toBe('usage');
  await answer(approval.id, 'once');
  await none();
  const notes = join(world.root, 'demo-notes.md');
  await until('it did what was allowed', () => existsSync(notes) && readFileSync(notes, 'utf8') !== '');
  expect(ended()).toEqual(['once person']);
  expect(await codeOf(answer(approval.id, 'once'))).toBe('conflict');
});

test('the same question again is another request; what a person answers in the agent itself is withdrawn', async () => {
  await say('ask');
  const first = await one();
  await client.call('agent.keys', { agent: 'asks', keys: ['n'] });
  await none();
  await say('ask');
  const second = await one();
  expect(second.approval.id).not.toBe(first.approval.id);
  expect(await codeOf(answer(first.approval.id, 'once'))).toBe('conflict');
  expect((await screen()).trimEnd()).toMatch(/asks · demo agent/);
  await answer(second.approval.id, 'deny');
  await none();
  expect(ended()).toEqual(['once person', '- elsewhere', 'deny person']);
});

test('after a restart of the daemon it is the same request', async () => {
  await say('ask');
  const { approval } = await one();
  process.kill(await world.daemonPid(client), 'SIGKILL');
  client = await world.connect();
  await until('the daemon knows it again', async () => (await waiting()).length === 1);
  expect((await one()).approval.id).toBe(approval.id);
  await answer(approval.id, 'once');
  await none();
});

test('two people at once: the keys are pressed once', async () => {
  await say('ask');
  const { approval } = await one();
  const other = await world.connect();
  const both = await Promise.all([
    codeOf(answer(approval.id, 'once')),
    codeOf(other.call('approvals.answer', { id: approval.id, answer: { verdict: 'deny' } })),
  ]);
  expect(both.sort()).toEqual(['conflict', 'done']);
});
