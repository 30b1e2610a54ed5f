import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import type { Script } from '../support/models/script.ts';
import type { Asked } from '../support/models/server.ts';
import { tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';
import { ACP, type AcpAgent } from './acp-agents.ts';
import { cli } from './cli.ts';
import { openInbox } from './inbox.ts';
import { type Project, sentTokens, startProject, usdOf } from './project.ts';
import { forget, realCli } from './settings.ts';

/** Codex tells nothing of a command that its sandbox refuses at once: this one lives for a moment first. */
const COMMAND = 'sleep 0.5; touch made.txt';

const WORK: Script = {
  flows: [
    {
      when: 'CHANGE',
      replies: [
        {
          text: 'I look.',
          tools: [{ tool: 'read', path: 'file.txt' }],
          usage: { input: 80, output: 20, cacheRead: 1900 },
        },
        {
          text: 'I change it.',
          tools: [{ tool: 'edit', path: 'file.txt', old: 'first', new: 'changed' }],
          usage: { input: 100, output: 40, cacheRead: 2000 },
        },
        { tools: [{ tool: 'bash', command: COMMAND }], usage: { input: 50, output: 20, cacheRead: 2300 } },
        { text: 'All is there.', usage: { input: 20, output: 12, cacheRead: 2500 } },
      ],
    },
    { when: 'REMOVE', replies: [{ tools: [{ tool: 'bash', command: 'rm file.txt' }] }, { text: 'Then it stays.' }] },
    {
      when: 'WRITE',
      replies: [{ tools: [{ tool: 'write', path: 'more.txt', content: 'more\n' }] }, { text: 'Not then.' }],
    },
    { when: 'TELL', replies: [{ text: 'It was a dark and stormy night, and nobody slept.', holdHalf: 'half' }] },
  ],
  after: { text: 'Yes.' },
};

/** What it tells of what the models sent in its first turn, as it tells it. */
function checkUsage(project: Project, { tokens, cost }: Agent, { tells = {} }: AcpAgent): void {
  const { tokens: which = 'all', cache = true, usd: price, besides } = tells;
  const sent = sentTokens(project.models, besides);
  const last = { input: 20, output: 12, cacheRead: 2500, cacheWrite: 0, reasoning: 0 };
  const whole = which === 'last' ? last : sent;
  const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  const told = cache ? whole : { ...whole, input: whole.input + whole.cacheRead, cacheRead: 0 };
  expect(tokens ?? none).toEqual(which === 'no' ? none : told);
  const usd = price && usdOf(sent, price);
  expect(cost ?? null).toEqual(usd === undefined ? null : { usd: expect.closeTo(usd, 9), provenance: 'reported' });
}

for (const [runtime, facts] of Object.entries<AcpAgent>(ACP)) {
  const program = await cli(facts.cli);
  const real = realCli(facts.cli, program, runtime);
  const driven = test.skipIf(program === null);
  beforeEach(() => forget(facts.cli));

  driven(`${runtime}: an edit and a command are allowed, another one is denied, by keys in the inbox`, async () => {
    await using project = await startProject(real, WORK);
    const { worktree } = await project.start('a', 'CHANGE it', { worktree: true, ...facts.start });
    using inbox = await openInbox(project);
    await inbox.allow(/\+changed/);
    if (!facts.runsUnasked) await inbox.allow(/touch made\.txt/);
    const agent = await untilTurn(project.client, 'a', 1);
    expect(readFileSync(join(worktree!, 'file.txt'), 'utf8')).toBe('changed\n');
    expect(existsSync(join(worktree!, 'made.txt'))).toBe(!facts.runsUnasked);
    checkUsage(project, agent, facts);
    const text = facts.runsUnasked ? 'WRITE it' : 'REMOVE it';
    await project.client.call('agent.prompt', { agent: 'a', text, images: [] });
    await inbox.refuse(facts.runsUnasked ? /\+more/ : /rm file\.txt/);
    await untilTurn(project.client, 'a', 2);
    expect(existsSync(join(worktree!, 'file.txt'))).toBe(true);
    expect(existsSync(join(worktree!, 'more.txt'))).toBe(false);
    const events = await eventsOf(project.client, 'a');
    expect(ofType(events, 'toolFinished').at(-1)).toMatchObject({ outcome: 'denied' });
    expect(ofType(events, 'troubled')).toEqual([]);
    // A guess at what the person types next.
    expect(project.models.asked.filter(({ ask }) => ask.prompt.includes('SUGGESTION'))).toEqual([]);
    expect(ofType(events, 'answered').map(({ by }) => by.who)).not.toContain('rule');
    await untilAgent(project.client, 'a', 'is idle', ({ status }) => status.state === 'idle');
  });

  driven(`${runtime}: over a kill of the daemon a request stands, and the turn goes on`, async () => {
    await using project = await startProject(real, WORK);
    const { worktree } = await project.start('a', 'CHANGE it', { worktree: true, ...facts.start });
    const asked = await untilAgent(project.client, 'a', 'asks', ({ approvals = [] }) => approvals.length > 0);
    await project.killDaemon();
    const after = await untilAgent(project.client, 'a', 'is known', () => true);
    expect(after.approvals).toEqual(asked.approvals);
    await project.answer('a', 'once');
    if (!facts.runsUnasked) {
      const isNext = ({ approvals }: Agent) => approvals?.[0]?.command === COMMAND;
      await untilAgent(project.client, 'a', 'asks again', isNext);
      await project.answer('a', 'once');
    }
    const agent = await untilTurn(project.client, 'a', 1);
    expect(readFileSync(join(worktree!, 'file.txt'), 'utf8')).toBe('changed\n');
    checkUsage(project, agent, facts);
    const events = await eventsOf(project.client, 'a');
    expect(ofType(events, 'asked')).toHaveLength(facts.runsUnasked ? 1 : 2);
    expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual([
      ...['done', 'done', facts.runsUnasked ? 'failed' : 'done'],
    ]);
  });

  driven(`${runtime}: the daemon is killed in the middle of an answer, and later the session goes on`, async () => {
    await using project = await startProject(real, WORK);
    await project.start('a', 'TELL a story', facts.start);
    await until('half of it is sent', () => project.models.asked.some(({ ask }) => ask.prompt.includes('TELL')));
    await untilAgent(project.client, 'a', 'works', ({ turn }) => turn?.startedAt != null);
    await project.killDaemon();
    project.models.release('half');
    const first = await untilTurn(project.client, 'a', 1);
    const said = () => eventsOf(project.client, 'a').then((events) => ofType(events, 'said').map(({ text }) => text));
    expect(await said()).toEqual(['It was a dark and stormy night, and nobody slept.']);
    await project.client.call('agent.stop', { agent: 'a' });
    await project.killDaemon();
    facts.beforeResume?.(process.env.HOME!);
    const { env } = project;
    const { notes } = await project.client.call('agent.resume', { agent: 'a', prompt: 'and then?', env });
    expect(notes).toEqual([]);
    const second = await untilTurn(project.client, 'a', 2);
    expect(second.sessionId).toBe(first.sessionId);
    expect(JSON.stringify(project.models.asked.findLast(({ side }) => !side)!.body)).toContain('stormy night');
    expect((await said()).at(-1)).toBe('Yes.');
  });
}

const qwen = await cli('qwen');
test.skipIf(qwen === null)(
  'qwen-acp: asks for no guess at the next prompt, unless its settings are others',
  async () => {
    forget('qwen');
    await using project = await startProject(realCli('qwen', qwen, 'qwen-acp'), WORK);
    await project.start('quiet', 'REMOVE it');
    await project.answer('quiet', 'once');
    await untilTurn(project.client, 'quiet', 1);
    const asked = project.models.asked.length;
    // Where nothing forbids it, it asks as soon as its turn is over: another one, started later, is not quicker.
    const defaults = join(tempFolder('defaults'), 'defaults.json');
    writeFileSync(defaults, '{}');
    await project.start('other', 'REMOVE it', { env: { ...project.env, QWEN_CODE_SYSTEM_DEFAULTS_PATH: defaults } });
    await project.answer('other', 'once');
    await untilTurn(project.client, 'other', 1);
    const isGuess = ({ ask }: Asked) => ask.prompt.includes('SUGGESTION');
    await until('the other one guesses', () => project.models.asked.slice(asked).some(isGuess));
    expect(project.models.asked.filter(isGuess)).toHaveLength(1);
  },
);
