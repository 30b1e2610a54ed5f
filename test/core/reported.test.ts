import { describe, expect, test } from 'vitest';
import { explain } from '../../src/core/explain.ts';
import { type Observed, observe, observeStart, type Signal } from '../../src/core/observe.ts';
import { NOTHING_REPORTED, reportedBefore } from '../../src/core/reported.ts';
import type { Approval } from '../../src/schema/approval.ts';
import type { AgentEvent } from '../../src/schema/event.ts';
import type { Evidence } from '../../src/schema/status.ts';
import { type Moment, moments, recordings } from '../support/recorded.ts';
import { agentWith } from './agents.ts';

type Unstamped<E> = E extends unknown ? Omit<E, 'at' | 'epoch'> : never;

const approval = (id: string, over: Partial<Approval> = {}): Approval => ({
  id,
  at: 0,
  turn: 1,
  kind: 'tool',
  tool: 'Bash',
  call: null,
  title: 'npm test',
  input: '{}',
  command: 'npm test',
  paths: [],
  diff: null,
  reason: null,
  questions: null,
  verdicts: ['once', 'deny'],
  takesReason: false,
  cut: false,
  via: { type: 'hook', request: id },
  ...over,
});

/** Plays signals at their times with ticks in between, and tells what was said as `time state: detail`. */
function watcher(start: Partial<Parameters<typeof observeStart>[0]> = {}) {
  const said: string[] = [];
  let seen: Observed = {
    memory: observeStart({ runtime: 'claude', argv: ['claude'], startedAt: 0, stalledAfter: 600_000, ...start }),
    recheckAt: null,
  };
  const step = (signal: Signal, at: number) => {
    seen = observe(seen.memory, signal, at);
    const { status } = seen;
    if (status) said.push(`${at} ${status.state}${status.waitingFor ? ` ${status.waitingFor}` : ''}`);
  };
  const ticks = (until: number) => {
    for (let at = seen.recheckAt; at !== null && at <= until; at = seen.recheckAt) step({ type: 'tick' }, at);
  };
  const at = (time: number, signal: Signal) => {
    ticks(time);
    step(signal, time);
  };
  step({ type: 'tick' }, 0);
  return {
    said,
    ticks,
    now: () => seen.memory.said,
    memory: () => seen.memory,
    report: (time: number, event: Unstamped<AgentEvent>) =>
      at(time, { type: 'activity', event: { ...event, at: time, epoch: 1 } as AgentEvent }),
    held: (time: number, by: Evidence) => at(time, { type: 'held', by }),
    screen(time: number, { screen }: Moment) {
      at(time, { type: 'host', event: { type: 'title', title: screen.title } });
      const cursor = { ...screen.cursor, visible: true, shape: 'block' as const, blink: false };
      const pulse = { child: 'c', outputAt: time, bytes: time, lines: screen.lines, cursor };
      at(time, { type: 'pulse', pulse: { ...pulse, settled: true, foreground: null } });
    },
  };
}

const started = { type: 'turnStarted', turn: 1, prompt: 'do it', model: null } as const;
const ended = { type: 'turnEnded', turn: 1, outcome: 'completed', message: null, durationMs: null } as const;
const person = { type: 'answered', answer: { verdict: 'once' }, by: { who: 'person', detail: '' } } as const;

describe('over a protocol', () => {
  const structured = { runtime: 'claude-stream', structured: true };

  test('turns and requests tell what it does, from its first word on', () => {
    const one = watcher(structured);
    one.report(100, { type: 'session', sessionId: 's' });
    one.ticks(1000);
    one.report(2000, started);
    one.report(3000, { type: 'asked', approval: approval('a') });
    one.report(3100, { type: 'asked', approval: approval('b', { kind: 'question', title: 'Which?' }) });
    expect(one.now()?.evidence).toEqual({ source: 'protocol', detail: 'it asks to allow: npm test, and 1 more' });
    one.report(3200, { ...person, id: 'a' });
    one.report(3300, { ...person, id: 'b' });
    one.report(9000, ended);
    one.ticks(20_000);
    expect(one.said).toEqual([
      '0 running',
      '500 idle',
      '2000 running',
      '3000 waiting approval',
      '3100 waiting approval',
      '3200 waiting question',
      '3300 running',
      '9400 idle',
    ]);
    expect(one.now()?.evidence).toEqual({ source: 'protocol', detail: 'turn 1 is done' });
  });

  test('who is up and has not begun with its first prompt does not rest', () => {
    const prompts = [{ id: 'start-1', text: 'do it' }];
    const one = watcher({ ...structured, reported: { ...NOTHING_REPORTED, asked: true } });
    one.report(100, { type: 'session', sessionId: 's' });
    one.report(2000, started);
    expect(one.said).toEqual(['0 running', '100 running', '2000 running']);
    const two = watcher(structured);
    two.report(50, { type: 'queued', prompts });
    two.report(100, { type: 'session', sessionId: 's' });
    two.ticks(1000);
    expect(two.now()).toMatchObject({ state: 'running', evidence: { source: 'protocol' } });
    two.report(2000, { type: 'queued', prompts: [] });
    two.ticks(3000);
    expect(two.now()?.state).toBe('idle');
  });

  test('a prompt that follows at once shows no rest between two turns', () => {
    const one = watcher(structured);
    one.report(100, started);
    one.report(5000, ended);
    one.report(5100, { ...started, turn: 2 });
    one.ticks(10_000);
    expect(one.said).toEqual(['0 running', '100 running', '5100 running']);
  });

  test('nothing that is printed or shown overrules it, and long silence is told as stalled', () => {
    const one = watcher({ ...structured, stalledAfter: 60_000 });
    one.report(100, started);
    one.screen(5000, idle);
    one.ticks(70_000);
    expect(one.now()).toMatchObject({ state: 'stalled', evidence: { source: 'protocol' } });
    one.report(80_000, { type: 'said', item: 'm', who: 'agent', text: 'still here' });
    expect(one.now()?.state).toBe('running');
  });

  test('what it tries again, and how a turn ended, is said', () => {
    const one = watcher(structured);
    one.report(100, started);
    const trouble = { kind: 'overloaded', message: 'HTTP 529', status: 529, retries: true, until: null } as const;
    one.report(200, { type: 'troubled', trouble });
    expect(one.now()?.evidence.detail).toBe('it tries again: HTTP 529');
    one.report(300, { ...ended, outcome: 'failed', message: 'HTTP 529' });
    one.ticks(1000);
    expect(one.now()).toMatchObject({ state: 'idle', evidence: { detail: 'turn 1 failed: HTTP 529' } });
  });

  test('before its first word, nothing is guessed', () => {
    const one = watcher(structured);
    one.ticks(60_000);
    expect(one.said).toEqual(['0 running', '2400 unknown']);
  });

  test('held between two turns it is paused; a turn that runs and a request that is open stay what they are', () => {
    const one = watcher(structured);
    one.report(100, started);
    one.report(200, { type: 'paused', paused: true, reason: 'its budget of $5 is spent' });
    expect(one.now()?.state).toBe('running');
    one.report(300, { type: 'asked', approval: approval('a') });
    expect(one.now()?.state).toBe('waiting');
    one.report(400, { ...person, id: 'a' });
    one.report(500, ended);
    one.ticks(1000);
    expect(one.now()).toMatchObject({
      state: 'paused',
      evidence: { source: 'user', detail: 'its budget of $5 is spent' },
    });
    one.report(2000, { type: 'paused', paused: false, reason: 'a person let it go on' });
    one.ticks(3000);
    expect(one.now()?.state).toBe('idle');
    const by = { source: 'protocol', detail: 'rate limit: it goes on by itself at 14:03:21' } as const;
    one.held(3100, by);
    expect(one.now()).toMatchObject({ state: 'paused', evidence: by });
  });
});

const claude = moments(recordings().find((one) => one.agent === 'claude' && one.cols === 80)!);
const settled = (test: (one: Moment) => boolean) => claude.find((one) => one.stood > 1500 && test(one))!;
const idle = settled(({ truth }) => truth === 'idle');
const busy = settled(({ truth }) => truth === 'running');
const dialog = settled(({ waitingFor }) => waitingFor === 'approval');

describe('by hooks', () => {
  test('a prompt that was taken runs before its spinner is drawn, and no rest is shown in between', () => {
    const one = watcher();
    one.screen(1000, idle);
    one.ticks(5000);
    one.report(6000, started);
    one.screen(6500, busy);
    one.report(20_000, ended);
    one.screen(20_300, idle);
    one.ticks(30_000);
    expect(one.said.filter((text) => !text.startsWith('0 ')).map((text) => text.split(' ')[1])).toEqual([
      'idle',
      'running',
      'idle',
    ]);
    expect(one.now()?.evidence).toEqual({ source: 'hook', detail: 'turn 1 is done' });
  });

  test('a turn that ended at once by an error, which no hook tells, rests as its screen does', () => {
    const one = watcher();
    one.screen(500, idle);
    one.report(1000, started);
    one.screen(1400, idle);
    expect(one.now()).toMatchObject({ state: 'running', evidence: { source: 'hook' } });
    one.ticks(5000);
    expect(one.now()).toMatchObject({ state: 'idle', evidence: { source: 'prompt' } });
  });

  test('Esc at a dialog, which no hook tells, is read off the screen', () => {
    const one = watcher();
    one.report(1000, started);
    one.report(2000, { type: 'asked', approval: approval('a') });
    one.screen(2100, dialog);
    expect(one.now()).toMatchObject({ state: 'waiting', evidence: { source: 'hook' } });
    one.screen(9000, idle);
    one.ticks(9500);
    expect(one.now()).toMatchObject({ state: 'idle', evidence: { source: 'prompt' } });
    const before = one.said.length;
    const by = { who: 'withdrawn', detail: 'its dialog is gone' } as const;
    one.report(9600, { type: 'answered', id: 'a', answer: null, by });
    one.ticks(60_000);
    expect(one.said.length).toBe(before);
    const rules = explain(one.memory(), 60_000).rules;
    expect(rules.find(({ rule }) => rule === 'hooks')).toMatchObject({
      says: null,
      saw: 'its hooks have reported nothing, or its screen certainly shows otherwise',
    });
    expect(rules.find(({ decides }) => decides)?.rule).toBe('screen');
  });

  test('a dialog that no hook told of waits at once, whatever the hooks said last', () => {
    const one = watcher();
    one.report(1000, started);
    one.screen(1100, dialog);
    expect(one.now()).toMatchObject({ state: 'waiting', waitingFor: 'approval', evidence: { source: 'prompt' } });
  });

  test('a turn that runs on after a hook said that it ended is believed by its screen', () => {
    const one = watcher();
    one.report(1000, ended);
    one.screen(1100, busy);
    one.ticks(2600);
    expect(one.now()).toMatchObject({ state: 'running', evidence: { source: 'prompt' } });
  });

  test('that a session began proves no rest', () => {
    const one = watcher();
    one.report(100, { type: 'session', sessionId: 's' });
    one.ticks(60_000);
    expect(one.said).toEqual(['0 running', '2400 unknown']);
  });

  test('a request read off the screen is no report of a hook', () => {
    const one = watcher();
    const via = { type: 'screen', region: { top: 1, bottom: 2 }, hash: 'h', keys: {} } as const;
    one.report(100, { type: 'asked', approval: approval('a', { via }) });
    expect(one.now()?.state).toBe('running');
  });
});

describe('after a restart of the daemon', () => {
  const status = (source: 'protocol' | 'output') =>
    ({ state: 'idle', since: 5, evidence: { source, detail: '' } }) as const;
  const again = (over: Parameters<typeof agentWith>[0]) => {
    const one = watcher({ structured: true, reported: reportedBefore(agentWith(over)) });
    one.ticks(10_000);
    return [one.now()?.state, one.now()?.waitingFor, one.now()?.evidence.detail];
  };

  test('turn, requests and rest are known again; what another life did proves nothing', () => {
    const turn = { number: 3, startedAt: 7 };
    expect(again({ turn })).toEqual(['running', undefined, 'turn 3 runs']);
    expect(again({ turn, approvals: [approval('a')] })).toEqual(['waiting', 'approval', 'it asks to allow: npm test']);
    const rests = { turn: { number: 3, startedAt: null } };
    expect(again({ ...rests, status: status('protocol') })).toEqual(['idle', undefined, 'turn 3 is done']);
    expect(again(rests)[0]).toBe('unknown');
  });
});
