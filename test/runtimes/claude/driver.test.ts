import { describe, expect, test } from 'vitest';
import { addTokens, NO_TOKENS } from '../../../src/core/activity.ts';
import { ClaudeDriver } from '../../../src/runtimes/claude/driver.ts';
import type { Report } from '../../../src/runtimes/driver.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';
import { agentWith, recorded, replay, sentTokens } from './replay.ts';

type Of<T extends Report['type']> = Extract<Report, { type: T }>;
const of = <T extends Report['type']>(reports: readonly Report[], type: T) =>
  reports.filter((report): report is Of<T> => report.type === type);

const tokensOf = (reports: readonly Report[]) =>
  of(reports, 'used').reduce((sum, { tokens }) => addTokens(sum, tokens ?? NO_TOKENS), NO_TOKENS);
const usdOf = (reports: readonly Report[]) => of(reports, 'used').reduce((sum, { usd }) => sum + (usd ?? 0), 0);
const ended = (reports: readonly Report[]) =>
  of(reports, 'turnEnded').map(({ turn, outcome, message }) => [turn, outcome, message]);

/** List prices of Opus 5.5 in dollars for a million tokens, as its recordings have them. */
const PRICE = { input: 4, output: 20, cacheRead: 0.2, cacheWrite: 5 };

describe('a prompt', () => {
  test('is one turn, with its session, what it runs with, thoughts, messages, tokens and cost', () => {
    const { reports, written } = replay('prompt');
    expect(reports.map(({ type }) => type)).toEqual([
      ...[
        'configured',
        'configured',
        'session',
        'configured',
        'turnStarted',
        'thought',
        'said',
        'used',
        'used',
        'context',
      ],
      ...['turnEnded', 'turnStarted', 'thought', 'said', 'used', 'context', 'used', 'turnEnded'],
    ]);
    expect(of(reports, 'turnStarted').map(({ turn, prompt, model }) => [turn, prompt, model])).toEqual([
      [1, 'hello', 'claude-opus-5-5'],
      [2, 'and again', 'claude-opus-5-5'],
    ]);
    expect(of(reports, 'configured')[0]!.models?.map(({ id }) => id)).toContain('haiku');
    expect(of(reports, 'configured')[0]!.modes?.map(({ id }) => id)).toContain('acceptEdits');
    expect(of(reports, 'said')[0]).toMatchObject({ who: 'agent', text: 'Hello! **What** shall we do?', parent: null });
    expect(of(reports, 'context')[0]).toEqual({ type: 'context', used: 2440, size: 1_000_000 });
    expect(tokensOf(reports)).toEqual(sentTokens('prompt'));
    for (const { recorded, written: ours } of written) {
      expect(ours).toEqual({ ...(recorded as object), ...ids(ours) });
    }
  });

  test('grows piece by piece into what is then told whole, under one name', () => {
    const { reports, effects } = replay('prompt');
    const grown = new Map<string, string>();
    for (const effect of effects) {
      if (effect.type !== 'delta') continue;
      grown.set(effect.delta.item, (grown.get(effect.delta.item) ?? '') + effect.delta.text);
    }
    const whole = [...of(reports, 'said'), ...of(reports, 'thought')].map(({ item, text }) => [item, text] as const);
    expect(new Map(whole)).toEqual(grown);
  });

  test('may come with pictures: their bytes, or their names where nobody has read them', () => {
    const { written } = replay('image');
    const content = (message: unknown) => (message as { message: { content: unknown[] } }).message.content;
    expect(content(written.at(-1)!.written)).toEqual(content(written.at(-1)!.recorded).toReversed());
    const driver = new ClaudeDriver({ agent: agentWith(), past: [] });
    const [unread] = driver.prompt({ id: 'p', text: 'look', images: ['/x.png'] });
    expect(unread).toMatchObject({ text: expect.stringContaining('"content":"look\\nImage: /x.png"') });
  });

  test.each(['tools', 'asked', 'two', 'question', 'plan', 'withdrawn', 'configure', 'subagent', 'tasks', 'resume'])(
    'uses exactly what the models sent: %s',
    (name) => expect(tokensOf(replay(name).reports)).toEqual(sentTokens(name)),
  );

  test('costs what its tokens cost, told once', () => {
    const { reports } = replay('tools');
    const { input, output, cacheRead, cacheWrite } = sentTokens('tools');
    const usd =
      input * PRICE.input + output * PRICE.output + cacheRead * PRICE.cacheRead + cacheWrite * PRICE.cacheWrite;
    expect(usdOf(reports)).toBeCloseTo(usd / 1e6, 9);
  });
});

/** Ids that a driver chooses itself. */
const ids = (written: unknown) => {
  const { uuid, request_id } = written as { uuid?: string; request_id?: string };
  return { ...(uuid && { uuid }), ...(request_id && { request_id }) };
};

describe('tools', () => {
  test('are told with input, place, output, diff and outcome', () => {
    const { reports } = replay('tools');
    expect(
      of(reports, 'toolStarted').map(({ tool, kind, title, locations }) => [tool, kind, title, locations]),
    ).toEqual([
      ['Read', 'read', 'Read greeting.txt', [{ path: 'greeting.txt', line: null }]],
      ['Edit', 'edit', 'Edit greeting.txt', [{ path: 'greeting.txt', line: null }]],
      ['Write', 'edit', 'Write new.txt', [{ path: 'new.txt', line: null }]],
      ['Bash', 'execute', 'Bash wc -l *.txt; exit 3', []],
    ]);
    expect(of(reports, 'toolFinished').map(({ outcome, diff }) => [outcome, diff])).toEqual([
      ['done', null],
      ['done', '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1,2 +1,2 @@\n hello\n-world\n+there\n'],
      ['done', '--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,2 @@\n+one\n+two\n'],
      ['failed', null],
    ]);
    expect(of(reports, 'toolFinished').at(-1)!.error).toContain('Exit code 3');
  });

  test('that keep a plan tell it', () => {
    const plans = of(replay('tasks').reports, 'planned').map(({ entries }) => entries);
    expect(plans.at(-1)).toEqual([
      { text: 'Look', status: 'done' },
      { text: 'Change', status: 'running' },
    ]);
    // A daemon that was started anew in between knows the tasks.
    const before = replay('tasks', { stop: /TaskUpdate/ });
    const driver = new ClaudeDriver({ agent: agentWith(), past: before.events });
    const after = recorded('tasks').slice(recorded('tasks').findIndex((line) => /TaskUpdate/.test(line)));
    const effects = after.flatMap((line) => (line.startsWith('< ') ? driver.line('stdout', line.slice(2), 9) : []));
    const later = of(
      effects.flatMap((effect) => (effect.type === 'report' ? [effect.report] : [])),
      'planned',
    );
    expect(later.map(({ entries }) => entries).at(-1)).toEqual(plans.at(-1));
    // A call that this version refuses is no plan.
    expect(of(replay('todos').reports, 'planned')).toEqual([]);
  });

  test('of a subagent, and what is said to it and by it, belong to its call', () => {
    const { reports } = replay('subagent');
    const [agent] = of(reports, 'toolStarted');
    expect(agent).toMatchObject({ tool: 'Agent', kind: 'agent', parent: null });
    expect(of(reports, 'said').map(({ who, text, parent }) => [who, text, parent])).toEqual([
      ['user', 'look around', agent!.call],
      ['agent', 'I looked.', agent!.call],
      ['agent', 'It looked.', null],
    ]);
  });
});

describe('a turn', () => {
  test('that is interrupted ends so, and the next prompt is worked at', () => {
    const { reports } = replay('interrupt');
    expect(ended(reports)).toEqual([
      [1, 'interrupted', null],
      [2, 'completed', null],
    ]);
    expect(of(reports, 'troubled')).toEqual([]);
    expect(ended(replay('sigint').reports)).toEqual([[1, 'interrupted', null]]);
  });

  test.each([
    ['fail-401', 'login', 401],
    ['fail-429', 'rateLimit', 429],
    ['fail-500', 'other', 500],
    ['fail-529', 'overloaded', 529],
  ])('fails with what the provider said, though its result says success: %s', (name, kind, status) => {
    const { reports } = replay(name);
    const troubles = of(reports, 'troubled').map(({ trouble }) => trouble);
    expect(troubles.map((one) => [one.kind, one.status, one.retries])).toEqual([
      [kind, status, true],
      [kind, status, false],
    ]);
    expect(ended(reports)).toEqual([[1, 'failed', troubles.at(-1)!.message]]);
    // That it tries again is said by whoever shows it.
    expect(troubles[0]!.message).toMatch(/^HTTP \d+ \(\w+\)$/);
    expect(of(reports, 'said')).toEqual([]);
  });

  test('that a limit stops says until when', () => {
    const { reports } = replay('fail-limit');
    const resetsAt = 1_795_250_000_000;
    expect(of(reports, 'limited').map(({ limit }) => [limit.scope, limit.status, limit.usedPercent])).toEqual([
      ['five_hour', 'exceeded', null],
      ['seven_day', 'ok', 40],
    ]);
    expect(of(reports, 'troubled').at(-1)!.trouble).toMatchObject({
      kind: 'rateLimit',
      retries: false,
      until: resetsAt,
    });
  });

  test('whose connection breaks off goes on when it is tried again', () => {
    const { reports } = replay('fail-cut');
    expect(of(reports, 'troubled').map(({ trouble }) => [trouble.kind, trouble.retries])).toEqual([['network', true]]);
    expect(ended(reports)).toEqual([[1, 'completed', null]]);
  });

  test('in whose middle the process ends is closed, with its calls and requests', () => {
    const { driver, reports } = replay('asked', { stop: /^> .*"behavior":"deny"/ });
    const [asked] = of(reports, 'asked').slice(-1);
    const closing = driver.exited({ code: null, signal: 'SIGKILL' }, 99);
    expect(closing).toEqual([
      { type: 'report', report: expect.objectContaining({ type: 'answered', id: asked!.approval.id, answer: null }) },
      { type: 'report', report: expect.objectContaining({ type: 'toolFinished', outcome: 'cancelled' }) },
      { type: 'report', report: expect.objectContaining({ type: 'turnEnded', turn: 1, outcome: 'failed' }) },
    ]);
  });
});

describe('a session', () => {
  test('goes on in another life: turns are counted on, cost and tokens are not told again', () => {
    const before = replay('before').events;
    const sessionId = before.find((event) => event.type === 'session')!.sessionId;
    const restarted: AgentEvent = { type: 'restarted', at: 2, epoch: 2, argv: [], sessionId };
    const agent = agentWith({ sessionId, epoch: 2 });
    const { reports } = replay('resume', { past: [...before, restarted], agent });
    expect(of(reports, 'turnStarted').map(({ turn }) => turn)).toEqual([2]);
    expect(of(reports, 'session')).toEqual([]);
    expect(tokensOf(reports)).toEqual(sentTokens('resume'));
    expect(usdOf(reports)).toBeCloseTo(0.000368, 9);
  });

  test('counts right by the totals alone, where a version tells no more', () => {
    const older = (name: string) =>
      recorded(name).map((line) => line.replace(/,"model_usage_since_last_result":.*\}\}\}$/, '}'));
    const drive = (past: AgentEvent[], lines: string[]) => {
      const driver = new ClaudeDriver({ agent: agentWith(), past });
      driver.prompt({ id: 'p', text: 'x', images: [] });
      const effects = lines.flatMap((line) => (line.startsWith('< ') ? driver.line('stdout', line.slice(2), 1) : []));
      return effects.flatMap((effect) => (effect.type === 'report' ? [effect.report] : []));
    };
    const first = drive([], older('before'));
    const past = first.map((report) => ({ ...report, at: 1, epoch: 1 }) as AgentEvent);
    const second = drive(past, older('resume'));
    expect(tokensOf(second)).toEqual(sentTokens('resume'));
    expect(usdOf(second)).toBeCloseTo(0.000368, 9);
  });

  test('that it does not know is refused, once, and nothing is made of it', () => {
    const { effects, reports } = replay('resume-refused', { agent: agentWith({ sessionId: 'old' }) });
    const refused = effects.filter(({ type }) => type === 'refused');
    expect(refused).toEqual([{ type: 'refused', message: expect.stringContaining('No conversation found') }]);
    expect(reports.map(({ type }) => type)).toEqual(['raw']);
    expect(effects.at(-1)).toMatchObject({ type: 'receipt', receipt: 'not delivered' });
  });

  test('switches model and mode, and says what it refuses', () => {
    const { reports, written } = replay('configure');
    const configured = of(reports, 'configured').slice(3);
    expect(configured.map(({ model, mode }) => [model, mode])).toEqual([
      [undefined, 'acceptEdits'],
      ['claude-haiku-5-5', undefined],
    ]);
    expect(written[3]!.written).toMatchObject({ request: { subtype: 'set_model', model: 'haiku' } });
    expect(of(reports, 'said').filter(({ who }) => who === 'system')[0]!.text).toContain('must be one of acceptEdits');
    // Each model's cost under its own name.
    expect(of(reports, 'used').flatMap(({ model, usd }) => (usd ? [model] : []))).toEqual([
      'claude-opus-5-5',
      'claude-haiku-5-5',
    ]);
  });
});
