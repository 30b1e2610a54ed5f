import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/runtimes/driver.ts';
import { codexExec } from '../../src/runtimes/exec/codex.ts';
import { type ExecRow, execRuntime } from '../../src/runtimes/exec/frame.ts';
import { geminiExec } from '../../src/runtimes/exec/gemini.ts';
import { opencodeExec } from '../../src/runtimes/exec/opencode.ts';
import { AgentEvent } from '../../src/schema/event.ts';
import { agentWith } from '../core/agents.ts';

const agent = agentWith({ cwd: '/project', queue: [{ id: 'p1', text: 'go', carried: true }] } as never);

/** One life of a CLI, after what is on record. */
function live(
  row: ExecRow,
  lines: (string | object)[],
  { code = 0, past = [] as AgentEvent[], errors = [] as string[] } = {},
) {
  const driver = execRuntime(row).structured!.driver({ agent, past });
  const effects = [
    ...lines.flatMap((line, at) => driver.line('stdout', typeof line === 'string' ? line : JSON.stringify(line), at)),
    ...errors.flatMap((line) => driver.line('stderr', line, 99)),
    ...driver.exited({ code, signal: null }, 100),
  ];
  const reports = effects.flatMap((one): Report[] => (one.type === 'report' ? [one.report] : []));
  const events = reports.map((one) => AgentEvent.parse({ at: 1, epoch: 1, ...one }));
  return { effects, reports, events };
}
const typesOf = (reports: Report[]) => reports.map(({ type }) => type);
const usedOf = (reports: Report[]) => reports.flatMap((one) => (one.type === 'used' ? one.tokens : []));

describe('codex exec', () => {
  const [first, second] = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'codex', 'exec.jsonl'), 'utf8')
    .trim()
    .split('\n\n')
    .map((life) => life.split('\n')) as [string[], string[]];

  test('tells its turn, as recorded, and counts a thread’s total only once over two lives', () => {
    const one = live(codexExec, first);
    expect(typesOf(one.reports)).toEqual([
      ...['session', 'turnStarted', 'thought', 'said', 'toolStarted', 'toolFinished', 'toolStarted', 'toolFinished'],
      ...['said', 'used', 'turnEnded'],
    ]);
    expect(one.effects).toContainEqual(expect.objectContaining({ type: 'receipt', prompt: 'p1', receipt: 'accepted' }));
    expect(one.reports.filter(({ type }) => type === 'toolFinished')).toMatchObject([
      { outcome: 'done', diff: null },
      { outcome: 'done', output: 'hi\n' },
    ]);
    expect(usedOf(one.reports)).toEqual([{ input: 210, output: 48, cacheRead: 6300, cacheWrite: 0, reasoning: 0 }]);
    const two = live(codexExec, second, { past: one.events });
    expect(usedOf(two.reports)).toEqual([{ input: 20, output: 3, cacheRead: 0, cacheWrite: 0, reasoning: 0 }]);
    expect(two.reports.at(-1)).toMatchObject({ type: 'turnEnded', turn: 2, outcome: 'completed' });
    const calls = [...one.reports, ...two.reports].flatMap((report) => (report.type === 'said' ? report.item : []));
    expect(new Set(calls).size).toBe(calls.length);
  });

  test('a failure, a session that is gone, an end without a word', () => {
    const message = 'exceeded retry limit, last status: 429 Too Many Requests';
    const failed = live(
      codexExec,
      [
        { type: 'thread.started', thread_id: 't' },
        { type: 'turn.started' },
        { type: 'error', message: `Reconnecting... 1/2 (${message})` },
        { type: 'error', message },
        { type: 'turn.failed', error: { message } },
      ],
      { code: 1 },
    );
    expect(failed.reports.slice(2)).toMatchObject([
      { type: 'troubled', trouble: { kind: 'rateLimit', retries: true } },
      { type: 'troubled', trouble: { kind: 'rateLimit', status: 429, retries: false } },
      { type: 'turnEnded', outcome: 'failed', message },
    ]);
    const told = 'exceeded limit, last status: 429. Please try again in 20m1s.';
    const limited = live(codexExec, [{ type: 'turn.started' }, { type: 'turn.failed', error: { message: told } }], {
      code: 1,
    });
    const trouble = limited.reports.find((one) => one.type === 'troubled')!.trouble;
    expect(trouble).toMatchObject({ kind: 'rateLimit', until: 1_201_001 });
    const gone = live(codexExec, [], {
      code: 1,
      errors: ['Error: thread/resume failed: no rollout found for thread id x'],
    });
    expect(gone.effects).toContainEqual({ type: 'refused', message: expect.stringContaining('no rollout') });
    const cut = live(codexExec, [{ type: 'turn.started' }, 'not JSON', '{"type":"new.kind"}'], { code: 1 });
    expect(typesOf(cut.reports)).toEqual(['turnStarted', 'raw', 'raw', 'turnEnded']);
    expect(cut.reports.at(-1)).toMatchObject({ outcome: 'failed' });
  });

  test('a session goes on by its id, the prompt on standard input', () => {
    const ask = { agent, prompt: 'go', resume: 's-1', args: ['-c', 'x=1'], model: 'm', mode: 'auto', version: null };
    expect(codexExec.args(ask)).toEqual([
      ...['exec', '-c', 'x=1', '--model', 'm', '--sandbox', 'workspace-write'],
      ...['resume', '--json', '--skip-git-repo-check', 's-1', '-'],
    ]);
    expect(execRuntime(codexExec).structured!.plan(ask)).toMatchObject({ stdin: 'go', carriesPrompt: true });
  });
});

test('opencode run: messages, tools with diffs, tokens and cost of each request', () => {
  const part = (type: string, of: object) => ({ type, sessionID: 'ses_1', part: { id: `prt_${type}`, ...of } });
  const diff = 'Index: /project/a.txt\n=====\n--- /project/a.txt\n+++ /project/a.txt\n@@ -1 +1 @@\n-a\n+b\n';
  const state = {
    status: 'completed',
    input: { filePath: '/project/a.txt' },
    output: 'ok',
    metadata: { diff },
    time: { start: 5, end: 9 },
  };
  const refused = {
    status: 'error',
    input: { command: 'rm x' },
    error: 'The user rejected permission to use this specific tool call.',
  };
  const { reports } = live(opencodeExec, [
    part('step_start', {}),
    part('text', { text: 'Now.' }),
    part('tool_use', { callID: 'c1', tool: 'edit', state }),
    part('tool_use', { callID: 'c2', tool: 'bash', state: refused }),
    part('step_finish', {
      tokens: { input: 400, output: 33, reasoning: 7, cache: { write: 0, read: 2000 } },
      cost: 0.0024,
    }),
  ]);
  expect(typesOf(reports)).toEqual([
    ...[
      'session',
      'turnStarted',
      'said',
      'toolStarted',
      'toolFinished',
      'toolStarted',
      'toolFinished',
      'used',
      'turnEnded',
    ],
  ]);
  expect(reports[3]).toMatchObject({ kind: 'edit', locations: [{ path: 'a.txt' }] });
  expect(reports[4]).toMatchObject({ durationMs: 4, diff: expect.stringMatching(/^--- /) });
  expect(reports[6]).toMatchObject({ outcome: 'denied' });
  expect(reports[7]).toMatchObject({ tokens: { input: 400, output: 40, cacheRead: 2000, reasoning: 7 }, usd: 0.0024 });
  expect(reports.at(-1)).toMatchObject({ outcome: 'completed' });
});

test('gemini: pieces become a message, tools, the sums of its life, an error with its status', () => {
  const { reports, effects } = live(geminiExec, [
    { type: 'init', session_id: 's', model: 'gemini-2.5-pro' },
    { type: 'message', role: 'user', content: 'go' },
    { type: 'message', role: 'assistant', content: 'I will ', delta: true },
    { type: 'message', role: 'assistant', content: 'write.', delta: true },
    { type: 'tool_use', tool_name: 'write_file', tool_id: 'w1', parameters: { file_path: '/project/a.txt' } },
    { type: 'tool_result', tool_id: 'w1', status: 'success', output: 'ok' },
    { type: 'result', status: 'success', stats: { input_tokens: 9880, output_tokens: 105, cached: 9150 } },
  ]);
  expect(typesOf(reports)).toEqual([
    ...['session', 'configured', 'turnStarted', 'said', 'toolStarted', 'toolFinished', 'used', 'turnEnded'],
  ]);
  expect(reports[3]).toMatchObject({ text: 'I will write.' });
  expect(effects.filter(({ type }) => type === 'delta')).toHaveLength(2);
  expect(usedOf(reports)).toEqual([{ input: 730, output: 105, cacheRead: 9150, cacheWrite: 0, reasoning: 0 }]);
  const failed = live(
    geminiExec,
    [
      { type: 'init', session_id: 's', model: 'm' },
      { type: 'result', status: 'error', error: { message: '[API Error: {"error":{"code":401}}]' }, stats: {} },
    ],
    { code: 145 },
  );
  expect(failed.reports.slice(-2)).toMatchObject([
    { type: 'troubled', trouble: { kind: 'login', status: 401 } },
    { type: 'turnEnded', outcome: 'failed' },
  ]);
});
