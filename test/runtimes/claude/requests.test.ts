import { describe, expect, test } from 'vitest';
import { ClaudeDriver } from '../../../src/runtimes/claude/driver.ts';
import type { Effect, Report } from '../../../src/runtimes/driver.ts';
import type { Approval } from '../../../src/schema/approval.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';
import { agentWith, recorded, replay } from './replay.ts';

const asked = (reports: readonly Report[]) =>
  reports.flatMap((report) => (report.type === 'asked' ? [report.approval] : []));
const outcomes = (reports: readonly Report[]) =>
  reports.flatMap((report) => (report.type === 'toolFinished' ? [report.outcome] : []));
const answered = (reports: readonly Report[]) => reports.filter(({ type }) => type === 'answered');
const writes = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'write' ? [JSON.parse(effect.text)] : []));
const reportsOf = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.type === 'report' ? [effect.report] : []));

/** The line of the nth request of a recording. */
const requestLine = (name: string, nth = 0) =>
  recorded(name)
    .filter((line) => line.startsWith('< {"type":"control_request"'))
    [nth]!.slice(2);

describe('requests', () => {
  test('show the whole command or the edit, and what is answered is what was recorded', () => {
    const { reports, written } = replay('asked');
    const [edit, touch, remove] = asked(reports) as [Approval, Approval, Approval];
    expect(edit).toMatchObject({
      kind: 'tool',
      tool: 'Edit',
      title: 'Edit greeting.txt',
      paths: ['greeting.txt'],
      diff: '--- a/greeting.txt\n+++ b/greeting.txt\n@@ -1 +1 @@\n-world\n+there\n',
      verdicts: ['once', 'session', 'always', 'deny'],
      takesReason: true,
    });
    expect(touch).toMatchObject({ tool: 'Bash', command: 'touch made.txt && echo made', paths: ['made.txt'] });
    expect(remove.id).toHaveLength(6);
    expect(new Set([edit.id, touch.id, remove.id]).size).toBe(3);
    const answers = written.slice(2);
    expect(answers[0]!.written).toEqual(answers[0]!.recorded);
    expect(answers[2]!.written).toEqual(answers[2]!.recorded);
    expect(outcomes(reports)).toEqual(['done', 'done', 'done', 'denied']);
  });

  test('for the session are allowed as the request suggests, nowhere but in the session, and no edits with a command', () => {
    const { written } = replay('asked');
    const { updatedPermissions } = (written[3]!.written as { response: { response: { updatedPermissions: object[] } } })
      .response.response;
    expect(updatedPermissions).toEqual([
      expect.objectContaining({ type: 'addRules', destination: 'session' }),
      expect.objectContaining({ type: 'addDirectories', destination: 'session' }),
    ]);
  });

  test('that come again after they were allowed for the session are answered at once, and say so', () => {
    const { driver } = replay('asked', { stop: /^> .*"behavior":"deny"/ });
    const again = requestLine('asked', 1).replace(/"request_id":"[^"]*"/, '"request_id":"11111111-again"');
    const effects = driver.line('stdout', again, 5);
    expect(reportsOf(effects).map(({ type }) => type)).toEqual(['asked', 'answered']);
    expect(answered(reportsOf(effects))[0]).toMatchObject({ answer: { verdict: 'session' }, by: { who: 'rule' } });
    expect(writes(effects)).toMatchObject([
      { response: { request_id: '11111111-again', response: { behavior: 'allow' } } },
    ]);
  });

  test('can be two, each answered by its own id', () => {
    const { reports, written } = replay('two');
    expect(asked(reports).map(({ tool }) => tool)).toEqual(['Bash', 'Write']);
    for (const { recorded, written: ours } of written.slice(2)) expect(ours).toEqual(recorded);
    expect(outcomes(reports)).toEqual(['done', 'done']);
  });

  test('can be questions: choices go back by the text of the question', () => {
    const { reports, written } = replay('question');
    expect(asked(reports)[0]).toMatchObject({
      kind: 'question',
      title: 'Which colour?',
      verdicts: ['once', 'deny'],
      questions: [
        { text: 'Which colour?', many: false, choices: [{ label: 'Red', description: 'warm' }, { label: 'Blue' }] },
      ],
    });
    expect(written[2]!.written).toEqual(written[2]!.recorded);
  });

  test('can be about a plan: it is read off the call', () => {
    const { reports } = replay('plan');
    expect(asked(reports)[0]).toMatchObject({
      kind: 'plan',
      verdicts: ['once', 'deny'],
      input: '{"plan":"# The plan\\n1. Do it."}',
    });
  });

  test('that are withdrawn are closed without an answer', () => {
    const { reports } = replay('withdrawn');
    expect(answered(reports)).toEqual([
      {
        type: 'answered',
        id: asked(reports)[0]!.id,
        answer: null,
        by: { who: 'withdrawn', detail: expect.any(String) },
      },
    ]);
    expect(outcomes(reports)).toEqual(['cancelled']);
  });

  test('that are not known are refused by name, and kept', () => {
    const driver = new ClaudeDriver({ agent: agentWith(), past: [] });
    const line = '{"type":"control_request","request_id":"r","request":{"subtype":"dance"}}';
    const effects = driver.line('stdout', line, 1);
    expect(reportsOf(effects)).toEqual([{ type: 'raw', stream: 'stdout', why: 'unknown', text: line }]);
    expect(writes(effects)).toMatchObject([{ response: { subtype: 'error', request_id: 'r' } }]);
  });
});

describe('a daemon that is started anew', () => {
  const before = replay('asked', { stop: /^> .*"behavior":"deny"/ });
  const approval = asked(before.reports).at(-1)!;
  // As the service records it when somebody answers.
  const past = before.events.flatMap((event): AgentEvent[] => {
    if (event.type !== 'asked' || event.approval.id === approval.id) return [event];
    const verdict = event.approval.command === null ? 'once' : 'session';
    const by = { who: 'person', detail: 'inbox' } as const;
    return [event, { type: 'answered', at: 1, epoch: 1, id: event.approval.id, answer: { verdict }, by }];
  });
  const anew = () => new ClaudeDriver({ agent: agentWith({ sessionId: 's' }), past });

  test('answers what was asked before, with the whole input', () => {
    const [answer] = writes(anew().answer(approval, { verdict: 'once' }));
    expect(answer.response.response).toEqual({ behavior: 'allow', updatedInput: JSON.parse(approval.input) });
  });

  test('takes a request that its host tells again for the same one', () => {
    expect(anew().line('stdout', requestLine('asked', 2), 9)).toEqual([]);
  });

  test('goes on in the middle of the turn: the call is finished, the turn ended, nothing counted twice', () => {
    const driver = anew();
    const effects = [...driver.answer(approval, { verdict: 'deny', reason: 'leave it there' })];
    const lines = recorded('asked');
    const from = lines.findIndex((line) => /^> .*"behavior":"deny"/.test(line));
    for (const line of lines.slice(from))
      if (line.startsWith('< ')) effects.push(...driver.line('stdout', line.slice(2), 9));
    const reports = reportsOf(effects);
    expect(outcomes(reports)).toEqual(['denied']);
    expect(reports.filter(({ type }) => type === 'turnStarted')).toEqual([]);
    expect(reports.at(-1)).toMatchObject({ type: 'turnEnded', turn: 1, outcome: 'completed' });
    const usd = [...before.reports, ...reports].reduce((sum, one) => sum + ((one.type === 'used' && one.usd) || 0), 0);
    expect(usd).toBeCloseTo(0.000788, 9);
  });

  test('still allows what was allowed for the session', () => {
    const again = requestLine('asked', 1).replace(/"request_id":"[^"]*"/, '"request_id":"22222222-again"');
    expect(writes(anew().line('stdout', again, 9))).toHaveLength(1);
  });
});
