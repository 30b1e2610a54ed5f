import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bridge, startBridge } from '../support/bridge.ts';
import type { Script } from '../support/models/script.ts';
import { type Models, startModels } from '../support/models/server.ts';
import { makeRepository, tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';
import type { AcpAgent } from './acp-agents.ts';
import { cli } from './cli.ts';
import { settle } from './settings.ts';

const SCRIPT: Script = {
  flows: [
    {
      when: 'CHANGE',
      replies: [
        {
          thinking: 'A file is wanted.',
          text: 'I write it.',
          tools: [{ tool: 'write', path: 'hello.txt', content: 'hello\nworld\n' }],
          usage: { input: 100, output: 40, cacheRead: 2000 },
        },
        { tools: [{ tool: 'read', path: 'hello.txt' }], usage: { input: 40, output: 10 } },
        {
          tools: [{ tool: 'edit', path: 'hello.txt', old: 'world', new: 'there' }],
          usage: { input: 50, output: 30, cacheRead: 2300 },
        },
        { text: 'Both are **done**.', usage: { input: 70, output: 15, cacheRead: 2450 } },
      ],
    },
    {
      when: 'SHELL',
      replies: [
        { text: 'I run it.', tools: [{ tool: 'bash', command: 'touch made-by-shell' }] },
        { text: 'It did not run.' },
      ],
    },
    {
      when: 'WRITE',
      replies: [
        { text: 'I write more.', tools: [{ tool: 'write', path: 'more.txt', content: 'more\n' }] },
        { text: 'No.' },
      ],
    },
    { when: 'SLOW', replies: [{ text: 'So slow that it can be interrupted in its middle', holdHalf: 'slow' }] },
    {
      when: 'FAIL',
      replies: Array.from({ length: 20 }, () => ({
        status: 401,
        error: 'invalid x-api-key',
        errorType: 'authentication_error',
      })),
    },
    { when: 'SAY', replies: [{ text: 'Just a sentence.' }] },
  ],
};

interface World {
  bridge: Bridge;
  repository: string;
  models: Models;
  home: string;
  again(): Bridge;
}

async function withAgent(agent: AcpAgent, program: string | null, run: (world: World) => Promise<void>): Promise<void> {
  const repository = makeRepository({ 'README.md': '# sample\n' });
  await using models = await startModels(SCRIPT, { cwd: repository });
  const home = tempFolder('home');
  const env = {
    ...settle(agent.cli, models, home),
    HOME: home,
    XDG_CONFIG_HOME: '',
    XDG_DATA_HOME: '',
    XDG_CACHE_HOME: '',
  };
  const bridges: Bridge[] = [];
  const again = () => {
    const bridge = startBridge(['acp', ...(agent.words ?? []), '--', program!, ...(agent.args ?? [])], {
      cwd: repository,
      env,
    });
    bridges.push(bridge);
    return bridge;
  };
  try {
    await run({ bridge: again(), repository, models, home, again });
  } finally {
    models.release('slow');
    await Promise.all(bridges.map((bridge) => bridge.end()));
  }
  expect(models.unknown).toEqual([]);
}

/** Answers the next requests until the turn is over. */
async function answering(bridge: Bridge, verdict: 'once' | 'deny', turn: number): Promise<void> {
  const asked = () => bridge.all('asked');
  const before = asked().length;
  const over = bridge.nth('turnEnded', turn);
  for (let n = before + 1; ; n++) {
    const next = await Promise.race([bridge.nth('asked', n), over]);
    if (next.type === 'turnEnded') return;
    bridge.send({ do: 'answer', approval: next.approval, answer: { verdict } });
  }
}

const texts = (bridge: Bridge) => bridge.all('said').map(({ text }) => text);

/** What every agent must do: a turn with an edit that is allowed, one that is denied, one that is interrupted, one that fails, and its session again. */
export async function driveAcp(name: string, agent: AcpAgent): Promise<void> {
  const program = await cli(agent.cli);
  const { tokens = 'all', cache = true, usd } = agent.tells ?? {};

  test.skipIf(program === null)(`${name}: tools with diffs, approvals allowed and denied, an interruption`, () =>
    withAgent(agent, program, async ({ bridge, repository }) => {
      bridge.start();
      expect((await bridge.nth('session')).sessionId).not.toBe('');
      expect((await bridge.nth('configured')).version).toMatch(agent.version);
      bridge.prompt('CHANGE please');
      await answering(bridge, 'once', 1);
      expect(bridge.all('turnEnded')[0]).toMatchObject({ outcome: 'completed' });
      expect(texts(bridge).at(-1)).toBe('Both are **done**.');
      const diffs = bridge.all('toolFinished').flatMap(({ diff }) => diff ?? []);
      expect(diffs[0]).toBe('--- /dev/null\n+++ b/hello.txt\n@@ -0,0 +1,2 @@\n+hello\n+world\n');
      expect(diffs[1]).toBe('--- a/hello.txt\n+++ b/hello.txt\n@@ -1,2 +1,2 @@\n hello\n-world\n+there\n');
      const first = bridge.all('asked')[0]!.approval;
      expect(first).toMatchObject({ diff: diffs[0], paths: ['hello.txt'], command: null });
      expect(first.verdicts).toEqual(expect.arrayContaining(['once', 'deny']));
      checkUsage(bridge, { tokens, cache, usd: usd !== undefined });
      expect(bridge.all('troubled')).toEqual([]);
      bridge.prompt(agent.runsUnasked ? 'WRITE please' : 'SHELL please');
      await answering(bridge, 'deny', 2);
      const denied = bridge.all('asked').at(-1)!.approval;
      expect(denied).toMatchObject({ command: agent.runsUnasked ? null : 'touch made-by-shell', turn: 2 });
      expect(bridge.all('toolFinished').at(-1)).toMatchObject({ call: denied.call, outcome: 'denied' });
      expect(existsSync(join(repository, 'made-by-shell')) || existsSync(join(repository, 'more.txt'))).toBe(false);
      if (!agent.denialEnds) expect(texts(bridge).at(-1)).toBe('It did not run.');
      bridge.prompt('SLOW please');
      await bridge.nth('turnStarted', 3);
      const half = () =>
        bridge.deltas
          .map(({ text }) => text)
          .join('')
          .includes('So slow');
      await until('half of the answer', half);
      bridge.send({ do: 'interrupt' });
      expect(await bridge.nth('turnEnded', 3)).toMatchObject({ outcome: 'interrupted' });
      expect(texts(bridge).at(-1)).toContain('So slow');
    }),
  );

  test.skipIf(program === null)(
    `${name}: a session is taken up again after its program was ended, and a failure is told`,
    () =>
      withAgent(agent, program, async ({ bridge, again, models, home }) => {
        bridge.start();
        bridge.prompt('SAY something');
        expect(await bridge.nth('turnEnded')).toMatchObject({ outcome: 'completed' });
        const { sessionId } = bridge.all('session')[0]!;
        await bridge.end();
        agent.beforeResume?.(home);
        const second = again();
        second.start({ resume: sessionId, turn: 1 });
        second.prompt('SAY it again');
        expect(await second.nth('turnEnded')).toMatchObject({ turn: 2, outcome: 'completed' });
        expect(second.all('session')).toEqual([{ type: 'session', sessionId }]);
        expect(texts(second)).toEqual(['Just a sentence.']);
        const body = JSON.stringify(models.asked.findLast(({ side }) => !side)!.body);
        expect(body).toContain('SAY something');
        second.prompt('FAIL now');
        expect(await second.nth('turnEnded', 2)).toMatchObject({ outcome: 'failed' });
        expect(second.all('troubled').at(-1)!.trouble).toMatchObject({ kind: 'login' });
      }),
  );
}

/** Sums of the first turn's four replies. */
function checkUsage(bridge: Bridge, { tokens, cache, usd }: { tokens: string; cache: boolean; usd: boolean }): void {
  const used = bridge.all('used')[0];
  if (tokens === 'no') {
    expect(used).toBeUndefined();
    return;
  }
  const last = tokens === 'last';
  const read = last ? 2450 : 6750;
  const input = last ? 70 : 260;
  expect(used!.tokens).toMatchObject({
    input: cache ? input : input + read,
    output: last ? 15 : 95,
    cacheRead: cache ? read : 0,
  });
  expect(used!.provenance.tokens).toBe('reported');
  if (usd) expect(used!.usd).toBeGreaterThan(0);
}
