import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { boocode } from '../cli/boocode.ts';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import type { Reply } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { cli } from './cli.ts';
import { openInbox } from './inbox.ts';
import { type RealCli, sentTokens, startProject } from './project.ts';
import { forget, realCli } from './settings.ts';

const program = await cli('claude');
const claude = realCli('claude', program, 'claude-stream');
/** With a subscription, whose limits it tells. */
const subscribed: RealCli = {
  ...claude,
  env: (models) => ({ ...claude.env(models), ANTHROPIC_API_KEY: '', CLAUDE_CODE_OAUTH_TOKEN: 'not-a-token' }),
};
const driven = test.skipIf(program === null);

const flow = (...replies: Reply[]) => ({ flows: [{ when: '.', replies }] });

/** A picture of one dot. */
const DOT = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** List prices of the model that it takes by itself, in dollars for a million tokens. */
const PRICE = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5, reasoning: 0 };

const WORK = flow(
  {
    text: 'I change it.',
    tools: [
      { tool: 'read', path: 'file.txt' },
      { tool: 'edit', path: 'file.txt', old: 'first', new: 'changed' },
    ],
    usage: { input: 100, output: 40, cacheRead: 2000, cacheWrite: 300 },
  },
  { tools: [{ tool: 'bash', command: 'touch made.txt' }], usage: { input: 50, output: 20, cacheRead: 2300 } },
  { tools: [{ tool: 'bash', command: 'rm file.txt' }], usage: { input: 60, output: 10, cacheRead: 2400 } },
  { text: 'It is changed, and still there.', usage: { input: 20, output: 12, cacheRead: 2500 } },
);

driven(
  'a prompt with tools: an edit and a command allowed, another one denied, tokens and cost as they were sent',
  async () => {
    await using project = await startProject(claude, WORK);
    await project.start('c', 'change the file', { worktree: true });
    const edit = await project.answer('c', 'once');
    expect(edit).toMatchObject({ tool: 'Edit', paths: ['file.txt'], diff: expect.stringContaining('+changed') });
    expect(await project.answer('c', 'once')).toMatchObject({ tool: 'Bash', command: 'touch made.txt' });
    expect(await project.answer('c', 'deny', 'it is needed')).toMatchObject({ command: 'rm file.txt' });
    const agent = await untilTurn(project.client, 'c', 1);
    const events = await eventsOf(project.client, 'c');
    expect(ofType(events, 'toolFinished').map(({ outcome, diff }) => [outcome, diff?.split('\n').length ?? 0])).toEqual(
      [
        ['done', 0],
        ['done', 6],
        ['done', 0],
        ['denied', 0],
      ],
    );
    expect(readFileSync(join(agent.worktree!, 'file.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(join(agent.worktree!, 'made.txt'))).toBe(true);
    expect(JSON.stringify(project.models.asked.at(-1)!.body)).toContain('it is needed');
    const sent = sentTokens(project.models);
    expect(agent.tokens).toEqual(sent);
    const usd =
      Object.entries(PRICE).reduce((sum, [kind, price]) => sum + sent[kind as keyof typeof sent] * price, 0) / 1e6;
    expect(agent.cost).toEqual({ usd: expect.closeTo(usd, 9), provenance: 'reported' });
    expect(ofType(events, 'prompted')).toMatchObject([{ text: 'change the file', receipt: 'submitted' }]);
    expect(ofType(events, 'said').at(-1)!.text).toBe('It is changed, and still there.');
    expect(agent).toMatchObject({ mode: 'default', context: { used: 2532 }, sessionId: expect.any(String) });
    await untilAgent(project.client, 'c', 'is idle', ({ status }) => status.state === 'idle');
  },
);

driven(
  'it is answered by keys in the inbox of the cockpit: an edit and a command allowed, another denied',
  async () => {
    await using project = await startProject(claude, WORK);
    const { worktree } = await project.start('c', 'change the file', { worktree: true });
    using inbox = await openInbox(project, { cols: 80, rows: 24 });
    await inbox.allow(/\+changed/);
    await inbox.allow(/touch made\.txt/);
    await inbox.deny(/rm file\.txt/, 'it is needed');
    await untilTurn(project.client, 'c', 1);
    expect(readFileSync(join(worktree!, 'file.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(join(worktree!, 'made.txt'))).toBe(true);
    expect(JSON.stringify(project.models.asked.at(-1)!.body)).toContain('it is needed');
  },
);

driven('an image of a prompt reaches the model', async () => {
  await using project = await startProject(claude, flow({ text: 'A dot.' }, { text: 'The same dot.' }));
  const dot = Buffer.from(DOT, 'base64');
  const path = join(project.world.root, 'dot.png');
  writeFileSync(path, dot);
  await project.start('c', 'what is it?', { images: [path] });
  await untilTurn(project.client, 'c', 1);
  expect(JSON.stringify(project.models.asked.at(-1)!.body)).toContain('image/png');
  await project.client.call('agent.prompt', { agent: 'c', text: 'and now?', images: [path] });
  await untilTurn(project.client, 'c', 2);
  expect(JSON.stringify(project.models.asked.at(-1)!.body).split('image/png')).toHaveLength(3);
  const text = join(project.world.root, 'file.txt');
  const refused = project.client.call('agent.prompt', { agent: 'c', text: 'x', images: [text] });
  await expect(refused).rejects.toThrow('is no image that agents take');
});

driven('the daemon is killed while it asks: it still asks, is answered once, and the turn goes on', async () => {
  await using project = await startProject(claude, WORK);
  await project.start('c', 'change the file');
  await project.answer('c', 'once');
  const asked = await untilAgent(
    project.client,
    'c',
    'asks',
    (agent) => agent.approvals?.[0]?.command === 'touch made.txt',
  );
  await project.killDaemon();
  const after = await untilAgent(project.client, 'c', 'is known', () => true);
  expect(after.approvals).toEqual(asked.approvals);
  await project.answer('c', 'once');
  await project.answer('c', 'deny');
  // In the middle of a stream, too.
  await untilTurn(project.client, 'c', 1);
  await project.killDaemon();
  const agent = await untilTurn(project.client, 'c', 1);
  expect(agent.tokens).toEqual(sentTokens(project.models));
  const events = await eventsOf(project.client, 'c');
  const calls = ofType(events, 'toolFinished').map(({ call }) => call);
  expect(calls).toHaveLength(4);
  expect(new Set(calls).size).toBe(4);
  expect(ofType(events, 'asked')).toHaveLength(3);
  expect(ofType(events, 'answered').map(({ by }) => by.who)).toEqual(['person', 'person', 'person']);
});

driven('a turn is interrupted, by a verb, and the next prompt is worked at', async () => {
  await using project = await startProject(claude, {
    flows: [
      { when: 'story', replies: [{ text: 'It was a dark and stormy night, and nobody slept.', holdHalf: 'never' }] },
    ],
    after: { text: 'Hello.' },
  });
  await project.start('c', 'tell a story');
  await until('half of it is sent', () => project.models.asked.some(({ ask }) => ask.prompt.includes('story')));
  await untilAgent(project.client, 'c', 'works', ({ turn }) => turn?.startedAt != null);
  const { code, err } = boocode(project.world.root, ['interrupt', 'c']);
  expect([code, err]).toEqual([0, '']);
  await untilTurn(project.client, 'c', 1);
  await project.client.call('agent.prompt', { agent: 'c', text: 'say hello', images: [] });
  await untilTurn(project.client, 'c', 2);
  const events = await eventsOf(project.client, 'c');
  expect(ofType(events, 'turnEnded').map(({ outcome }) => outcome)).toEqual(['interrupted', 'completed']);
});

driven(
  'a session goes on in another life; one that is not there any more is begun afresh with the whole prompt, and said',
  async () => {
    await using project = await startProject(
      claude,
      flow({ text: 'I see.', usage: { input: 30, output: 8, cacheRead: 500 } }),
    );
    await project.start('c', 'remember the number 7');
    const first = await untilTurn(project.client, 'c', 1);
    const resume = (prompt: string) => project.client.call('agent.resume', { agent: 'c', prompt, env: project.env });
    await project.client.call('agent.stop', { agent: 'c' });
    expect((await resume('which number?')).notes).toEqual([]);
    const second = await untilTurn(project.client, 'c', 2);
    expect(second.sessionId).toBe(first.sessionId);
    expect(JSON.stringify(project.models.asked.at(-1)!.body.messages)).toContain('remember the number 7');
    expect(second.tokens).toEqual(sentTokens(project.models));
    expect(second.cost!.usd).toBeCloseTo((2 * (30 * PRICE.input + 8 * PRICE.output + 500 * PRICE.cacheRead)) / 1e6, 9);
    await project.client.call('agent.stop', { agent: 'c' });
    forget('claude');
    await resume('and now?');
    const third = await untilTurn(project.client, 'c', 3);
    expect(third.sessionId).not.toBe(first.sessionId);
    const prompts = ofType(await eventsOf(project.client, 'c'), 'turnStarted').map(({ prompt }) => prompt);
    expect(prompts[2]).toContain('remember the number 7');
  },
);

driven('a login that is refused fails the turn with what the provider said', async () => {
  const refused = { status: 401, error: 'invalid x-api-key' };
  await using project = await startProject(claude, { flows: [], after: refused });
  await project.start('c', 'hello');
  const agent = await untilAgent(project.client, 'c', 'has failed', ({ trouble }) => trouble?.retries === false);
  expect(agent.trouble).toMatchObject({ kind: 'login', status: 401 });
  expect(ofType(await eventsOf(project.client, 'c'), 'turnEnded')).toMatchObject([{ outcome: 'failed' }]);
});

driven('a limit that is reached is known with the time of its reset', async () => {
  const resetsAt = Math.ceil(Date.now() / 1000 + 3600) * 1000;
  const limited = { status: 429, error: 'limit reached', limits: [{ usedPercent: 100, resetsAt }] };
  await using project = await startProject(subscribed, { flows: [], after: limited });
  await project.start('c', 'hello');
  const agent = await untilAgent(project.client, 'c', 'is limited', ({ trouble }) => trouble?.retries === false);
  expect(agent.trouble).toMatchObject({ kind: 'rateLimit', status: 429, until: resetsAt });
  expect(agent.rateLimits).toMatchObject([{ scope: 'five_hour', status: 'exceeded', resetsAt }]);
  const held = await untilAgent(project.client, 'c', 'is held', ({ status }) => status.state === 'paused');
  expect(held.retries).toMatchObject({ limits: 1, nextAt: resetsAt + 1000 });
});

driven(
  'a turn that a limit ended goes on in the same process once it is lifted, also over a kill of the daemon',
  async () => {
    const resetsAt = Math.ceil(Date.now() / 1000 + 20) * 1000;
    const limited = { status: 429, error: 'limit reached', limits: [{ usedPercent: 100, resetsAt }] };
    await using project = await startProject(subscribed, {
      flows: [{ when: 'hello', replies: [limited] }],
      after: { text: 'Where was I?' },
    });
    await project.start('c', 'hello');
    const held = await untilAgent(project.client, 'c', 'is held', ({ status }) => status.state === 'paused');
    expect(held.status.evidence.detail).toMatch(/^rate limit: it goes on by itself at /);
    await project.client.call('agent.prompt', { agent: 'c', text: 'and mine', images: [] });
    await project.killDaemon();
    const agent = await untilTurn(project.client, 'c', 3);
    const turns = ofType(await eventsOf(project.client, 'c'), 'turnStarted');
    expect(turns.map(({ prompt }) => prompt)).toEqual(['hello', 'Continue.', 'and mine']);
    expect(turns[1]!.at).toBeGreaterThan(resetsAt);
    expect(agent).toMatchObject({ epoch: 1, pid: held.pid });
    await untilAgent(
      project.client,
      'c',
      'counts no more',
      ({ retries, status }) => !retries && status.state === 'idle',
    );
  },
);
