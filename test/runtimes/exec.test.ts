import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addTokens, NO_TOKENS } from '../../src/core/activity.ts';
import { runtimeOf } from '../../src/runtimes/choose.ts';
import type { Effect, Report, StructuredAsk } from '../../src/runtimes/driver.ts';
import type { Tokens } from '../../src/schema/activity.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { AgentEvent } from '../../src/schema/event.ts';

type Of<T extends Report['type']> = Extract<Report, { type: T }>;
const of = <T extends Report['type']>(reports: readonly Report[], type: T) =>
  reports.filter((report): report is Of<T> => report.type === type);

const agentWith = (fields: Partial<Agent>) =>
  ({ id: 'a', epoch: 1, cwd: '/home/dev/project', sessionId: null, rateLimits: [], ...fields }) as Agent;
const carried = (text: string) => [{ id: 'start-1', text, carried: true }];

/** One life of a recording (test/agents/record/exec.ts). */
function live(name: string, agent: Agent, past: AgentEvent[] = []) {
  const driver = runtimeOf(`${name.split('-')[0]}-exec`).structured!.driver({ agent, past });
  const effects: Effect[] = [...driver.start({ resume: null, prompt: null })];
  let sent = NO_TOKENS;
  for (const line of readFileSync(join(import.meta.dirname, '../fixtures/exec', `${name}.txt`), 'utf8')
    .trimEnd()
    .split('\n')) {
    const text = line.slice(2);
    if (line.startsWith('# {')) sent = addTokens(sent, JSON.parse(text) as Tokens);
    if (line.startsWith('< ')) effects.push(...driver.line('stdout', text, 1));
    if (line.startsWith('! ')) effects.push(...driver.line('stderr', text, 1));
    if (line.startsWith('= ')) effects.push(...driver.exited({ code: Number(text), signal: null }, 1));
  }
  const reports = effects.flatMap((effect) => (effect.type === 'report' ? [effect.report] : []));
  const events = reports.map((report) => AgentEvent.parse({ ...report, at: 1, epoch: agent.epoch }));
  const used = of(reports, 'used').reduce((sum, { tokens }) => addTokens(sum, tokens ?? NO_TOKENS), NO_TOKENS);
  return { reports, events, used, sent };
}

describe.each(['claude', 'qwen'])('%s, one turn a life', (cli) => {
  const first = live(`${cli}-work`, agentWith({ queue: carried('write a file') }));

  test('tells the turn, its tools, messages and tokens', () => {
    const { reports, used, sent } = first;
    expect(of(reports, 'session')).toHaveLength(1);
    expect(of(reports, 'turnStarted').map(({ turn, prompt }) => [turn, prompt])).toEqual([[1, 'write a file']]);
    expect(of(reports, 'toolStarted').map(({ kind, locations }) => [kind, locations[0]?.path])).toEqual([
      ['edit', 'new.txt'],
      ['execute', undefined],
    ]);
    expect(of(reports, 'toolFinished').map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(of(reports, 'said').at(-1)!.text).toBe('It has two lines.');
    expect(reports.at(-1)).toMatchObject({ type: 'turnEnded', turn: 1, outcome: 'completed' });
    expect(used).toEqual(sent);
  });

  test('goes on with the session in another life, which is counted alone', () => {
    const { sessionId } = of(first.reports, 'session')[0]!;
    const restarted: AgentEvent = { type: 'restarted', at: 2, epoch: 2, argv: [], sessionId };
    const agent = agentWith({ epoch: 2, sessionId, queue: carried('do you remember?') });
    const { reports, used, sent } = live(`${cli}-resume`, agent, [...first.events, restarted]);
    expect(of(reports, 'turnStarted').map(({ turn, prompt }) => [turn, prompt])).toEqual([[2, 'do you remember?']]);
    expect(of(reports, 'session')).toEqual([]);
    expect(used).toEqual(sent);
  });

  test('fails with what the provider said', () => {
    const { reports } = live(`${cli}-fail`, agentWith({ queue: carried('fail now') }));
    const [trouble] = of(reports, 'troubled').slice(-1);
    expect(trouble!.trouble).toMatchObject({ kind: 'login', status: 401, retries: false });
    expect(reports.at(-1)).toMatchObject({ type: 'turnEnded', outcome: 'failed', message: trouble!.trouble.message });
  });
});

test('the prompt comes on standard input, whatever it begins with, and the session by its id', () => {
  const ask: StructuredAsk = {
    ...{
      agent: agentWith({}),
      prompt: '--help me',
      resume: 's-1',
      args: ['--add-dir', '/x'],
      model: 'm',
      mode: null,
      version: null,
    },
  };
  const plan = runtimeOf('claude-exec').structured!.plan(ask);
  expect(plan).toMatchObject({ stdin: '--help me', carriesPrompt: true });
  expect(plan.args.slice(-6)).toEqual(['--resume', 's-1', '--model', 'm', '--add-dir', '/x']);
});

test('a life that ends without a word is told by its exit, with what it said on standard error', () => {
  const driver = runtimeOf('qwen-exec').structured!.driver({ agent: agentWith({ queue: carried('x') }), past: [] });
  const line = JSON.stringify({ type: 'system', subtype: 'init', session_id: 's', model: 'm' });
  driver.line('stdout', line, 1);
  driver.line('stderr', 'out of memory', 1);
  const [ended] = driver.exited({ code: null, signal: 'SIGKILL' }, 1);
  expect(ended).toMatchObject({
    report: { type: 'turnEnded', outcome: 'failed', message: expect.stringContaining('out of memory') },
  });
  expect(driver.interrupt(1)).toEqual([{ type: 'signal', signal: 'SIGINT' }]);
});
