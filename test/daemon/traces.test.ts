import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../../src/daemon/context.ts';
import { loadProject } from '../../src/daemon/load.ts';
import type { DaemonHandlers } from '../../src/daemon/server.ts';
import { createStore, type Store } from '../../src/daemon/store.ts';
import { traceHandlers } from '../../src/daemon/traces/methods.ts';
import { Traces } from '../../src/daemon/traces/service.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import type { Budget } from '../../src/schema/trace.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { createRecord } from '../../src/storage/record.ts';
import { projectPaths } from '../../src/util/paths.ts';
import {
  answered,
  asked,
  made,
  toolFinished,
  toolStarted,
  turnEnded,
  turnStarted,
  used,
} from '../core/traces/sample.ts';
import { until } from '../support/wait.ts';
import { createWorld } from './world.ts';

const A = '019a0000-0000-7000-8000-000000000001';
const B = '019a0000-0000-7000-8000-000000000002';
const NO_LOG = { debug() {}, info() {}, warn() {}, error() {}, remake() {}, close() {} };

/** The traces of a project as its daemon has them, on real records. */
interface Part {
  store: Store;
  traces: Traces;
  said: string[];
  told: string[][];
  interrupted: string[];
  call: ReturnType<typeof traceHandlers>;
  close(): void;
}

let root: string;
let parts: Part[];
let budgets: Budget[];
let now: number;

beforeEach(() => {
  root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'traces-'));
  ensureFolder(root);
  claimFolder({ root, now: 0 });
  parts = [];
  budgets = [];
  now = Date.parse('2026-03-10T12:00:00');
});
afterEach(() => {
  for (const part of parts) part.close();
  rmSync(root, { recursive: true, force: true });
});

/** A daemon's part that deals with traces, begun on what the records say. */
async function begin(): Promise<Part> {
  const { state, reach } = await loadProject({ root, git: false, now: 0 });
  const trouble = { failed() {}, works() {} };
  const store = createStore({ root, log: NO_LOG, state, reach, trouble });
  const [said, told, interrupted]: [string[], string[][], string[]] = [[], [], []];
  const config = { get: () => ({ config: { budgets } }) as ReturnType<Context['config']['get']> };
  const traces = new Traces({
    root,
    store,
    config,
    log: NO_LOG,
    say: (_level, text) => said.push(text),
    publish: (_topic, data) => told.push((data as { agents: string[] }).agents),
    interrupt: async (id) => void interrupted.push(id),
    now: () => now,
  });
  const ctx = { root, store, traces } as Context;
  const call = traceHandlers(Promise.resolve(ctx));
  const close = () => {
    traces.close();
    store.close();
    parts = parts.filter((one) => one !== part);
  };
  const part: Part = { store, traces, said, told, interrupted, call, close };
  parts.push(part);
  await traces.budgets.settled();
  return part;
}

function write(id: string, ...events: AgentEvent[]) {
  const record = createRecord({ root, id });
  for (const event of events) record.append(event);
  record.close();
  return join(projectPaths(root).sessions, record.file);
}

const ask: Parameters<DaemonHandlers['traces.list']>[0] = {
  agent: null,
  filter: '',
  since: null,
  errors: false,
  after: null,
  limit: 100,
};
type ListOf = Awaited<ReturnType<DaemonHandlers['traces.list']>>;
const list = (part: Part, more: Partial<typeof ask> = {}) =>
  part.call['traces.list']({ ...ask, ...more }, undefined as never) as Promise<ListOf>;
const calls = async (part: Part, more = {}) => (await list(part, more)).traces.map(({ call }) => call).join('');

const two = () => {
  write(
    A,
    made({ id: A, name: 'one' }),
    { type: 'started', at: 1000, epoch: 1, pid: 1, host: 'h', argv: ['x'] },
    turnStarted(1, 1000),
    toolStarted('a', 1, 1100, { input: `{"text":"${'x'.repeat(5000)}"}` }),
    toolFinished('a', 1200, { output: 'y'.repeat(9000) }),
    toolStarted('c', 1, 1500),
    toolFinished('c', 1600, { outcome: 'failed', error: 'it broke' }),
    used('m', 1, 1700),
    turnEnded(1, 1800),
    { type: 'removed', at: 1900, epoch: 1, savedRef: null },
  );
  write(B, made({ id: B, name: 'two' }), turnStarted(1, 1000), toolStarted('b', 1, 1300, { tool: 'Read' }));
};

describe('traces of a project', () => {
  test('are those of all agents, removed ones too, oldest first, page by page', async () => {
    two();
    const part = await begin();
    const first = await list(part, { limit: 2 });
    expect(first).toMatchObject({ total: 3, next: first.traces[1]!.id });
    expect(first.traces.map(({ name, call }) => `${name} ${call}`)).toEqual(['one a', 'two b']);
    const rest = await list(part, { limit: 2, after: first.next! });
    expect(rest).toMatchObject({ total: 3, next: null });
    expect(rest.traces.map(({ call }) => call)).toEqual(['c']);
    expect(await calls(part, { limit: 2, last: true })).toBe('bc');
    expect(await calls(part, { agent: 'two' })).toBe('b');
    expect(await calls(part, { agent: 'one' })).toBe('ac');
    expect(await calls(part, { errors: true })).toBe('c');
    expect(await calls(part, { filter: 'READ two' })).toBe('b');
    expect(await calls(part, { since: 1300 })).toBe('bc');
    await expect(list(part, { agent: 'three' })).rejects.toThrow('three');
    await expect(list(part, { after: `${A}:999` })).rejects.toThrow('there is no trace');
  });

  test('are cut in lists and whole one by one', async () => {
    two();
    const part = await begin();
    const [cut] = (await list(part)).traces;
    expect([cut!.input.length, cut!.output.length, cut!.cut]).toEqual([2000, 2000, true]);
    const { trace } = await part.call['traces.get']({ id: cut!.id }, undefined as never);
    expect([trace.input.length, trace.output.length, trace.cut]).toEqual([5011, 9000, false]);
    await expect(part.call['traces.get']({ id: 'nonsense' }, undefined as never)).rejects.toThrow('no trace');
  });

  test('grow with their records, and a window of them is told where a trace stands', async () => {
    two();
    const part = await begin();
    const order = { group: 'turn', errorsFirst: false } as const;
    const window = (more: object) =>
      part.call['traces.window'](
        { agent: null, filter: '', order, at: 0, count: 2, around: null, ...more },
        undefined as never,
      );
    const before = await window({});
    expect(before.traces.map(({ call }) => call)).toEqual(['b', 'a']);
    expect(before.groups.map(({ count, errors, turn }) => [count, errors, turn?.name])).toEqual([
      [1, 0, 'two'],
      [2, 1, 'one'],
    ]);
    part.store.record(B, toolFinished('b', 1400), { at: 1400 });
    part.store.record(B, toolStarted('d', 1, 1900), { at: 1900 });
    await until('the change is told', () => part.told.flat().includes(B));
    const after = await window({ at: 1, around: before.traces[1]!.id });
    expect(after.index).toBe(2);
    expect(after.traces.map(({ call }) => call)).toEqual(['d', 'a']);
    expect(await calls(part, { agent: 'two' })).toBe('bd');
    const tools = await window({ order: { group: 'tool', errorsFirst: true } });
    expect(tools.groups.map(({ tool, count }) => [tool, count])).toEqual([['Bash', 3]]);
    expect(tools.traces[0]!.outcome).toBe('failed');
  });

  test('are the same after the daemon began anew, and leave out what is no event', async () => {
    two();
    const path = write('019a0000-0000-7000-8000-000000000003', made({ id: '019a0000-0000-7000-8000-000000000003' }));
    appendFileSync(path, 'no json\n{"seq":2,"event":{"type":"toolStarted","at":1}}\n{"seq":3,"event":{"ty');
    const first = await begin();
    const before = await list(first);
    first.close();
    const second = await begin();
    expect(await list(second)).toEqual(before);
    expect(before.total).toBe(3);
  });

  test('leave out what was waited for an answer, which stands apart', async () => {
    const asks = [turnStarted(1, 0), toolStarted('c', 1, 0), asked('q', 100, 'c'), answered('q', 900)];
    write(A, made({ id: A, name: 'one' }), ...asks, toolFinished('c', 1000));
    const part = await begin();
    const list = { agent: 'one', since: null, filter: '', errors: false, after: null, limit: 10 };
    const { traces } = await part.call['traces.list'](list, undefined as never);
    expect(traces).toMatchObject([{ latencyMs: 200, waitedMs: 800, waitingSince: null }]);
  });

  test('give turns and totals', async () => {
    two();
    const part = await begin();
    const { turns } = await part.call['timeline.get']({ agent: 'one' }, undefined as never);
    expect(turns).toMatchObject([{ turn: 1, tools: 2, durationMs: 800, cost: { usd: 0.5 } }]);
    const stats = await part.call['stats.get']({ since: null }, undefined as never);
    expect(stats.total).toMatchObject({ tools: 3, turns: 2, errors: 1, cost: { usd: 0.5 } });
    expect(stats.budgets).toEqual([]);
  });
});

describe('budgets', () => {
  const spend = (part: Part, key: string, usd: number, id = A) =>
    part.store.record(id, used(key, 1, now, { usd }), { at: now });
  const living = () => {
    const status = { state: 'running', evidence: { source: 'process', detail: '' }, since: 1 } as const;
    for (const [id, name] of [
      [A, 'one'],
      [B, 'two'],
    ] as const)
      write(id, made({ id, name, status, pid: 1 }), turnStarted(1, now - 1000));
  };
  const warned = (part: Part, count: number) =>
    until(`${count} warnings`, () => part.said.length === count, { seen: () => part.said });

  test('are told once at 80 and once at 100 %, and not again by a daemon that begins anew', async () => {
    living();
    budgets = [{ usd: 10, per: 'agent', action: 'warn' }];
    const part = await begin();
    spend(part, 'a', 8.5);
    await warned(part, 1);
    spend(part, 'b', 0.5);
    spend(part, 'c', 1);
    await warned(part, 2);
    expect(part.said).toEqual([
      'one has used $8.50 of its budget of $10.00 (85 %).',
      'one has used $10.00 of its budget of $10.00 (100 %).',
    ]);
    part.close();
    const again = await begin();
    spend(again, 'd', 1);
    spend(again, 'e', 9, B);
    await warned(again, 1);
    expect(again.said[0]).toContain('two has used $9.00');
    expect(again.interrupted).toEqual([]);
    const { budgets: uses } = await again.call['stats.get']({ since: null }, undefined as never);
    expect(uses.map(({ key, used: u, limit }) => [key, u, limit])).toEqual([
      ['one', 11, 10],
      ['two', 9, 10],
    ]);
  });

  test('hold an agent whose budget is used up, once: who is let go on goes on', async () => {
    living();
    budgets = [{ tokens: 200, per: 'agent', action: 'pause' }];
    const part = await begin();
    spend(part, 'a', 1);
    spend(part, 'b', 1);
    await until('it is held', () => part.interrupted.length === 1);
    expect(part.interrupted).toEqual([A]);
    expect(part.store.agent(A).paused).toBe('its budget of 200 tokens is used up');
    expect(part.store.agent(B).paused).toBeUndefined();
    part.store.record(A, { type: 'paused', paused: false, reason: 'a person' });
    spend(part, 'c', 1);
    spend(part, 'd', 1, B);
    await until('it is counted', async () => (await part.traces.budgets.uses())[1]?.used === 110);
    await part.traces.budgets.settled();
    part.close();
    const again = await begin();
    expect([again.interrupted, again.store.agent(A).paused]).toEqual([[], undefined]);
  });

  test('of the day hold all that work, and the next day begins at nothing', async () => {
    living();
    budgets = [{ usd: 5, per: 'day', action: 'pause' }];
    const part = await begin();
    spend(part, 'a', 3);
    spend(part, 'b', 3, B);
    await until('both are held', () => part.interrupted.length === 2);
    expect(part.said).toHaveLength(1);
    expect(part.said[0]).toContain("All agents together have used $6.00 of today's budget of $5.00 (120 %)");
    now += 24 * 3_600_000;
    expect(await part.traces.budgets.uses()).toMatchObject([{ key: '2026-03-11', used: 0 }]);
  });

  test('that were used up while no daemon was there still hold', async () => {
    living();
    budgets = [{ usd: 5, per: 'agent', action: 'pause' }];
    const first = await begin();
    first.traces.close();
    spend(first, 'a', 6);
    first.close();
    const part = await begin();
    expect(part.interrupted).toEqual([A]);
  });
});

test('a daemon answers of agents of which nothing but the record is left', async () => {
  const world = createWorld({ git: false });
  root = world.root;
  ensureFolder(root);
  claimFolder({ root, now: 0 });
  two();
  const client = await world.connect();
  const { traces } = await client.call('traces.list', ask);
  expect(traces.map(({ call }) => call)).toEqual(['a', 'b', 'c']);
  expect((await client.call('timeline.get', { agent: 'two' })).turns).toHaveLength(1);
  await world.end();
});
