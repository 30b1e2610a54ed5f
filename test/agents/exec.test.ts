import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { Agent } from '../../src/schema/agent.ts';
import { eventsOf, ofType, untilAgent, untilTurn } from '../daemon/chat.ts';
import type { Script } from '../support/models/script.ts';
import { until } from '../support/wait.ts';
import { type Cli, cli } from './cli.ts';
import { type Price, sentTokens, startProject, usdOf } from './project.ts';
import { forget, realCli } from './settings.ts';

/** One CLI that is run for one turn a life. */
interface Exec {
  cli: Cli;
  /** With what it writes a file unasked. */
  free: { mode?: string; unattended?: 'auto' };
  model?: string;
  /** False: what it asks beside the conversation is not among what it tells. */
  besides?: boolean;
  /** It tells dollars. */
  price?: Price;
}

const EXEC: Record<string, Exec> = {
  'claude-exec': {
    cli: 'claude',
    free: { mode: 'acceptEdits' },
    price: { input: 4, output: 20, cacheRead: 0.2 },
  },
  'gemini-exec': { cli: 'gemini', free: { unattended: 'auto' }, model: 'gemini-2.5-pro' },
  'opencode-exec': {
    cli: 'opencode',
    free: { unattended: 'auto' },
    price: { input: 3, output: 15, cacheRead: 0.3 },
    besides: false,
  },
  'qwen-exec': { cli: 'qwen', free: { unattended: 'auto' } },
};

const SCRIPT: Script = {
  flows: [
    {
      when: 'MAKE',
      replies: [
        {
          text: 'I make it.',
          tools: [{ tool: 'write', path: 'made.txt', content: 'made\n' }],
          usage: { input: 30, output: 8, cacheRead: 500 },
        },
        { text: 'It is made.', usage: { input: 10, output: 3, cacheRead: 600 } },
      ],
    },
    {
      when: 'MORE',
      replies: [{ text: 'One more.', hold: 'second', usage: { input: 7, output: 4, cacheRead: 650 } }],
    },
    { when: 'REMOVE', replies: [{ tools: [{ tool: 'bash', command: 'rm file.txt' }] }, { text: 'Then it stays.' }] },
    {
      when: 'FAIL',
      replies: Array.from({ length: 20 }, () => ({
        status: 401,
        error: 'invalid x-api-key',
        errorType: 'authentication_error',
      })),
    },
  ],
  after: { text: 'Yes.', usage: { input: 5, output: 2, cacheRead: 700 } },
};

for (const [runtime, facts] of Object.entries(EXEC)) {
  const program = await cli(facts.cli);
  const real = realCli(facts.cli, program, runtime);
  const driven = test.skipIf(program === null);
  const more = { ...(facts.model !== undefined && { model: facts.model }) };
  beforeEach(() => forget(facts.cli));
  const hasEnded = ({ exit }: Agent) => exit !== null;

  driven(
    `${runtime}: one turn a life, prompts go on with its session, also over a kill of the daemon; tokens as sent`,
    async () => {
      await using project = await startProject(real, SCRIPT);
      await project.start('e', 'MAKE it', { ...facts.free, ...more });
      const first = await untilTurn(project.client, 'e', 1);
      expect(readFileSync(join(project.world.root, 'made.txt'), 'utf8')).toBe('made\n');
      const sent = () => sentTokens(project.models, facts.besides);
      expect(first.tokens).toEqual(sent());
      await untilAgent(project.client, 'e', 'has ended', hasEnded);
      await project.client.call('agent.prompt', { agent: 'e', text: 'MORE of it', images: [] });
      await until('its second turn', () => project.models.asked.some(({ ask }) => ask.prompt.includes('MORE')));
      await project.killDaemon();
      project.models.release('second');
      await untilTurn(project.client, 'e', 2);
      await untilAgent(project.client, 'e', 'has ended', hasEnded);
      await project.client.call('agent.resume', { agent: 'e', prompt: 'is it made?', env: project.env });
      const last = await untilTurn(project.client, 'e', 3);
      expect(last.sessionId).toBe(first.sessionId);
      expect(JSON.stringify(project.models.asked.findLast(({ side }) => !side)!.body)).toContain('MAKE it');
      expect(last.tokens).toEqual(sent());
      const { price } = facts;
      const usd = price && usdOf(sent(), price);
      expect(last.cost ?? null).toEqual(
        usd === undefined ? null : { usd: expect.closeTo(usd, 9), provenance: 'reported' },
      );
      const events = await eventsOf(project.client, 'e');
      expect(ofType(events, 'turnEnded').map(({ outcome }) => outcome)).toEqual([
        'completed',
        'completed',
        'completed',
      ]);
      expect(ofType(events, 'said').map(({ text }) => text)).toEqual([
        'I make it.',
        'It is made.',
        'One more.',
        'Yes.',
      ]);
      expect(ofType(events, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done']);
      expect(ofType(events, 'prompted').map(({ text }) => text)).toEqual(['MAKE it', 'MORE of it', 'is it made?']);
    },
  );

  driven(
    `${runtime}: what it would ask for is refused, and a failure is told with what the provider said`,
    async () => {
      await using project = await startProject(real, SCRIPT);
      await project.start('e', 'REMOVE it', more);
      await untilTurn(project.client, 'e', 1);
      expect(existsSync(join(project.world.root, 'file.txt'))).toBe(true);
      const refused = ofType(await eventsOf(project.client, 'e'), 'toolFinished').map(({ outcome }) => outcome);
      // Gemini CLI takes its tools away instead, and tells of no refusal.
      expect(refused).not.toContain('done');
      await project.start('f', 'FAIL now', more);
      const failed = await untilAgent(project.client, 'f', 'has ended', hasEnded);
      expect(failed).toMatchObject({ status: { state: 'failed' }, trouble: { kind: 'login' } });
      const ends = ofType(await eventsOf(project.client, 'f'), 'turnEnded').map(({ outcome }) => outcome);
      expect(ends).toEqual(['failed']);
    },
  );
}
