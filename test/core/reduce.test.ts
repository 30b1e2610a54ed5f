import { describe, expect, test } from 'vitest';
import { isTerminal } from '../../src/core/lifecycle.ts';
import { emptyState, reduce } from '../../src/core/reduce.ts';
import type { Exit } from '../../src/schema/agent.ts';
import { AgentEvent } from '../../src/schema/event.ts';
import { ProjectState } from '../../src/schema/state.ts';
import { StatusState } from '../../src/schema/status.ts';
import { agentWith, random } from './agents.ts';

const start = emptyState({ root: '/repo', name: 'repo', git: true, createdAt: 0 });
const agent = agentWith({ timeouts: { inactivity: 500, total: 90_000, grace: 5000 } });
const id = agent.id;
const created: AgentEvent = { type: 'created', at: 1000, epoch: 1, agent };
const started: AgentEvent = { type: 'started', at: 1100, epoch: 1, pid: 42, host: 'h1', argv: ['/bin/sh'] };
const exited = (exit: Exit, epoch = 1): AgentEvent => ({ type: 'exited', at: 2000, epoch, exit });
const stop = (reason: 'user' | 'timeout' | 'silence' | 'shutdown'): AgentEvent => ({
  type: 'stopRequested',
  at: 1500,
  epoch: 1,
  reason,
});
const fold = (...events: AgentEvent[]) => events.reduce((state, event) => reduce(state, id, event), start);
const after = (...events: AgentEvent[]) => fold(created, ...events).agents[id]!;

describe('a life', () => {
  test('starts pending, prepares, runs and ends', () => {
    const preparing = after({
      type: 'preparing',
      at: 1050,
      epoch: 1,
      step: 'makes its worktree',
      facts: { cwd: '/wt' },
    });
    expect(preparing.status).toEqual({
      state: 'preparing',
      evidence: { source: 'process', detail: 'makes its worktree' },
      since: 1050,
    });
    expect(preparing.cwd).toBe('/wt');
    const running = after(started);
    expect(running).toMatchObject({ pid: 42, host: 'h1', startedAt: 1100, status: { state: 'running', since: 1100 } });
    expect(after(started, exited({ code: 0, signal: null }))).toMatchObject({
      pid: null,
      endedAt: 2000,
      exit: { code: 0, signal: null },
      status: { state: 'completed', evidence: { source: 'exit', detail: 'exit code 0' }, since: 2000 },
    });
  });

  test.each([
    [[], { code: 3, signal: null }, 'failed', 'exit code 3'],
    [[], { code: null, signal: 'SIGKILL' }, 'failed', 'ended by SIGKILL'],
    [[stop('user')], { code: 0, signal: null }, 'cancelled', 'stopped on request (exit code 0)'],
    [
      [stop('shutdown')],
      { code: null, signal: 'SIGTERM' },
      'cancelled',
      'stopped with everything else (ended by SIGTERM)',
    ],
    [[stop('timeout')], { code: 143, signal: null }, 'timed_out', 'it ran for 90 s (exit code 143)'],
    [[stop('silence'), stop('user')], { code: 0, signal: null }, 'timed_out', 'it was silent for 0.5 s (exit code 0)'],
  ] as const)('is called by who ended it: %j %j is %s', (before, exit, state, detail) => {
    expect(after(started, ...before, exited(exit)).status).toMatchObject({ state, evidence: { detail } });
  });

  test('fails when its host is lost, not when another one is', () => {
    const lost = (host: string): AgentEvent => ({ type: 'hostLost', at: 1900, epoch: 1, host });
    expect(after(started, lost('h2')).status.state).toBe('running');
    const agent = after(started, lost('h1'));
    expect(agent).toMatchObject({ pid: null, endedAt: 1900, exit: null });
    expect(agent.status).toMatchObject({ state: 'failed', evidence: { detail: 'its process host ended' } });
  });

  test('that could not start says the sentence the user saw', () => {
    const failed: AgentEvent = { type: 'startFailed', at: 1200, epoch: 1, message: 'there is no claude here' };
    expect(after(failed).status).toMatchObject({ state: 'failed', evidence: { detail: 'there is no claude here' } });
    expect(after(stop('user'), failed).status.state).toBe('cancelled');
  });

  test('keeps facts learned after its end without changing the end', () => {
    const facts: AgentEvent = { type: 'preparing', at: 2100, epoch: 1, step: 'x', facts: { worktree: '/wt' } };
    const cancelled: AgentEvent = {
      type: 'status',
      at: 1200,
      epoch: 1,
      state: 'cancelled',
      evidence: { source: 'user', detail: 'stopped' },
    };
    const late = after(cancelled, facts, started, exited({ code: 0, signal: null }));
    expect(late).toMatchObject({ worktree: '/wt', pid: null, endedAt: 1200, exit: { code: 0 } });
    expect(late.status).toMatchObject({ state: 'cancelled', since: 1200 });
  });
});

describe('status', () => {
  const status = (state: StatusState, detail: string, at: number): AgentEvent => ({
    type: 'status',
    at,
    epoch: 1,
    state,
    evidence: { source: 'output', detail },
    ...(state === 'waiting' && { waitingFor: 'approval' as const }),
  });

  test('keeps since while only the evidence changes', () => {
    const agent = after(started, status('idle', 'a', 1200), status('idle', 'b', 1300));
    expect(agent.status).toEqual({ state: 'idle', evidence: { source: 'output', detail: 'b' }, since: 1200 });
  });

  test('waiting is counted and says for what; it is forgotten when it goes on', () => {
    const waiting = after(started, status('waiting', 'asks', 1200));
    expect(waiting).toMatchObject({ waiting: 1, status: { waitingFor: 'approval' } });
    const on = after(started, status('waiting', 'asks', 1200), status('running', 'prints', 1300));
    expect(on.waiting).toBe(0);
    expect(on.status).not.toHaveProperty('waitingFor');
    expect(after(started, status('waiting', 'asks', 1200), exited({ code: 0, signal: null })).waiting).toBe(0);
  });
});

describe('another life', () => {
  const restarted: AgentEvent = { type: 'restarted', at: 3000, epoch: 2, argv: ['/bin/bash'] };

  test('lifts the end, and what the old life still says changes nothing', () => {
    const state = fold(created, started, stop('user'), exited({ code: 0, signal: null }), restarted);
    expect(state.agents[id]).toMatchObject({
      epoch: 2,
      pid: null,
      host: null,
      exit: null,
      endedAt: null,
      argv: ['/bin/bash'],
    });
    expect(state.agents[id]!.status).toMatchObject({ state: 'pending', evidence: { source: 'user' } });
    expect(reduce(state, id, exited({ code: 9, signal: null }, 1))).toBe(state);
    expect(reduce(state, id, restarted)).toBe(state);
    const end = reduce(reduce(state, id, { ...started, epoch: 2 }), id, exited({ code: 0, signal: null }, 2));
    expect(end.agents[id]!.status.state).toBe('completed');
  });
});

describe('what is kept', () => {
  test('archived, restored elsewhere, removed', () => {
    const own = agentWith({ worktree: '/wt/a', cwd: '/wt/a/packages/x', branch: 'boo/a' });
    const base = reduce(start, id, { ...created, agent: own } as AgentEvent);
    const archived = reduce(base, id, { type: 'archived', at: 1, epoch: 1, savedRef: 'refs/boocode/saved/a/1' });
    expect(archived.agents[id]).toMatchObject({ archived: true, savedRef: 'refs/boocode/saved/a/1' });
    const back = reduce(archived, id, { type: 'restored', at: 2, epoch: 1, worktree: '/wt/b', branch: 'boo/a' });
    expect(back.agents[id]).toMatchObject({
      archived: false,
      savedRef: null,
      worktree: '/wt/b',
      cwd: '/wt/b/packages/x',
    });
    expect(reduce(back, id, { type: 'removed', at: 3, epoch: 1, savedRef: null }).agents).toEqual({});
  });
});

test('lines that saved searches found are counted until somebody looks, the newest is named, a stale one changes nothing', () => {
  const found = (search: string, line: number, count: number): AgentEvent => ({
    type: 'matched',
    at: line,
    epoch: 1,
    search,
    line,
    text: `line ${line}`,
    count,
  });
  const base = reduce(start, id, { type: 'created', at: 0, epoch: 1, agent: agentWith({}) });
  const events = [found('errors', 10, 2), found('todo', 11, 1), found('errors', 15, 1), found('errors', 12, 4)];
  const state = events.reduce((one, event) => reduce(one, id, event), base);
  expect(state.agents[id]!.alerts).toEqual([
    { search: 'todo', line: 11, text: 'line 11', at: 11, count: 1 },
    { search: 'errors', line: 15, text: 'line 15', at: 15, count: 3 },
  ]);
  const seen = reduce(state, id, { type: 'unread', at: 20, epoch: 1, unread: false });
  expect(seen.agents[id]!.alerts ?? []).toEqual([]);
  expect(reduce(seen, id, { type: 'unread', at: 21, epoch: 1, unread: false })).toBe(seen);
});

describe('whatever happens', () => {
  const kinds = AgentEvent.options.map((option) => option.shape.type.value);

  function anyEvent(seed: number): AgentEvent[] {
    const { below, pick } = random(seed);
    const evidence = () => ({ source: 'output' as const, detail: pick(['a', 'b']) });
    return Array.from({ length: 40 }, (_, index): AgentEvent => {
      const common = { at: 1000 + index, epoch: 1 + below(3) };
      const type = pick(kinds);
      const all = {
        created: { agent: agentWith({ epoch: common.epoch }) },
        preparing: { step: pick(['copy', 'setup']), facts: pick([undefined, { worktree: '/wt' }]) },
        started: { pid: 1 + below(3), host: pick(['h1', 'h2']), argv: ['x'] },
        status: { state: pick(StatusState.options), evidence: evidence() },
        title: { title: pick(['', 't']) },
        size: { size: { cols: 80, rows: 24 + below(2) } },
        session: { sessionId: pick(['s', 't']) },
        prompted: { text: 'x', receipt: 'accepted', evidence: evidence() },
        changes: { changes: pick([null, { files: 1, added: below(3), removed: 0 }]) },
        collisions: { collisions: below(3) },
        decided: { file: pick(['a', 'b']), pieces: { [pick(['p', 'q'])]: pick([null, 'approved', 'removed']) } },
        reviewed: { file: pick(['a', 'b']), pieces: pick([null, [], ['p']]) },
        commented: {
          comment: { id: pick(['c1', 'c2']), file: 'a', line: below(9), endLine: 9, quote: '', text: `${index}` },
        },
        uncommented: { ids: pick([[], ['c1'], ['c1', 'c2']]) },
        merged: {
          merge: { target: 'main', commit: pick(['a', 'b']), head: 'c', how: 'merge', at: 1 },
        },
        matched: { search: pick(['s1', 's2']), line: index, text: 'error', count: 1 + below(2) },
        unread: { unread: below(2) === 0 },
        stopRequested: { reason: pick(['user', 'timeout', 'shutdown']) },
        exited: {
          exit: pick([
            { code: 0, signal: null },
            { code: 1, signal: null },
            { code: null, signal: 'SIGTERM' },
          ]),
        },
        hostLost: { host: pick(['h1', 'h2']) },
        startFailed: { message: 'no' },
        restarted: { argv: ['y'] },
        saved: { savedRef: 'refs/x' },
        archived: { savedRef: pick([null, 'refs/x']) },
        restored: { worktree: pick([null, '/wt2']), branch: null },
        removed: { savedRef: null },
        told: { told: below(2) === 0 },
        retry: { retries: pick([null, { aborts: 1, limits: 0, nextAt: 5 }]) },
        paused: { paused: below(2) === 0, reason: 'budget' },
        ...activity(pick, below, index),
      };
      return AgentEvent.parse({ type, ...common, ...all[type] });
    });
  }

  test('every state is whole, ends stick, an old life changes nothing, an event twice is as once', () => {
    for (let seed = 1; seed <= 300; seed++) {
      let state = start;
      for (const event of anyEvent(seed)) {
        const before = state.agents[id];
        const frozen = JSON.stringify(state);
        const next = reduce(state, id, event);
        expect(JSON.stringify(state)).toBe(frozen);
        if (next !== state) expect(JSON.stringify(next)).not.toBe(frozen);
        const now = next.agents[id];
        if (before && event.epoch < before.epoch && event.type !== 'created') expect(next).toBe(state);
        if (before && now && isTerminal(before.status.state) && event.type !== 'restarted') {
          expect(now.status).toBe(before.status);
          expect(now.endedAt).toBe(before.endedAt);
        }
        // What was used grows by every report.
        if (event.type !== 'used') expect(reduce(next, id, event)).toEqual(next);
        state = next;
      }
      ProjectState.parse(state);
    }
  });

  test('a record that passed through a file and is replayed in parts gives the same state', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const events = anyEvent(seed);
      const whole = events.reduce((state, event) => reduce(state, id, event), start);
      const cut = random(seed).below(events.length);
      const half: ProjectState = JSON.parse(
        JSON.stringify(events.slice(0, cut).reduce((s, e) => reduce(s, id, e), start)),
      );
      const rest: AgentEvent[] = JSON.parse(JSON.stringify(events.slice(cut)));
      expect(rest.reduce((state, event) => reduce(state, id, event), half)).toEqual(JSON.parse(JSON.stringify(whole)));
    }
  });
});

const TOKENS = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 1 };

/** The fields of any activity. */
const anyStep = (pick: <T>(of: readonly T[]) => T) => ({
  id: pick(['a', 'b']),
  label: 'a',
  phase: null,
  kind: 'agent',
  status: pick(['pending', 'running', 'completed']),
  attempt: 1,
  cached: false,
  agent: null,
  deps: [],
  parent: null,
  detail: null,
  result: null,
});

function activity(pick: <T>(of: readonly T[]) => T, below: (n: number) => number, index: number) {
  const approval = (id: string) => ({
    ...{ id, at: index, turn: 1, kind: 'tool', tool: 'Bash', call: null, title: 'ls', input: '{}', command: 'ls' },
    ...{
      paths: [],
      diff: null,
      reason: null,
      questions: null,
      verdicts: ['once', 'deny'],
      takesReason: true,
      cut: false,
    },
    via: { type: 'protocol', request: id },
  });
  return {
    turnStarted: { turn: index, prompt: 'x', model: pick([null, 'm']) },
    turnEnded: { turn: index, outcome: pick(['completed', 'failed']), message: null, durationMs: null },
    said: { item: 'i', who: 'agent', text: 'x' },
    thought: { item: 'i', text: 'x' },
    toolStarted: { call: 'c', turn: 1, tool: 'Bash', kind: 'execute', title: 'ls', input: '{}', locations: [] },
    toolFinished: { call: 'c', outcome: 'done', output: '', error: null, diff: null, durationMs: null },
    planned: { entries: [] },
    used: {
      ...{ turn: 1, key: `k${index}`, model: null, tokens: pick([null, TOKENS]), usd: pick([null, 0.5]) },
      provenance: { tokens: 'reported', cost: pick(['reported', 'estimated']) },
    },
    context: { used: below(9), size: 10 },
    limited: {
      limit: { scope: pick(['a', 'b']), status: 'ok', usedPercent: below(9), resetsAt: null, observedAt: below(99) },
    },
    asked: { approval: approval(pick(['p', 'q'])) },
    answered: { id: pick(['p', 'q']), answer: null, by: { who: 'elsewhere', detail: '' } },
    configured: { model: pick([null, 'm']), modes: [{ id: 'd', name: 'default' }] },
    troubled: { trouble: { kind: 'other', message: 'x', status: null, retries: true, until: null } },
    queued: { prompts: pick([[], [{ id: 'q', text: 'x' }]]) },
    raw: { stream: 'stdout', why: 'text', text: 'x' },
    checkBegan: { turn: below(index), round: 0, rounds: 3, command: 'make', folder: '/repo' },
    checkEnded: {
      ...{ turn: below(index), round: below(3), rounds: 3, command: 'make', code: 1, output: 'x', durationMs: 1 },
      ...pick([{ outcome: 'failed', next: 'told' }, { outcome: 'cancelled' }, { outcome: 'passed' }]),
      tree: null,
    },
    runBegan: { workflow: 'w', form: pick(['script', 'flow']), phases: [] },
    step: { step: anyStep(pick), counts: { known: index, running: 0, done: 0, failed: 0, skipped: 0, cached: 0 } },
    phase: { title: pick(['one', 'two']) },
    noted: { level: 'log', text: 'x' },
    runEnded: { outcome: pick(['completed', 'failed']), result: null, error: null, place: null },
  };
}
