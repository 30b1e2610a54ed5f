import { describe, expect, test } from 'vitest';
import { codexDriver } from '../../../src/runtimes/codex/driver.ts';
import { unwrapShell } from '../../../src/runtimes/codex/shell.ts';
import type { Effect } from '../../../src/runtimes/driver.ts';
import type { Approval } from '../../../src/schema/approval.ts';
import { random } from '../../core/agents.ts';
import { readRecording, recordingAgent } from './recording.ts';

const driver = () =>
  codexDriver({
    agent: { ...recordingAgent, sessionId: 'thread-1' },
    past: [{ type: 'configured', at: 0, epoch: 1 }],
  });
const json = (value: unknown) => JSON.stringify(value);
const written = (effects: Effect[]) => effects.flatMap((one) => (one.type === 'write' ? JSON.parse(one.text) : []));
const asked = (effects: Effect[]): Approval =>
  effects.flatMap((one) => (one.type === 'report' && one.report.type === 'asked' ? one.report.approval : []))[0]!;

describe('whatever it prints', () => {
  test('is kept when it is no message, and is no end', () => {
    for (const text of [
      'warning: no',
      '{"half":',
      '[1]',
      '{}',
      '{"id":7,"result":{}}',
      '{"method":"thread/brandNew","params":{}}',
    ]) {
      expect(driver().line('stdout', text, 1)).toMatchObject([{ type: 'report', report: { type: 'raw', text } }]);
    }
    expect(driver().line('stderr', '{"method":"turn/started"}', 1)).toMatchObject([
      { report: { type: 'raw', why: 'text' } },
    ]);
    expect(driver().line('stdout', '', 1)).toEqual([]);
  });

  test('a request with an unknown method is answered with an error, by its own id', () => {
    const effects = driver().line('stdout', json({ id: 'x-1', method: 'attestation/generate', params: {} }), 1);
    expect(written(effects)).toEqual([
      { id: 'x-1', error: { code: -32601, message: 'attestation/generate is not known here' } },
    ]);
  });

  test('what says nothing is told so in any order of its parts; half of it is kept, and a request by its name is answered', () => {
    const line = (text: string) => driver().line('stdout', text, 1);
    expect(line('{"method":"thread/status/changed","params":{"threadId":"t"},"emittedAtMs":1}')).toEqual([]);
    expect(line('{"params":{"threadId":"t"},"method":"thread/status/changed"}')).toEqual([]);
    expect(line('{"method":"thread/status/changed","params":{"thr')).toMatchObject([{ report: { type: 'raw' } }]);
    expect(line('{"method":"thread/status/changedTwice","params":{}}')).toMatchObject([{ report: { type: 'raw' } }]);
    expect(written(line('{"method":"hook/started","id":3,"params":{}}'))).toMatchObject([
      { id: 3, error: { code: -32601 } },
    ]);
  });

  test('never throws on messages whose parts were changed at random', () => {
    const { below, pick } = random(7);
    const values = [null, 7, '', [], {}, [null], 'x', { type: 'text' }, -1, true];
    const lines = ['tools', 'deny', 'failures', 'resume'].flatMap((name) =>
      readRecording(name).flatMap((life) => life.flatMap((step) => (step.do === 'line' ? step.text : []))),
    );
    const subject = driver();
    for (let round = 0; round < 3000; round++) {
      const message: unknown = parse(pick(lines));
      spoil(message, { below, pick }, values);
      expect(() => subject.line('stdout', json(message), round)).not.toThrow();
    }
  });
});

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** Puts something else in one place. */
function spoil(value: unknown, chance: ReturnType<typeof random>, values: unknown[]): void {
  if (typeof value !== 'object' || value === null) return;
  const inner = value as Record<string, unknown>;
  const keys = Object.keys(inner);
  if (keys.length === 0) return;
  const key = chance.pick(keys);
  if (typeof inner[key] === 'object' && inner[key] !== null && chance.below(5) > 0) spoil(inner[key], chance, values);
  else inner[key] = chance.pick(values);
}

describe('requests as their schema says them', () => {
  const request = (method: string, params: object) =>
    json({ id: 5, method, params: { threadId: 'thread-1', turnId: 'turn-1', itemId: 'call-1', ...params } });

  test('questions are asked with their choices and answered by their ids', () => {
    const subject = driver();
    const options = [{ label: 'Red', description: 'warm' }];
    const questions = [
      { id: 'colour', header: 'Colour', question: 'Which?', options },
      { id: 'why', question: 'Why?', options: null },
    ];
    const approval = asked(subject.line('stdout', request('item/tool/requestUserInput', { questions }), 1));
    expect(approval).toMatchObject({
      kind: 'question',
      title: 'Which? · Why?',
      questions: [{ choices: [{ label: 'Red', description: 'warm' }] }, { choices: [] }],
    });
    const answers = [['Red'], ['because']];
    expect(written(subject.answer(approval, { verdict: 'once', answers }, 2))).toEqual([
      { id: 5, result: { answers: { colour: { answers: ['Red'] }, why: { answers: ['because'] } } } },
    ]);
  });

  test('a form of an MCP server is filled in with the types it wants', () => {
    const subject = driver();
    const requestedSchema = {
      type: 'object',
      properties: {
        name: { type: 'string' },
        count: { type: 'integer' },
        sure: { type: 'boolean' },
        kind: { enum: ['a', 'b'] },
      },
    };
    const params = { serverName: 'box', mode: 'form', message: 'Fill in', requestedSchema };
    const approval = asked(subject.line('stdout', request('mcpServer/elicitation/request', params), 1));
    expect(approval.questions!.map(({ choices }) => choices.map(({ label }) => label))).toEqual([
      [],
      [],
      ['yes', 'no'],
      ['a', 'b'],
    ]);
    const answers = [['x'], ['3'], ['yes'], ['b']];
    expect(written(subject.answer(approval, { verdict: 'once', answers }, 2))).toMatchObject([
      { result: { action: 'accept', content: { name: 'x', count: 3, sure: true, kind: 'b' } } },
    ]);
    const again = asked(subject.line('stdout', request('mcpServer/elicitation/request', params), 1));
    expect(written(subject.answer(again, { verdict: 'deny' }, 2))).toMatchObject([
      { result: { action: 'decline', content: null } },
    ]);
  });

  test('more rights are given as asked, for the turn or the session, or not at all', () => {
    const permissions = { network: { enabled: true } };
    const answerWith = (verdict: 'once' | 'session' | 'deny') => {
      const subject = driver();
      const approval = asked(
        subject.line('stdout', request('item/permissions/requestApproval', { permissions, reason: 'why' }), 1),
      );
      expect(approval.reason).toBe('why');
      return written(subject.answer(approval, { verdict }, 2))[0].result;
    };
    expect(answerWith('once')).toEqual({ permissions, scope: 'turn' });
    expect(answerWith('session')).toEqual({ permissions, scope: 'session' });
    expect(answerWith('deny')).toEqual({ permissions: {}, scope: 'turn' });
  });

  test('one that Codex takes back is withdrawn, once', () => {
    const subject = driver();
    const line = request('item/commandExecution/requestApproval', { command: 'ls' });
    const { id } = asked(subject.line('stdout', line, 1));
    const resolved = json({ method: 'serverRequest/resolved', params: { threadId: 'thread-1', requestId: 5 } });
    expect(subject.line('stdout', resolved, 2)).toMatchObject([
      { report: { type: 'answered', id, by: { who: 'withdrawn' } } },
    ]);
    expect(subject.line('stdout', resolved, 3)).toEqual([]);
  });
});

test('what a shell is given is shown, and what is more than one word stays as it is', () => {
  expect(unwrapShell(`/bin/bash -lc 'ls -l | wc'`)).toBe('ls -l | wc');
  expect(unwrapShell(`bash -c "say \\"hi\\" \\$HOME"`)).toBe('say "hi" $HOME');
  expect(unwrapShell(`/bin/zsh -lc "echo \\"it's "'$HOME" && false'`)).toBe(`echo "it's $HOME" && false`);
  for (const plain of ['ls -l', `bash -lc 'a' 'b'`, `bash -lc "$(rm x)"`, 'bash script.sh', `bash -lc 'open`]) {
    expect(unwrapShell(plain)).toBe(plain);
  }
});
