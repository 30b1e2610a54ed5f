import { describe, expect, test } from 'vitest';
import { emptyState, reduce } from '../../../src/core/reduce.ts';
import { codexDriver } from '../../../src/runtimes/codex/driver.ts';
import type { Effect, Report } from '../../../src/runtimes/driver.ts';
import type { Approval } from '../../../src/schema/approval.ts';
import { AgentEvent } from '../../../src/schema/event.ts';
import { readRecording, recordingAgent, type Step, steps } from './recording.ts';

const state = emptyState({ root: '/project', name: 'project', git: true, createdAt: 0 });

/** Lives through a recording as the daemon would; with `crash` a driver is made anew from the record before every step. */
function live(life: Step[], { crash = false, agent = recordingAgent } = {}) {
  const events: AgentEvent[] = [];
  const effects: Effect[] = [];
  let known = reduce(state, agent.id, { type: 'created', at: 0, epoch: 1, agent });
  let driver = codexDriver({ agent, past: [] });
  for (const step of life) {
    if (crash) driver = codexDriver({ agent: known.agents[agent.id]!, past: events });
    for (const effect of steps(driver, step)) {
      effects.push(effect);
      if (effect.type === 'report') record(AgentEvent.parse({ at: step.at, epoch: 1, ...effect.report }));
    }
    // As the approvals' service does.
    if (step.do === 'answer') {
      const { approval, answer, at } = step;
      record({ type: 'answered', at, epoch: 1, id: approval.id, answer, by: { who: 'person', detail: '' } });
    }
  }
  function record(event: AgentEvent): void {
    events.push(event);
    known = reduce(known, agent.id, event);
  }
  return { events, effects, agent: known.agents[agent.id]! };
}

const reports = (effects: Effect[]): Report[] => effects.flatMap((one) => (one.type === 'report' ? one.report : []));
const written = (effects: Effect[]) =>
  effects.flatMap((one) =>
    one.type === 'write' ? (JSON.parse(one.text) as { id?: unknown; method?: string; params?: object }) : [],
  );
const of = <T extends Report['type']>(effects: Effect[], type: T) =>
  reports(effects).filter((one): one is Extract<Report, { type: T }> => one.type === type);

const [tools, deny, interrupt, withdrawn, refused, limit, failures] = [
  ...['tools', 'deny', 'interrupt', 'withdrawn', 'refused', 'limit', 'failures'].map((name) =>
    live(readRecording(name)[0]!),
  ),
] as [Lived, Lived, Lived, Lived, Lived, Lived, Lived];
type Lived = ReturnType<typeof live>;

describe('codex app-server', () => {
  test('opens a thread and says at once which session it is, what it runs with and what it could', () => {
    const [session, configured] = reports(tools.effects).filter(
      ({ type }) => type === 'session' || type === 'configured',
    );
    expect(session).toMatchObject({ sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(configured).toMatchObject({ model: 'gpt-5.5', mode: 'untrusted', version: '0.169.0' });
    expect(tools.agent.models?.map(({ id }) => id)).toContain('gpt-5.5');
    expect(tools.agent.modes?.map(({ id }) => id)).toEqual(['read-only', 'untrusted', 'auto', 'full-access']);
  });

  test('tells a turn with thoughts, messages, edits with diffs and commands with output', () => {
    const said = reports(tools.effects).filter(
      ({ type }) => !['raw', 'used', 'context', 'limited', 'configured'].includes(type),
    );
    expect(said.map(({ type }) => type)).toEqual([
      ...['session', 'turnStarted', 'thought', 'said'],
      ...['toolStarted', 'asked', 'toolFinished', 'said'],
      ...['toolStarted', 'asked', 'toolFinished', 'toolStarted', 'asked', 'toolFinished'],
      ...['toolStarted', 'asked', 'toolFinished', 'said', 'turnEnded'],
    ]);
    expect(of(tools.effects, 'turnStarted')).toMatchObject([{ turn: 1, prompt: 'FILE please', model: 'gpt-5.5' }]);
    expect(of(tools.effects, 'toolStarted').map(({ kind, title }) => [kind, title])).toEqual([
      ['edit', 'add b.txt'],
      ['edit', 'update a.txt'],
      ['execute', 'cat a.txt b.txt'],
      ['execute', 'echo "it\'s $HOME" && false'],
    ]);
    const [added, updated, shown, failed] = of(tools.effects, 'toolFinished');
    expect(added!.diff).toBe('--- /dev/null\n+++ b/b.txt\n@@ -0,0 +1,2 @@\n+new\n+file\n');
    expect(updated!.diff).toBe('--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+TWO\n three\n');
    expect(shown).toMatchObject({ outcome: 'done', output: 'one\nTWO\nthree\nnew\nfile\n', error: null });
    expect(failed).toMatchObject({ outcome: 'failed', output: "it's /home/dev\n", error: 'exit code 1' });
    expect(of(tools.effects, 'turnEnded')).toMatchObject([{ turn: 1, outcome: 'completed' }]);
  });

  test('streams what it says, and the whole is what was streamed', () => {
    const deltas = tools.effects.flatMap((one) => (one.type === 'delta' ? one.delta : []));
    for (const { item, text } of [...of(tools.effects, 'said'), ...of(tools.effects, 'thought')]) {
      expect(
        deltas
          .filter((delta) => delta.item === item)
          .map((delta) => delta.text)
          .join(''),
      ).toBe(text);
    }
  });

  test('counts every reply of the model once, as the models said it', () => {
    expect(of(tools.effects, 'used').map(({ tokens }) => tokens)).toEqual([
      { input: 100, output: 40, cacheRead: 2000, cacheWrite: 0, reasoning: 7 },
      { input: 50, output: 30, cacheRead: 2300, cacheWrite: 0, reasoning: 0 },
      { input: 60, output: 20, cacheRead: 2400, cacheWrite: 0, reasoning: 0 },
      { input: 70, output: 15, cacheRead: 2450, cacheWrite: 0, reasoning: 0 },
    ]);
    expect(tools.agent.tokens).toEqual({ input: 280, output: 105, cacheRead: 9150, cacheWrite: 0, reasoning: 7 });
    expect(tools.agent.context).toEqual({ used: 2535, size: 258400 });
    // The same snapshot with the second reply is nothing new.
    expect(of(tools.effects, 'limited').map(({ limit }) => [limit.scope, limit.status, limit.usedPercent])).toEqual([
      ['primary', 'ok', 42],
      ['secondary', 'warning', 85],
    ]);
  });

  test('asks with the whole command and the diff, and answers that very request', () => {
    const [file, edit, command] = of(tools.effects, 'asked').map(({ approval }) => approval) as [
      Approval,
      Approval,
      Approval,
    ];
    expect(file).toMatchObject({
      title: 'add b.txt',
      paths: ['/project/b.txt'],
      diff: expect.stringContaining('+new'),
    });
    expect(edit.diff).toContain('-two\n+TWO');
    expect(command).toMatchObject({ command: 'cat a.txt b.txt', tool: 'commandExecution', takesReason: true, turn: 1 });
    expect(new Set([file.id, edit.id, command.id]).size).toBe(3);
    const answers = written(tools.effects).filter((one) => 'result' in one);
    expect(answers).toEqual([0, 1, 2, 3].map((id) => ({ id, result: { decision: 'accept' } })));
    expect(tools.agent.approvals).toBeUndefined();
  });

  test('a reason is said in the same turn before the request is declined, and stands in the conversation', () => {
    const [reason, declined, bare] = written(deny.effects).filter(
      (one) => one.method === 'turn/steer' || 'result' in one,
    );
    expect(reason!.params).toMatchObject({ input: [{ text: 'use the makefile' }] });
    expect(declined).toEqual({ id: 0, result: { decision: 'decline' } });
    expect(bare).toEqual({ id: 1, result: { decision: 'decline' } });
    expect(of(deny.effects, 'said').map(({ who, text }) => `${who}: ${text}`)).toEqual([
      'agent: I run it.',
      'user: use the makefile',
      'agent: I see: make.',
      'agent: Then not.',
    ]);
    expect(of(deny.effects, 'toolFinished').map(({ outcome, diff }) => [outcome, diff])).toEqual([
      ['denied', null],
      ['denied', null],
    ]);
    expect(of(deny.effects, 'turnEnded')).toMatchObject([{ turn: 1 }, { turn: 2, outcome: 'completed' }]);
  });

  test('interrupts the turn that runs; a request that was open is withdrawn, a tool cancelled', () => {
    expect(of(interrupt.effects, 'turnEnded')).toMatchObject([{ outcome: 'interrupted' }]);
    expect(of(interrupt.effects, 'used')).toEqual([]);
    const closing = reports(withdrawn.effects).slice(-3);
    expect(closing).toMatchObject([
      { type: 'answered', answer: null, by: { who: 'withdrawn' } },
      { type: 'toolFinished', outcome: 'cancelled' },
      { type: 'turnEnded', outcome: 'interrupted' },
    ]);
    // What had run until then is counted all the same.
    expect(of(withdrawn.effects, 'used')).toHaveLength(1);
  });

  test('counts nothing twice after a resume', () => {
    const [first, second] = readRecording('resume') as [Step[], Step[]];
    const before = live(first);
    expect(before.agent.tokens).toMatchObject({ input: 10, output: 1, cacheRead: 100 });
    const after = live(second, { agent: { ...recordingAgent, sessionId: before.agent.sessionId } });
    expect(after.agent.sessionId).toBe(before.agent.sessionId);
    expect(after.agent.tokens).toMatchObject({ input: 20, output: 2, cacheRead: 200 });
    expect(written(after.effects).find(({ method }) => method === 'thread/resume')?.params).toMatchObject({
      threadId: before.agent.sessionId,
    });
  });

  test('says when the session that was to go on does not exist', () => {
    expect(refused.effects).toContainEqual({ type: 'refused', message: expect.stringContaining('no rollout found') });
    expect(of(refused.effects, 'session')).toEqual([]);
  });

  test('tells rate limits with their reset, logins, overload and broken connections apart', () => {
    expect(of(limit.effects, 'troubled').map(({ trouble }) => trouble)).toMatchObject([
      { kind: 'rateLimit', retries: false, until: 1_795_250_000_000, message: expect.stringContaining('usage limit') },
      { kind: 'rateLimit', retries: false, status: 429 },
    ]);
    expect(limit.agent.rateLimits).toMatchObject([{ scope: 'primary', status: 'exceeded', usedPercent: 100 }]);
    const kinds = of(failures.effects, 'troubled').map(({ trouble: { kind, retries, status } }) => [
      kind,
      retries,
      status,
    ]);
    expect(kinds).toEqual([
      ['login', true, 401],
      ['login', false, 401],
      ['network', true, null],
      ['overloaded', false, null],
      ['network', true, null],
      ['other', false, null],
    ]);
    expect(of(failures.effects, 'turnEnded').map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
  });

  test('a prompt that is given before its thread is open begins the first turn, and one that never can is not delivered', () => {
    const [start, ...lines] = readRecording('tools')[0]!.filter(({ do: what }) => what !== 'prompt') as [
      Step,
      ...Step[],
    ];
    const prompt = { id: 'early', text: 'FILE please', images: [] };
    const early = live([start, { do: 'prompt', prompt, at: 1 }, ...lines]);
    const asked = written(early.effects).map(({ method }) => method);
    expect(asked.filter((method) => method === 'turn/start')).toHaveLength(1);
    expect(asked.indexOf('turn/start')).toBeGreaterThan(asked.indexOf('thread/start'));
    const never = live([
      start,
      { do: 'prompt', prompt, at: 1 },
      { do: 'exited', exit: { code: 1, signal: null }, at: 2 },
    ]);
    expect(never.effects.at(-1)).toMatchObject({ type: 'receipt', prompt: 'early', receipt: 'not delivered' });
  });

  test('prompts are accepted when their turn begins', () => {
    const receipts = deny.effects.flatMap((one) => (one.type === 'receipt' ? [[one.prompt, one.receipt]] : []));
    expect(receipts).toEqual([
      ['prompt-1', 'accepted'],
      ['prompt-2', 'accepted'],
    ]);
  });

  test.each(['tools', 'deny', 'interrupt', 'withdrawn', 'limit', 'failures'])(
    'a driver made anew from the record before every line of %s tells the same',
    (name) => {
      const [life] = readRecording(name);
      const agent = { ...recordingAgent, mode: 'untrusted' };
      const whole = live(life!, { agent });
      const anew = live(life!, { agent, crash: true });
      expect(anew.events).toEqual(whole.events);
      // The turn that is interrupted is then whichever runs.
      const bytes = (lived: Lived) =>
        lived.effects.filter((one) => one.type === 'write' && !one.text.includes('turn/interrupt'));
      expect(bytes(anew)).toEqual(bytes(whole));
    },
  );
});
