import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PaseoCli, PaseoError } from '../../src/bridge/paseo/cli.ts';
import { newIn, readLog } from '../../src/bridge/paseo/logs.ts';
import { type Bridge, startBridge } from '../support/bridge.ts';
import { tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

const PASEO = join(import.meta.dirname, '../support/paseo.mjs');

interface World {
  bridge: Bridge;
  state: string;
  calls(): string[][];
}

function world(words: string[] = [], state = join(tempFolder('paseo'), 'state')): World {
  const argv = ['paseo', '--model=opus', '--', PASEO, '--host', 'h:1', '--provider', 'claude', ...words];
  const bridge = startBridge(argv, { cwd: tempFolder('work'), env: { PASEO_STATE: state } });
  const lines = () => readFileSync(`${state}.calls`, 'utf8').trim().split('\n');
  return { bridge, state, calls: () => lines().map((line) => JSON.parse(line) as string[]) };
}

test('a first prompt begins an agent, a second one is sent to it; what they did, used and cost is told once', async () => {
  const { bridge, calls } = world();
  bridge.start({ turn: 2 });
  bridge.prompt('FILE please\nwith two lines');
  expect(await bridge.nth('turnEnded')).toMatchObject({ turn: 3, outcome: 'completed' });
  expect(bridge.all('session')).toHaveLength(1);
  expect(bridge.all('thought').map(({ text }) => text)).toEqual(['A file is wanted.']);
  expect(bridge.all('said').map(({ text }) => text)).toEqual(['All done:\ntwo lines.']);
  expect(bridge.all('toolStarted')).toMatchObject([{ tool: 'Write', kind: 'edit', title: '/home/dev/repo/hello.txt' }]);
  bridge.prompt('--odd FILE');
  await bridge.nth('turnEnded', 2);
  expect(bridge.all('said')).toHaveLength(2);
  expect(bridge.all('used').map(({ turn, usd, tokens }) => [turn, usd, tokens!.cacheRead])).toEqual([
    [3, 0.25, 2000],
    [4, 0.25, 2000],
  ]);
  expect(bridge.receipts.map(({ receipt }) => receipt)).toEqual(['submitted', 'submitted']);
  const all = calls();
  expect(all.every((words) => words.join(' ').includes('--host h:1'))).toBe(true);
  expect(all.find(([verb]) => verb === 'run')).toEqual(
    expect.arrayContaining([
      '--detach',
      '--provider',
      'claude',
      '--model',
      'opus',
      '--',
      'FILE please\nwith two lines',
    ]),
  );
  expect(all.find(([verb]) => verb === 'send')?.slice(-2)).toEqual(['--', '--odd FILE']);
  await bridge.end();
});

test('a permission is asked, and a denial reaches it with its reason', async () => {
  const { bridge, calls } = world();
  bridge.start();
  bridge.prompt('ASK please');
  const { approval } = await bridge.nth('asked');
  expect(approval).toMatchObject({ tool: 'Bash', title: 'touch made-by-shell.txt', takesReason: true, turn: 1 });
  bridge.send({ do: 'answer', approval, answer: { verdict: 'deny', reason: 'not now' } });
  bridge.send({ do: 'answer', approval, answer: { verdict: 'once' } });
  await bridge.nth('turnEnded');
  expect(bridge.all('said').at(-1)!.text).toContain('Not allowed: not now');
  expect(calls().filter(([verb, what]) => verb === 'permit' && what !== 'ls')).toHaveLength(1);
  expect(bridge.all('answered')).toEqual([]);
  await bridge.end();
});

test('a turn is shown while it runs and can be interrupted; what waits then is withdrawn', async () => {
  const { bridge } = world();
  bridge.start();
  bridge.prompt('SAY');
  await bridge.nth('turnEnded');
  bridge.prompt('SLOW ASK');
  await bridge.nth('asked');
  bridge.send({ do: 'interrupt' });
  expect(await bridge.nth('turnEnded', 2)).toMatchObject({ outcome: 'interrupted' });
  expect(bridge.all('answered')).toMatchObject([{ answer: null, by: { who: 'withdrawn' } }]);
  await bridge.end();
});

test('an agent is taken up again, a session of a provider is imported, and what is neither is refused', async () => {
  const first = world();
  first.bridge.start();
  first.bridge.prompt('SAY');
  await first.bridge.nth('turnEnded');
  await first.bridge.end();
  const { sessionId } = first.bridge.all('session')[0]!;
  const again = world([], first.state).bridge;
  again.start({ resume: sessionId, turn: 1 });
  again.prompt('FAIL');
  expect(await again.nth('turnEnded')).toMatchObject({ turn: 2, outcome: 'failed' });
  expect(again.all('said').map(({ who, text }) => [who, text])).toEqual([
    ['system', 'Claude Code process exited with code 1\n\ncode: 1'],
  ]);
  await again.end();
  const imported = world([], first.state).bridge;
  imported.start({ resume: 'thread-7' });
  expect((await imported.nth('session')).sessionId).toBe('imported-thread-7');
  await imported.end();
  const gone = world([], first.state).bridge;
  gone.start({ resume: 'gone-1' });
  const refusal = await until('the refusal', () => gone.refusals[0]);
  expect(refusal).toContain('requires modeId');
  expect(refusal).toMatch(/paseo import gone-1 .*exit code 1; AGENT_IMPORT_FAILED/);
  await gone.end();
});

test('every command, and errors with command, exit code and standard error', async () => {
  const state = join(tempFolder('paseo'), 'state');
  process.env.PASEO_STATE = state;
  const paseo = new PaseoCli(PASEO, null);
  expect(await paseo.health()).toMatchObject({ status: 'running' });
  expect(await paseo.list()).toEqual([]);
  const { agentId } = await paseo.import('s', 'codex', '/work');
  expect(await paseo.send(agentId, 'SAY', { wait: true })).toMatchObject({ status: 'completed' });
  expect(await paseo.list()).toMatchObject([{ id: agentId, status: 'idle', provider: 'codex' }]);
  expect(await paseo.stop(agentId)).toMatchObject({ stoppedCount: 1 });
  expect(await paseo.archive(agentId)).toMatchObject({ agentId });
  const error = await paseo.inspect('none').catch((one: unknown) => one);
  expect(error).toBeInstanceOf(PaseoError);
  expect(error).toMatchObject({ code: 'AGENT_NOT_FOUND', command: ['inspect', 'none', '--json'], exitCode: 1 });
  expect((error as PaseoError).stderr).toContain('Agent not found: none');
  const away = await new PaseoCli(PASEO, 'nowhere:1').list().catch((one: unknown) => one);
  expect(away).toMatchObject({ code: 'DAEMON_NOT_RUNNING' });
  const missing = await new PaseoCli('/nowhere/paseo', null).list().catch((one: unknown) => one);
  expect(missing).toMatchObject({ code: null, exitCode: null, message: expect.stringContaining('ENOENT') });
});

test('a log is read from where it was left, however it is cut', () => {
  expect(newIn('a\nb', 'a\nb\nc')).toBe('c');
  expect(newIn('other', 'a\nb')).toBe('a\nb');
  expect(readLog('[User] two\nlines\nHello\n\nworld\n[Shell] ls\n[Thought] hm\nDone.', 'two\nlines')).toEqual([
    { type: 'said', tool: '', text: 'Hello\n\nworld' },
    { type: 'tool', tool: 'Shell', text: 'ls' },
    { type: 'thought', tool: '', text: 'hm' },
    { type: 'said', tool: '', text: 'Done.' },
  ]);
});
