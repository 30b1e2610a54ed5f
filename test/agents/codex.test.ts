import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import type { Reply } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { cli } from './cli.ts';
import { openInbox } from './inbox.ts';
import { type Project, sentTokens, startProject } from './project.ts';
import { forget, realCli } from './settings.ts';

const program = await cli('codex');
const driven = test.skipIf(program === null);

beforeEach(() => forget('codex'));

const codex = realCli('codex', program, 'codex-app');

const flow = (...replies: Reply[]) => ({ flows: [{ when: '.', replies }] });

const WORK = {
  flows: [
    { when: 'it is needed', replies: [{ text: 'Then it stays.', usage: { input: 20, output: 12, cacheRead: 2500 } }] },
    {
      when: 'change',
      replies: [
        {
          thinking: 'A small change.',
          text: 'I change it.',
          tools: [{ tool: 'edit', path: 'file.txt', old: 'first', new: 'changed' }],
          usage: { input: 100, output: 40, cacheRead: 2000, reasoning: 9 },
        } satisfies Reply,
        {
          tools: [{ tool: 'bash', command: 'touch made.txt' }],
          usage: { input: 50, output: 20, cacheRead: 2300 },
        } satisfies Reply,
        {
          tools: [{ tool: 'bash', command: 'rm file.txt' }],
          usage: { input: 60, output: 10, cacheRead: 2400 },
        } satisfies Reply,
        { text: 'Then it stays.', usage: { input: 20, output: 12, cacheRead: 2500 } },
      ],
    },
  ],
};

/** It asks for everything but what only looks. */
const asking = { mode: 'untrusted' };

driven(
  'a prompt with tools: an edit and a command allowed, another one denied with a reason, tokens as they were sent',
  async () => {
    await using project = await startProject(codex, WORK);
    await project.start('c', 'change the file', { worktree: true, ...asking });
    const edit = await project.answer('c', 'once');
    expect(edit).toMatchObject({
      tool: 'fileChange',
      title: 'update file.txt',
      diff: expect.stringContaining('-first\n+changed'),
    });
    expect(await project.answer('c', 'once')).toMatchObject({ tool: 'commandExecution', command: 'touch made.txt' });
    expect(await project.answer('c', 'deny', 'it is needed')).toMatchObject({ command: 'rm file.txt' });
    const agent = await untilTurn(project.client, 'c', 1);
    const events = await eventsOf(project.client, 'c');
    expect(ofType(events, 'toolFinished').map(({ outcome, diff }) => [outcome, diff !== null])).toEqual([
      ['done', true],
      ['done', false],
      ['denied', false],
    ]);
    expect(readFileSync(join(agent.worktree!, 'file.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(join(agent.worktree!, 'made.txt'))).toBe(true);
    expect(JSON.stringify(project.models.asked.at(-1)!.body)).toContain('it is needed');
    expect(agent.tokens).toEqual(sentTokens(project.models));
    expect(ofType(events, 'prompted')).toMatchObject([{ text: 'change the file' }]);
    expect(ofType(events, 'thought').map(({ text }) => text)).toEqual(['A small change.']);
    expect(ofType(events, 'said').at(-1)!.text).toBe('Then it stays.');
    expect(agent).toMatchObject({ mode: 'untrusted', model: 'gpt-5.5', sessionId: expect.any(String) });
    await untilAgent(project.client, 'c', 'is idle', ({ status }) => status.state === 'idle');
  },
);

driven(
  'it is answered by keys in the inbox of the cockpit: a change and a command allowed, another denied',
  async () => {
    await using project = await startProject(codex, WORK);
    const { worktree } = await project.start('c', 'change the file', { worktree: true, ...asking });
    using inbox = await openInbox(project);
    await inbox.allow(/\+changed/);
    await inbox.allow(/touch made\.txt/);
    await inbox.deny(/rm file\.txt/, 'it is needed');
    await untilTurn(project.client, 'c', 1);
    expect(readFileSync(join(worktree!, 'file.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(join(worktree!, 'made.txt'))).toBe(true);
    expect(JSON.stringify(project.models.asked.at(-1)!.body)).toContain('it is needed');
  },
);

driven('the daemon is killed while it asks: it still asks, is answered once, and the turn goes on', async () => {
  await using project = await startProject(codex, WORK);
  await project.start('c', 'change the file', asking);
  await project.answer('c', 'once');
  const isSecond = ({ approvals }: { approvals?: { command: string | null }[] | undefined }) =>
    approvals?.[0]?.command === 'touch made.txt';
  const asked = await untilAgent(project.client, 'c', 'asks', isSecond);
  await project.killDaemon();
  const after = await untilAgent(project.client, 'c', 'is known', () => true);
  expect(after.approvals).toEqual(asked.approvals);
  await project.answer('c', 'once');
  await untilAgent(project.client, 'c', 'asks again', ({ approvals }) => approvals?.[0]?.command === 'rm file.txt');
  await project.killDaemon();
  await project.answer('c', 'deny', 'it is needed');
  const agent = await untilTurn(project.client, 'c', 1);
  expect(agent.tokens).toEqual(sentTokens(project.models));
  const events = await eventsOf(project.client, 'c');
  expect(ofType(events, 'asked')).toHaveLength(3);
  expect(ofType(events, 'answered').map(({ by }) => by.who)).toEqual(['person', 'person', 'person']);
  expect(new Set(ofType(events, 'toolFinished').map(({ call }) => call)).size).toBe(3);
  expect(ofType(events, 'toolFinished')).toHaveLength(3);
});

driven('a turn is interrupted, after a kill of the daemon too, and the next prompt is worked at', async () => {
  await using project = await startProject(codex, {
    flows: [
      { when: 'story', replies: [{ text: 'It was a dark and stormy night, and nobody slept.', holdHalf: 'never' }] },
    ],
    after: { text: 'Hello.' },
  });
  await project.start('c', 'tell a story');
  await until('half of it is sent', () => project.models.asked.some(({ ask }) => ask.prompt.includes('story')));
  await untilAgent(project.client, 'c', 'works', ({ turn }) => turn?.startedAt != null);
  await project.killDaemon();
  await project.client.call('agent.interrupt', { agent: 'c' });
  await untilTurn(project.client, 'c', 1);
  await project.client.call('agent.prompt', { agent: 'c', text: 'say hello', images: [] });
  await untilTurn(project.client, 'c', 2);
  const events = await eventsOf(project.client, 'c');
  expect(ofType(events, 'turnEnded').map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
  expect(ofType(events, 'said').at(-1)!.text).toBe('Hello.');
});

const resume = (project: Project, prompt: string) =>
  project.client.call('agent.resume', { agent: 'c', prompt, env: project.envOf(codex) });

driven(
  'a session goes on in another life and is not counted twice; one that is gone is begun afresh, and said',
  async () => {
    await using project = await startProject(
      codex,
      flow({ text: 'I see.', usage: { input: 30, output: 8, cacheRead: 500 } }),
    );
    await project.start('c', 'remember the number 7');
    const first = await untilTurn(project.client, 'c', 1);
    await project.client.call('agent.stop', { agent: 'c' });
    expect((await resume(project, 'which number?')).notes).toEqual([]);
    const second = await untilTurn(project.client, 'c', 2);
    expect(second.sessionId).toBe(first.sessionId);
    expect(JSON.stringify(project.models.asked.at(-1)!.body.input)).toContain('remember the number 7');
    expect(second.tokens).toEqual(sentTokens(project.models));
    await project.client.call('agent.stop', { agent: 'c' });
    forget('codex');
    await resume(project, 'and now?');
    const third = await untilTurn(project.client, 'c', 3);
    expect(third.sessionId).not.toBe(first.sessionId);
    const prompts = ofType(await eventsOf(project.client, 'c'), 'turnStarted').map(({ prompt }) => prompt);
    expect(prompts[2]).toContain('remember the number 7');
  },
);

driven('a login that is refused, and a limit with its reset, are told as the provider said them', async () => {
  const resetsAt = Math.ceil(Date.now() / 1000 + 3600) * 1000;
  await using project = await startProject(codex, {
    flows: [
      { when: 'login', replies: [{ status: 401, error: 'no such key' }] },
      {
        when: 'limit',
        replies: [{ status: 429, errorType: 'usage_limit_reached', limits: [{ usedPercent: 100, resetsAt }] }],
      },
    ],
    after: { status: 401, error: 'no such key' },
  });
  await project.start('c', 'login');
  const refused = await untilAgent(project.client, 'c', 'has failed', ({ trouble }) => trouble?.retries === false);
  expect(refused.trouble).toMatchObject({ kind: 'login', status: 401 });
  await untilTurn(project.client, 'c', 1);
  await project.client.call('agent.prompt', { agent: 'c', text: 'limit', images: [] });
  const limited = await untilAgent(project.client, 'c', 'is limited', ({ trouble }) => trouble?.kind === 'rateLimit');
  expect(limited.trouble).toMatchObject({ until: resetsAt, retries: false });
  expect(limited.rateLimits).toMatchObject([{ scope: 'primary', status: 'exceeded', resetsAt }]);
  const held = await untilAgent(project.client, 'c', 'is held', ({ status }) => status.state === 'paused');
  expect(held.retries).toMatchObject({ limits: 1, nextAt: resetsAt + 1000 });
  expect(ofType(await eventsOf(project.client, 'c'), 'turnEnded').map(({ outcome }) => outcome)).toEqual([
    'failed',
    'failed',
  ]);
});

driven('switches its mode between two turns', async () => {
  await using project = await startProject(codex, flow({ text: 'Yes.' }));
  await project.start('c', 'hello');
  await untilTurn(project.client, 'c', 1);
  await project.client.call('agent.configure', { agent: 'c', mode: 'read-only' });
  await untilAgent(project.client, 'c', 'has switched', ({ mode }) => mode === 'read-only');
});

driven('codex exec: one turn a life, a further prompt goes on with its session, tokens as they were sent', async () => {
  const once = { ...codex, runtime: 'codex-exec' };
  await using project = await startProject(once, {
    flows: [
      {
        when: 'make',
        replies: [
          {
            text: 'I make it.',
            tools: [{ tool: 'bash', command: 'touch made.txt' }],
            usage: { input: 30, output: 8, cacheRead: 500 },
          },
          { text: 'It is made.', usage: { input: 10, output: 3, cacheRead: 600 } },
        ],
      },
    ],
    after: { text: 'Yes.', usage: { input: 5, output: 2, cacheRead: 700 } },
  });
  await project.start('c', 'make it', { mode: 'full-access' });
  const first = await untilTurn(project.client, 'c', 1);
  expect(first.tokens).toEqual(sentTokens(project.models));
  await untilAgent(project.client, 'c', 'has ended', ({ exit }) => exit !== null);
  await resume(project, 'is it made?');
  const second = await untilTurn(project.client, 'c', 2);
  expect(second.sessionId).toBe(first.sessionId);
  expect(second.tokens).toEqual(sentTokens(project.models));
});
