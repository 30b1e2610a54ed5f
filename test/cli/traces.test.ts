import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { ensureFolder } from '../../src/storage/folder.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { createRecord } from '../../src/storage/record.ts';
import { userConfigPath } from '../../src/util/paths.ts';
import { asked, made, tokens, toolFinished, toolStarted, turnEnded, turnStarted, used } from '../core/traces/sample.ts';
import { createWorld, type World } from '../daemon/world.ts';
import { boocode, json } from './boocode.ts';

const ID = '019a0000-0000-7000-8000-000000000001';
const T = Date.parse('2026-03-10T12:00:00Z');

let world: World;
beforeAll(() => {
  world = createWorld({ git: false });
  ensureFolder(world.root);
  claimFolder({ root: world.root, now: 0 });
  const record = createRecord({ root: world.root, id: ID });
  const cached = tokens(100, 50, { cacheRead: 800, cacheWrite: 100, reasoning: 20 });
  for (const event of [
    made({ id: ID, name: 'auth-fix' }),
    turnStarted(1, T, { prompt: 'Fix the\nlogin', model: 'claude-opus' }),
    toolStarted('call/1', 1, T + 1000, { input: 'x'.repeat(9000) }),
    toolFinished('call/1', T + 2500, { output: 'whole output', durationMs: 1400.5 }),
    toolStarted('call 2', 1, T + 3000, {
      tool: 'Edit',
      kind: 'edit',
      title: 'src/\u001b[31mauth.ts',
      parent: 'call/1',
    }),
    toolFinished('call 2', T + 3100, { outcome: 'failed', error: 'no such file' }),
    used('m1', 1, T + 3200, { tokens: cached, usd: 0.25 }),
    turnEnded(1, T + 65_000),
    turnStarted(2, T + 70_000),
    toolStarted('call 3', 2, T + 71_000),
    asked('r1', T + 71_000, 'call 3', 2),
  ] as const)
    record.append(event);
  record.close();
});
afterAll(() => world.end());

const run = (...args: string[]) => boocode(world.root, args);

describe('boocode traces', () => {
  test('lists calls with how each number is known, and nothing that an agent wrote reaches the terminal as it is', () => {
    const { code, out } = run('traces');
    expect(code).toBe(0);
    expect(out).toContain('AGENT');
    expect(out).toMatch(/auth-fix +#1 +Bash +title of call\/1 +✓ done +1\.4s +\? +\?/);
    expect(out).toMatch(/#1 +Edit +src\/auth\.ts +✖ failed +100ms\* .*no such file/);
    expect(out).toMatch(/#2 +Bash .*– cancelled +~0ms/);
    expect(out).toContain('* measured');
    expect(out).not.toContain('\u001b');
  });

  test('gives JSON with the names of agents and times in ISO 8601, page by page', () => {
    const first = json<{ traces: Record<string, unknown>[]; total: number; next: string | null }>(
      world.root,
      'traces',
      '--limit',
      '2',
    );
    expect(first).toMatchObject({ total: 3, next: null });
    expect(first.traces.map(({ call }) => call)).toEqual(['call 2', 'call 3']);
    expect(first.traces[0]).toMatchObject({
      agent: 'auth-fix',
      agentId: ID,
      turn: 1,
      tool: 'Edit',
      startedAt: '2026-03-10T12:00:03.000Z',
      finishedAt: '2026-03-10T12:00:03.100Z',
      latencyMs: 100,
      tokens: null,
      cost: null,
      outcome: 'failed',
      error: 'no such file',
      provenance: { latency: 'measured', tokens: 'unknown', cost: 'unknown' },
    });
    const rest = json<typeof first>(world.root, 'traces', '--after', String(first.traces[0]!.id));
    expect(rest.traces.map(({ call }) => call)).toEqual(['call 3']);
  });

  test('chooses, and says what is wrong', () => {
    expect(json<{ total: number }>(world.root, 'traces', '--errors').total).toBe(1);
    expect(run('traces', '--filter', 'EDIT auth').out).toContain('src/auth.ts');
    expect(run('traces', '--filter', 'nowhere')).toMatchObject({ code: 1, out: 'No tool call fits.\n' });
    expect(run('traces', '--since', '1s')).toMatchObject({ code: 0, out: 'No tool call fits.\n' });
    expect(run('traces', 'nobody').code).toBe(3);
    expect(run('traces', '--since', 'then').code).toBe(2);
    expect(run('traces', '--export', 'x.csv')).toMatchObject({ code: 2, err: expect.stringContaining('.jsonl') });
    expect(run('traces', '--after', 'nothing').code).toBe(3);
  });

  test('writes one trace a line, whole', () => {
    const file = join(world.root, 'out.jsonl');
    expect(run('traces', '--export', file).out).toBe(`3 traces written to ${file}.\n`);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const first = JSON.parse(lines[0]!);
    expect([lines.length, first.input.length, first.output, first.cut]).toEqual([3, 9000, 'whole output', false]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(run('traces', '--export', file).code).toBe(1);
    expect(run('traces', '--export', file, '--errors', '--force').out).toContain('1 traces written');
    expect(run('traces', '--export', join(world.root, 'no', 'folder.json')).err).toContain('there is no folder');
    expect(existsSync(join(world.root, 'no'))).toBe(false);
  });
});

const Attribute = z.strictObject({
  key: z.string().min(1),
  value: z.union([
    z.strictObject({ stringValue: z.string() }),
    z.strictObject({ intValue: z.string().regex(/^-?\d+$/) }),
    z.strictObject({ doubleValue: z.number() }),
  ]),
});
const nanos = z.string().regex(/^\d{19}$/);
const Span = z.strictObject({
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  spanId: z.string().regex(/^[0-9a-f]{16}$/),
  parentSpanId: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional(),
  name: z.string(),
  kind: z.literal(1),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes: z.array(Attribute),
  status: z.strictObject({ code: z.literal(2).optional(), message: z.string().optional() }),
});
const Otlp = z.strictObject({
  resourceSpans: z.tuple([
    z.strictObject({
      resource: z.strictObject({ attributes: z.array(Attribute) }),
      scopeSpans: z.tuple([
        z.strictObject({
          scope: z.strictObject({ name: z.literal('boocode'), version: z.string() }),
          spans: z.array(Span),
        }),
      ]),
    }),
  ]),
});

test('spans are OTLP with the attributes of the GenAI conventions, always with the same ids', () => {
  const file = join(world.root, 'spans.json');
  expect(run('traces', '--export', file).out).toContain('5 spans written');
  const text = readFileSync(file, 'utf8');
  const { spans } = Otlp.parse(JSON.parse(text)).resourceSpans[0].scopeSpans[0];
  const named = (name: string) => spans.find((span) => span.name === name)!;
  const facts = (name: string) =>
    Object.fromEntries(named(name).attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
  const [turn, bash, edit] = [named('invoke_agent auth-fix'), named('execute_tool Bash'), named('execute_tool Edit')];
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(2);
  expect([turn.parentSpanId, bash.parentSpanId, edit.parentSpanId]).toEqual([undefined, turn.spanId, bash.spanId]);
  expect(facts('invoke_agent auth-fix')).toMatchObject({
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.agent.name': 'auth-fix',
    'gen_ai.agent.id': ID,
    'gen_ai.request.model': 'claude-opus',
    'gen_ai.usage.input_tokens': '1000',
    'gen_ai.usage.output_tokens': '50',
    'gen_ai.usage.cache_read.input_tokens': '800',
    'gen_ai.usage.cache_creation.input_tokens': '100',
    'gen_ai.usage.reasoning.output_tokens': '20',
    'boocode.cost.usd': 0.25,
    'boocode.cost.provenance': 'reported',
  });
  expect(facts('execute_tool Edit')).toMatchObject({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'Edit',
    'gen_ai.tool.call.id': 'call 2',
    'gen_ai.tool.type': 'function',
    'boocode.title': expect.any(String),
    'error.type': 'failed',
  });
  // That is what a tool is for, the same for all of its calls.
  expect(facts('execute_tool Edit')).not.toHaveProperty('gen_ai.tool.description');
  expect(edit.status).toEqual({ code: 2, message: 'no such file' });
  expect(BigInt(bash.endTimeUnixNano) - BigInt(bash.startTimeUnixNano)).toBe(1_400_500_000n);
  expect(turn.startTimeUnixNano).toBe(`${T}000000`);
  run('traces', '--export', file, '--force');
  expect(readFileSync(file, 'utf8')).toBe(text);
});

test('boocode timeline shows every turn', () => {
  const { out } = run('timeline', 'auth-fix');
  expect(out).toMatch(/#1 +claude-opus .* 65\.0s\* +✓ completed +2 +1\.1k +\$0\.25 +● 80% +40% +Fix the login/);
  expect(out).toMatch(/#2 +claude-opus .*– interrupted +1 +\? +\? +\? +\? +prompt 2/);
  const { turns } = json<{ turns: object[] }>(world.root, 'timeline', 'auth-fix');
  expect(turns[0]).toMatchObject({ agent: 'auth-fix', turn: 1, startedAt: '2026-03-10T12:00:00.000Z', tools: 2 });
  expect(run('timeline').code).toBe(2);
  expect(run('timeline', 'nobody').code).toBe(3);
});

test('boocode stats sums, and shows how far budgets are used up', () => {
  mkdirSync(dirname(userConfigPath()), { recursive: true });
  writeFileSync(userConfigPath(), JSON.stringify({ budgets: [{ usd: 0.3, per: 'agent', action: 'warn' }] }));
  const { out } = run('stats');
  expect(out).toMatch(/auth-fix +2 +3 +1 +100 +50 +800 +● 80% +1\.1k +\$0\.25/);
  expect(out).toMatch(/an agent +auth-fix +\$0\.25 +\$0\.30 +! 83% +warns/);
  const stats = json<Record<string, unknown>>(world.root, 'stats', '--since', '1h');
  expect(stats).toMatchObject({ agents: [], days: [], total: { tools: 0, cost: null } });
  expect(Object.keys(stats)).toEqual(['agents', 'models', 'days', 'total', 'budgets']);
});
