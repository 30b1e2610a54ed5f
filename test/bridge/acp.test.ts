import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bridge, SCRIPTED, startBridge } from '../support/bridge.ts';
import { tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';

function scripted(options: object = {}, words: string[] = [], cwd = tempFolder('acp')): Bridge {
  return startBridge(['acp', ...words, '--', process.execPath, SCRIPTED, JSON.stringify(options)], { cwd });
}
const wish = (id: string, more: object = {}) => ({
  toolCall: { toolCallId: id, title: `touch ${id}`, kind: 'execute', rawInput: { command: `touch ${id}` }, ...more },
});
const said = (bridge: Bridge) => bridge.all('said').map(({ text }) => text);

test('a session is opened, a prompt answered, and the agent ends with its input', async () => {
  const bridge = scripted();
  bridge.start({ turn: 4 });
  bridge.prompt([{ think: 'hm' }, { say: 'Hel' }, { say: 'lo' }]);
  expect(await bridge.nth('turnEnded')).toMatchObject({ turn: 5, outcome: 'completed', message: null });
  expect(bridge.reports.map(({ type }) => type)).toEqual([
    ...['session', 'configured', 'turnStarted', 'thought', 'said', 'turnEnded'],
  ]);
  expect(bridge.all('session')).toEqual([{ type: 'session', sessionId: 'session-1' }]);
  expect(bridge.all('configured')[0]).toMatchObject({ mode: 'auto', version: '1.2.3' });
  expect(said(bridge)).toEqual(['Hello']);
  const texts = bridge.deltas.filter(({ kind }) => kind === 'said');
  expect(texts.map(({ text }) => text).join('')).toBe('Hello');
  expect(texts[0]!.item).toBe(bridge.all('said')[0]!.item);
  expect(bridge.receipts).toEqual([{ prompt: 'p1', receipt: 'submitted', detail: 'it answers' }]);
  expect(await bridge.end()).toEqual({ code: 0, signal: null });
});

test('a message of a turn stays one, though its agent spoke just before the turn began and then rests', async () => {
  const bridge = scripted();
  bridge.start({ resume: 'session-1', turn: 4 });
  bridge.prompt([{ say: 'Hel' }, { rest: 800 }, { say: 'lo' }]);
  await bridge.nth('turnEnded');
  expect(said(bridge)).toEqual(['Hello']);
  await bridge.end();
});

test('two requests wait at once, and each answer reaches its own', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([
    { ask: { ...wish('one'), wait: false } },
    { ask: { ...wish('two'), wait: false } },
    { answers: null },
  ]);
  const [one, two] = [(await bridge.nth('asked', 1)).approval, (await bridge.nth('asked', 2)).approval];
  expect(one).toMatchObject({
    call: 'one',
    command: 'touch one',
    verdicts: ['once', 'session', 'always', 'deny'],
    turn: 1,
  });
  expect(one.id).not.toBe(two.id);
  bridge.send({ do: 'answer', approval: two, answer: { verdict: 'deny' } });
  // Answered already, and one that was never asked.
  bridge.send({ do: 'answer', approval: two, answer: { verdict: 'once' } });
  bridge.send({ do: 'answer', approval: { ...one, id: 'other' }, answer: { verdict: 'deny' } });
  bridge.send({ do: 'answer', approval: one, answer: { verdict: 'session' } });
  await bridge.nth('turnEnded');
  expect(said(bridge).join('')).toContain('two: no;');
  expect(said(bridge).join('')).toContain('one: yes-session;');
  expect(
    bridge
      .all('toolFinished')
      .map(({ call, outcome }) => `${call} ${outcome}`)
      .sort(),
  ).toEqual(['one done', 'two denied']);
  expect(bridge.all('answered')).toEqual([]);
  await bridge.end();
});

test('for the session no option is taken that its agent writes down for good', async () => {
  const bridge = scripted();
  bridge.start();
  const options = [
    { optionId: 'for-good', name: 'Always allow in this project', kind: 'allow_always' },
    { optionId: 'yes', name: 'Allow', kind: 'allow_once' },
    { optionId: 'no', name: 'Reject', kind: 'reject_once' },
  ];
  bridge.prompt([{ ask: { ...wish('one'), options, wait: false } }, { answers: null }]);
  const { approval } = await bridge.nth('asked');
  expect(approval.verdicts).toEqual(['once', 'session', 'always', 'deny']);
  bridge.send({ do: 'answer', approval, answer: { verdict: 'session' } });
  await bridge.nth('turnEnded');
  expect(said(bridge).join('')).toContain('one: yes;');
  await bridge.end();
});

test('a request that the agent takes back is withdrawn, and so is all that waits when the turn is interrupted', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([
    { ask: { ...wish('one'), wait: false } },
    { takeBack: 'one' },
    { ask: wish('two') },
    { untilCancelled: 1 },
  ]);
  const [one, two] = [(await bridge.nth('asked', 1)).approval.id, (await bridge.nth('asked', 2)).approval.id];
  expect(await bridge.nth('answered')).toMatchObject({ id: one, answer: null, by: { who: 'withdrawn' } });
  bridge.send({ do: 'interrupt' });
  expect(await bridge.nth('answered', 2)).toMatchObject({ id: two, answer: null, by: { who: 'withdrawn' } });
  expect(await bridge.nth('turnEnded')).toMatchObject({ outcome: 'interrupted' });
  expect(said(bridge).join('')).toContain('two: cancelled;');
  await bridge.end();
});

test('an edit is a unified diff with the lines of its file, also where only a part is told', async () => {
  const cwd = tempFolder('acp');
  writeFileSync(join(cwd, 'a.txt'), 'one\ntwo\nthree\n');
  const bridge = scripted({}, [], cwd);
  bridge.start();
  const content = [{ type: 'diff', path: join(cwd, 'a.txt'), oldText: 'two', newText: '2' }];
  const call = { toolCallId: 'e', title: 'Edit', kind: 'edit', content, locations: [{ path: join(cwd, 'a.txt') }] };
  bridge.prompt([
    { ask: { toolCall: call } },
    { update: { sessionUpdate: 'tool_call_update', toolCallId: 'e', status: 'completed' } },
  ]);
  const { approval } = await bridge.nth('asked');
  const diff = '--- a/a.txt\n+++ b/a.txt\n@@ -1,3 +1,3 @@\n one\n-two\n+2\n three\n';
  expect(approval).toMatchObject({ diff, paths: ['a.txt'], command: null, kind: 'tool' });
  bridge.send({ do: 'answer', approval, answer: { verdict: 'once' } });
  expect(await bridge.nth('toolFinished')).toMatchObject({ call: 'e', outcome: 'done', diff });
  await bridge.end();
});

test('plans, usage, costs that grow, and what is not known', async () => {
  const bridge = scripted();
  bridge.start({ usd: 0.5 });
  const cost = (amount: number) => ({ used: 10, size: 100, cost: { amount, currency: 'USD' } });
  const usage = { inputTokens: 7, outputTokens: 3, totalTokens: 30, cachedReadTokens: 20, thoughtTokens: 1 };
  bridge.prompt([
    {
      update: {
        sessionUpdate: 'plan',
        entries: [
          { content: 'look', status: 'completed' },
          { content: 'do', status: 'in_progress' },
        ],
      },
    },
    { update: { sessionUpdate: 'usage_update', ...cost(0.75) } },
    { update: { sessionUpdate: 'news_of_tomorrow', what: 1 } },
    { notify: { method: '_vendor/thing', params: { a: 1 } } },
    { stop: { stopReason: 'end_turn', usage } },
  ]);
  await bridge.nth('turnEnded', 1);
  bridge.prompt([{ update: { sessionUpdate: 'usage_update', ...cost(1) } }, { stop: { stopReason: 'refusal' } }]);
  expect(await bridge.nth('turnEnded', 2)).toMatchObject({ outcome: 'failed', message: 'the model refuses to go on' });
  expect(bridge.all('planned')[0]!.entries).toEqual([
    { text: 'look', status: 'done' },
    { text: 'do', status: 'running' },
  ]);
  expect(bridge.all('context')).toEqual([{ type: 'context', used: 10, size: 100 }]);
  const tokens = { input: 7, output: 3, cacheRead: 20, cacheWrite: 0, reasoning: 1 };
  expect(bridge.all('used').map(({ turn, tokens, usd }) => ({ turn, tokens, usd }))).toEqual([
    { turn: 1, tokens, usd: 0.25 },
    { turn: 2, tokens: null, usd: 0.25 },
  ]);
  const raw = bridge.all('raw').map(({ why, text }) => `${why} ${text}`);
  expect(raw.some((one) => one.startsWith('unknown') && one.includes('news_of_tomorrow'))).toBe(true);
  expect(raw.some((one) => one.startsWith('unknown') && one.includes('_vendor/thing'))).toBe(true);
  await bridge.end();
});

test('the limits of its account, and when the one that ended a turn is lifted: exactly, whatever its sentence rounds', async () => {
  const bridge = scripted();
  bridge.start();
  const window = (status: string, utilization: number, resetsAt: number) => ({ status, utilization, resetsAt });
  const told = (status: string, five: object) => ({
    ...{ sessionUpdate: 'usage_update', used: 10, size: 100 },
    _meta: {
      '_claude/rateLimit': {
        ...{ status, rateLimitType: 'five_hour', resetsAt: 1_795_302_769, isUsingOverage: false },
        unifiedWindows: { five_hour: five, seven_day: window('allowed', 0.25, 1_795_400_000) },
      },
    },
  });
  bridge.prompt([
    { update: told('allowed', window('allowed', 0.5, 1_795_302_769)) },
    { update: told('rejected', window('rejected', 1, 1_795_302_769)) },
    { fail: { code: -32603, message: "You've hit your 5-hour limit · resets 11:12pm (UTC)" } },
  ]);
  expect(await bridge.nth('troubled')).toMatchObject({ trouble: { kind: 'rateLimit', until: 1_795_302_769_000 } });
  expect(
    bridge.all('limited').map(({ limit: { scope, status, usedPercent } }) => [scope, status, usedPercent]),
  ).toEqual([
    ['five_hour', 'ok', 50],
    ['seven_day', 'ok', 25],
    ['five_hour', 'exceeded', 100],
    ['seven_day', 'ok', 25],
  ]);
  await bridge.end();
});

test('a title names a place as people do, below the folder; a command stays to the letter', async () => {
  const folder = tempFolder('acp');
  const bridge = scripted({}, [], folder);
  bridge.start();
  const call = (toolCallId: string, kind: string, title: string) => ({
    ...{ sessionUpdate: 'tool_call', toolCallId, kind, title, status: 'completed' },
  });
  const command = `cat ${folder}/src/app.ts`;
  bridge.prompt([
    { update: call('a', 'edit', `${folder}/src/app.ts`) },
    { update: call('b', 'read', `Read file '${folder}/src/app.ts'`) },
    { update: call('c', 'execute', command) },
  ]);
  await bridge.nth('turnEnded');
  const titles = bridge.all('toolStarted').map(({ title }) => title);
  expect(titles).toEqual(['src/app.ts', "Read file 'src/app.ts'", command]);
  await bridge.end();
});

test('modes: the preferred one where there is one, a wished one for sure, and one that does not exist is said', async () => {
  const asks = scripted({}, ['--prefer', 'ask']);
  asks.start();
  expect(await asks.nth('configured', 2)).toMatchObject({ mode: 'ask' });
  asks.send({ do: 'configure', mode: 'none', model: 'fast' });
  expect(await asks.nth('troubled')).toMatchObject({
    trouble: { message: expect.stringMatching(/mode none.*known: auto, ask, free/) },
  });
  expect(await asks.nth('configured', 3)).toMatchObject({ mode: 'ask', model: 'fast' });
  await asks.end();
  const plain = scripted({ modes: false }, ['--prefer', 'ask', '--model', 'big']);
  plain.start();
  expect(await plain.nth('configured', 2)).toMatchObject({ model: 'big' });
  expect(plain.all('troubled')).toEqual([]);
  await plain.end();
});

test('a model that stands in the list of models alone is set by its own method: one with its effort, beside an option without', async () => {
  const option = {
    ...{ id: 'model', name: 'Model', category: 'model', type: 'select', currentValue: 'small' },
    options: ['small', 'big'].map((value) => ({ value, name: value })),
  };
  const availableModels = ['small[low]', 'big[low]', 'big[high]'].map((modelId) => ({ modelId, name: modelId }));
  const models = { currentModelId: 'small[low]', availableModels };
  const bridge = scripted({ session: { models, configOptions: [option] } }, ['--model', 'big[high]']);
  bridge.start();
  expect(await bridge.nth('configured', 2)).toMatchObject({ model: 'big' });
  bridge.send({ do: 'configure', model: 'small' });
  expect(await bridge.nth('configured', 3)).toMatchObject({ model: 'small' });
  bridge.send({ do: 'configure', model: 'huge' });
  expect(await bridge.nth('troubled')).toMatchObject({ trouble: { message: expect.stringMatching(/model huge/) } });
  await bridge.end();
});

test('no guess at the next prompt is asked for: nobody would see it, or what it costs', async () => {
  const bridge = scripted();
  bridge.start();
  bridge.prompt([{ opened: null }]);
  await bridge.nth('turnEnded');
  expect(said(bridge)[0]).toContain('"promptSuggestions":false');
  await bridge.end();
});

test('a session is taken up again without telling what is on record; one that is gone is refused', async () => {
  const bridge = scripted();
  bridge.start({ resume: 'session-9' });
  await until('the refusal', () => bridge.refusals[0]);
  bridge.start({ resume: 'session-1', turn: 3 });
  await bridge.nth('session');
  bridge.prompt([{ say: 'again' }]);
  expect(await bridge.nth('turnEnded')).toMatchObject({ turn: 4 });
  expect(said(bridge)).toEqual(['again']);
  await bridge.end();
  const none = scripted({ noLoad: true });
  none.start({ resume: 'session-1' });
  expect(await until('the refusal', () => none.refusals[0])).toMatch(/cannot take up/);
  await none.end();
});

test('images go along as images', async () => {
  const bridge = scripted();
  const image = join(tempFolder('image'), 'a.png');
  writeFileSync(image, '\xff\xd8\xff', 'latin1');
  bridge.start();
  bridge.prompt([{ say: '' }], [image, '/nowhere/notes.txt']);
  await bridge.nth('turnEnded');
  expect(said(bridge)[0]).toMatch(/"type":"image".*"type":"resource_link"/);
  bridge.prompt([], ['/nowhere/a.png']);
  expect(await bridge.nth('turnEnded', 2)).toMatchObject({
    outcome: 'failed',
    message: expect.stringContaining('ENOENT'),
  });
  await bridge.end();
});
