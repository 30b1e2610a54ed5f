import { describe, expect, test } from 'vitest';
import { HEAD, headOf } from '../../../src/core/traces/entry.ts';
import { toTrace, toTurn } from '../../../src/core/traces/tell.ts';
import type { AgentEvent } from '../../../src/schema/event.ts';
import { Trace, Turn } from '../../../src/schema/trace.ts';
import {
  answered,
  asked,
  ledgerOf,
  lines,
  made,
  tokens,
  toolFinished,
  toolStarted,
  turnEnded,
  turnStarted,
  used,
} from './sample.ts';

const traces = (...events: AgentEvent[]) => ledgerOf(...events).calls.map((call) => toTrace(call, null));
const turns = (...events: AgentEvent[]) => ledgerOf(...events).turns.map(toTurn);
const exited = (at: number): AgentEvent => ({ type: 'exited', at, epoch: 1, exit: { code: 1, signal: null } });
const restarted = (at: number): AgentEvent => ({ type: 'restarted', at, epoch: 2, argv: ['x'] });

describe('a tool call', () => {
  test('is measured from its two events, or as its agent reports it, and says which', () => {
    const [measured, reported, running] = traces(
      made(),
      turnStarted(1, 1000),
      toolStarted('a', 1, 2000),
      toolFinished('a', 2700),
      toolStarted('b', 1, 3000, { tool: 'Read', kind: 'read' }),
      toolFinished('b', 3900, { durationMs: 12, tokens: tokens(5, 6), usd: 0.01 }),
      toolStarted('c', 1, 4000),
    );
    expect(measured).toMatchObject({
      latencyMs: 700,
      tokens: null,
      cost: null,
      provenance: { latency: 'measured', tokens: 'unknown', cost: 'unknown' },
    });
    expect(reported).toMatchObject({
      tool: 'Read',
      kind: 'read',
      latencyMs: 12,
      tokens: tokens(5, 6),
      cost: { usd: 0.01, provenance: 'reported' },
      provenance: { latency: 'reported', tokens: 'reported', cost: 'reported' },
    });
    expect(running).toMatchObject({ latencyMs: null, outcome: null, finishedAt: null });
    expect(running!.provenance.latency).toBe('unknown');
    for (const one of [measured, reported, running]) expect(() => Trace.parse(one)).not.toThrow();
  });

  test('is one, however often its beginning or its end is told', () => {
    const all = traces(
      made(),
      turnStarted(1, 1000),
      toolStarted('a', 1, 2000, { title: 'first' }),
      toolStarted('a', 1, 2100, { title: 'better', input: '{"x":1}' }),
      toolFinished('a', 2700),
      toolFinished('a', 9999, { outcome: 'failed' }),
    );
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({
      title: 'better',
      input: '{"x":1}',
      startedAt: 2000,
      latencyMs: 700,
      outcome: 'done',
    });
  });

  test('with a name that is used again in another turn is another', () => {
    const all = traces(
      made(),
      turnStarted(1, 1000),
      toolStarted('call-1', 1, 2000),
      toolFinished('call-1', 2100),
      turnStarted(2, 3000),
      toolStarted('call-1', 2, 3100),
      toolFinished('call-1', 3400),
    );
    expect(all.map(({ turn, latencyMs }) => [turn, latencyMs])).toEqual([
      [1, 100],
      [2, 300],
    ]);
    expect(new Set(all.map(({ id }) => id)).size).toBe(2);
  });

  test('whose beginning nobody told is known by its end', () => {
    const [call] = traces(
      made(),
      turnStarted(1, 1000),
      toolFinished('x', 2500, { durationMs: 400, outcome: 'failed' }),
    );
    expect(call).toMatchObject({ tool: 'unknown', startedAt: 2100, latencyMs: 400, outcome: 'failed', turn: 1 });
  });

  test('that runs when its process ends is cancelled, and its turn interrupted', () => {
    const ledger = ledgerOf(made(), turnStarted(1, 1000), toolStarted('a', 1, 2000), exited(5000));
    expect(toTrace(ledger.calls[0]!, null)).toMatchObject({
      outcome: 'cancelled',
      latencyMs: 3000,
      provenance: { latency: 'estimated' },
    });
    expect(toTurn(ledger.turns[0]!)).toMatchObject({
      outcome: 'interrupted',
      durationMs: 4000,
      provenance: { duration: 'estimated' },
    });
  });

  test('of a host that was lost is over when it was last heard of', () => {
    const lost: AgentEvent = { type: 'hostLost', at: 99_000_000, epoch: 1, host: 'h' };
    const [call] = traces(made(), turnStarted(1, 1000), toolStarted('a', 1, 2000), used('m', 1, 2400), lost);
    expect(call).toMatchObject({ outcome: 'cancelled', latencyMs: 400, provenance: { latency: 'estimated' } });
  });

  test('that runs when its turn fails is cancelled, unless its end is told after all', () => {
    const events = [made(), turnStarted(1, 1000), toolStarted('a', 1, 2000), turnEnded(1, 2500, { outcome: 'failed' })];
    expect(traces(...events)[0]).toMatchObject({ outcome: 'cancelled', latencyMs: 500 });
    expect(traces(...events, toolFinished('a', 2600))[0]).toMatchObject({ outcome: 'done', latencyMs: 600 });
  });

  test('may go on after the good end of its turn', () => {
    const events = [made(), turnStarted(1, 1000), toolStarted('a', 1, 2000), turnEnded(1, 2500)];
    expect(traces(...events)[0]!.outcome).toBeNull();
  });

  test('of a new life is another than the one of the old, and what the old one says late counts for nothing', () => {
    const all = traces(
      made(),
      turnStarted(1, 1000),
      toolStarted('a', 1, 2000),
      restarted(3000),
      toolFinished('a', 3100),
      { ...turnStarted(2, 3200), epoch: 2 },
      { ...toolStarted('a', 2, 3300), epoch: 2 },
      { ...toolFinished('a', 3400), epoch: 2 },
    );
    expect(all.map(({ outcome, latencyMs }) => [outcome, latencyMs])).toEqual([
      ['cancelled', 1000],
      ['done', 100],
    ]);
  });

  test('keeps of a long input its beginning, and says that it is more', () => {
    const input = `${'x'.repeat(HEAD - 1)}😀${'y'.repeat(5000)}`;
    const [call] = traces(made(), turnStarted(1, 1000), toolStarted('a', 1, 2000, { input }));
    expect(call!.input).toBe('x'.repeat(HEAD - 1));
    expect(call!.cut).toBe(true);
    expect(headOf('short', HEAD)).toBe('short');
  });
});

describe('a call that waits for an answer', () => {
  const begun = [made(), turnStarted(1, 1000), toolStarted('a', 1, 2000)];
  const timesOf = (...events: AgentEvent[]) => {
    const [call] = traces(...events);
    return [call!.latencyMs, call!.waitedMs, call!.waitingSince];
  };

  test('has run only before and after, and its turn says how long it waited', () => {
    const events = [...begun, asked('r', 2100, 'a'), answered('r', 62_100), toolFinished('a', 62_400)];
    expect(timesOf(...events)).toEqual([400, 60_000, null]);
    expect(turns(...events, turnEnded(1, 63_000))[0]).toMatchObject({
      durationMs: 62_000,
      waitedMs: 60_000,
      waitingSince: null,
    });
    for (const one of traces(...events)) expect(() => Trace.parse(one)).not.toThrow();
  });

  test('waits while it does', () => {
    expect(timesOf(...begun, asked('r', 2100, 'a'))).toEqual([null, 0, 2100]);
    expect(turns(...begun, asked('r', 2100, 'a'))[0]).toMatchObject({ waitedMs: 0, waitingSince: 2100 });
    expect(timesOf(...begun, asked('r', 2100, 'a'), answered('r', 2500))).toEqual([null, 400, null]);
  });

  test('of several requests at once waits once, and a request that is told again is one', () => {
    const events = [
      ...begun,
      asked('r', 2100, 'a'),
      asked('s', 2300, 'a'),
      asked('r', 2350, 'a'),
      answered('r', 2400),
      answered('s', 2600),
      answered('s', 2900),
      toolFinished('a', 3000),
    ];
    expect(timesOf(...events)).toEqual([500, 500, null]);
  });

  test('may be told of after it was asked about', () => {
    const events = [
      made(),
      turnStarted(1, 1000),
      asked('r', 1500, 'a'),
      toolStarted('a', 1, 2000),
      answered('r', 2700),
      toolFinished('a', 3000),
    ];
    expect(timesOf(...events)).toEqual([300, 700, null]);
  });

  test('is the only one that runs where the request names none; of several it is not known which', () => {
    expect(timesOf(...begun, asked('r', 2100), answered('r', 2600), toolFinished('a', 3000))).toEqual([500, 500, null]);
    const two = [...begun, toolStarted('b', 1, 2050), asked('r', 2100), answered('r', 2600), toolFinished('a', 3000)];
    expect(timesOf(...two)).toEqual([1000, 0, null]);
  });

  test('waits no more once it is over, is cancelled or its process is gone', () => {
    expect(timesOf(...begun, asked('r', 2500, 'a'), toolFinished('a', 3000), answered('r', 9000))).toEqual([
      500,
      500,
      null,
    ]);
    expect(timesOf(...begun, asked('r', 2500, 'a'), turnEnded(1, 3000, { outcome: 'interrupted' }))).toEqual([
      500,
      500,
      null,
    ]);
    const ended = [...begun, asked('r', 2500, 'a'), exited(3000), restarted(4000)];
    expect(timesOf(...ended, { ...answered('r', 9000), epoch: 2 })).toEqual([500, 500, null]);
  });

  test('ran as long as its agent reports, and cannot have waited meanwhile', () => {
    const events = [...begun, asked('r', 2000, 'a'), answered('r', 3000, 'elsewhere')];
    expect(timesOf(...events, toolFinished('a', 3000, { durationMs: 300 }))).toEqual([300, 700, null]);
    // Only that somebody had answered is known: not when.
    expect(traces(...events, toolFinished('a', 3000))[0]!.provenance.latency).toBe('estimated');
    expect(traces(...events, toolFinished('a', 3000, { durationMs: 300 }))[0]!.provenance.latency).toBe('reported');
  });
});

describe('a turn', () => {
  test('sums what was used in it, once, with shares and the worst provenance', () => {
    const [turn] = turns(
      made(),
      turnStarted(1, 1000, { model: 'opus', line: 42 }),
      used('m1', 1, 1500, { tokens: tokens(100, 50, { cacheRead: 800, cacheWrite: 100, reasoning: 20 }), usd: 0.25 }),
      used('m1', 1, 1600, { tokens: tokens(100, 50, { cacheRead: 800, cacheWrite: 100, reasoning: 20 }), usd: 0.25 }),
      used('m2', 1, 1700, { usd: 0.5, provenance: { tokens: 'reported', cost: 'estimated' } }),
      toolStarted('a', 1, 1800),
      turnEnded(1, 4000, { durationMs: 2900 }),
      turnEnded(1, 9000),
    );
    expect(turn).toEqual({
      agent: '019a0000-0000-7000-8000-000000000001',
      name: 'auth-fix',
      turn: 1,
      model: 'opus',
      prompt: 'prompt 1',
      startedAt: 1000,
      durationMs: 2900,
      waitedMs: 0,
      waitingSince: null,
      outcome: 'completed',
      message: null,
      tools: 1,
      tokens: tokens(200, 60, { cacheRead: 800, cacheWrite: 100, reasoning: 20 }),
      cost: { usd: 0.75, provenance: 'estimated' },
      cacheShare: 800 / 1100,
      reasoningShare: 20 / 60,
      seq: 2,
      line: 42,
      epoch: 1,
      provenance: { duration: 'reported', tokens: 'reported', cost: 'estimated' },
    });
    expect(() => Turn.parse(turn)).not.toThrow();
  });

  test('of an agent that counts nothing says so', () => {
    const [turn] = turns(made(), turnStarted(1, 1000), turnEnded(1, 1500));
    expect(turn).toMatchObject({ tokens: null, cost: null, cacheShare: null, reasoningShare: null, durationMs: 500 });
    expect(turn!.provenance).toEqual({ duration: 'measured', tokens: 'unknown', cost: 'unknown' });
  });

  test('that goes on in a new life is the same, and runs again', () => {
    const [turn, ...more] = turns(made(), turnStarted(1, 1000), exited(2000), restarted(2500), {
      ...turnStarted(1, 3000),
      epoch: 2,
    });
    expect(more).toEqual([]);
    expect(turn).toMatchObject({ startedAt: 1000, durationMs: null, outcome: null });
  });

  test('takes the model that it was switched to before it', () => {
    const all = turns(
      made({ model: 'haiku' }),
      turnStarted(1, 1000),
      turnEnded(1, 1100),
      { type: 'configured', at: 1200, epoch: 1, model: 'opus' },
      turnStarted(2, 1300),
    );
    expect(all.map(({ model }) => model)).toEqual(['haiku', 'opus']);
  });
});

describe('a record that is read again', () => {
  test('doubles nothing', () => {
    const events = lines(
      made(),
      turnStarted(1, 1000),
      toolStarted('a', 1, 1100),
      used('m', 1, 1200),
      toolFinished('a', 1300),
      turnEnded(1, 1400),
    );
    const once = ledgerOf();
    for (const line of events) once.take(line, line.seq);
    const twice = ledgerOf();
    for (const line of [...events.slice(0, 4), ...events]) twice.take(line, line.seq);
    expect(twice.calls).toEqual(once.calls);
    expect(twice.turns).toEqual(once.turns);
    expect(twice.usages).toEqual(once.usages);
  });
});
