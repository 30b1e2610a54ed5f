import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { isLive } from '../../src/core/lifecycle.ts';
import { createWorld, type World } from '../daemon/world.ts';
import { until } from '../support/wait.ts';
import { carryOut, configure, linesOf, startRun, untilEnded, writeScript } from './runs.ts';

/** Speaks the bridge's protocol and answers turn N with what stands behind `N>` in its first prompt. */
const ANSWERING = `#!${process.execPath}
const { createInterface } = require('node:readline');
const out = (what) => process.stdout.write(JSON.stringify(what) + '\\n');
const report = (one) => out({ boocode: 'report', report: one });
let turn = 0;
let answers = [];
const play = ({ id, text }) => {
  turn += 1;
  if (turn === 1) answers = text.split('\\n').filter((line) => /^\\d>/.test(line));
  report({ type: 'turnStarted', turn, prompt: text, model: null });
  out({ boocode: 'receipt', prompt: id, receipt: 'submitted', evidence: { source: 'protocol', detail: 'read' } });
  const said = (answers.find((line) => line.startsWith(turn + '>')) ?? '').slice(2);
  report({ type: 'said', item: 'm' + turn, who: 'agent', text: said });
  report({ type: 'turnEnded', turn, outcome: 'completed', message: null, durationMs: null });
};
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const message = JSON.parse(line);
  if (message.do === 'start') report({ type: 'session', sessionId: 's' });
  if (message.prompt) play(message.prompt);
});
lines.on('close', () => process.exit(0));
`;

let world: World;
let client: DaemonClient;

beforeAll(async () => {
  const program = join(process.env.BOOCODE_TEST_ROOT!, 'answering.cjs');
  writeFileSync(program, ANSWERING);
  chmodSync(program, 0o755);
  configure({
    worktrees: { enabled: false },
    workflows: { limits: { calls: 12 } },
    profiles: { demo: { runtime: 'demo-chat' }, answering: { runtime: 'demo-chat', command: program } },
  });
  world = createWorld();
  client = await world.connect();
});
afterAll(() => world.end());

const run = (name: string, body: string, more?: object) => {
  writeScript(world, name, body);
  return carryOut(world, client, name, more);
};

describe('a script', () => {
  test('gets results in order, loses none by one that fails, and tells what each call took', async () => {
    const body = `
      phase('work');
      log('begins', args);
      const all = await parallel([
        () => agent('wait 300\\nsay one'), () => agent('fail no such thing'), () => agent('say three', { label: 'third', phase: 'other' }),
      ]);
      const detail = await agent.detail('tokens 10 5\\nwrite made.txt hello\\nsay four');
      return { all, detail, spent: budget.spent().tokens };`;
    const { run: told, agent, result, children } = await run('order', body, { args: { n: 1 } });
    expect(told).toMatchObject({ outcome: 'completed', error: null, phase: 'work' });
    expect(agent.status.state).toBe('completed');
    expect(result).toMatchObject({
      all: ['one', { ok: false, error: expect.stringContaining('no such thing') }, 'three'],
      // Without a worktree of its own nothing says what is its.
      detail: { ok: true, output: 'four', text: 'four', tokens: 35, cached: false, changes: null },
      spent: 35,
    });
    expect(told.log.flatMap(({ level, text }) => (level === 'log' ? [text] : []))).toEqual(['begins {"n":1}']);
    const steps = told.steps.map(({ label, phase, status }) => `${label} ${phase} ${status}`);
    expect(steps.sort()).toEqual([
      'fail no such thing work failed',
      'third other completed',
      'tokens 10 5 work completed',
      'wait 300 work completed',
    ]);
    expect(children.map((child) => [child.parentId, isLive(child)])).toEqual(children.map(() => [agent.id, false]));
    expect(agent.run?.steps).toMatchObject({ known: 4, running: 0, done: 3, failed: 1 });
  });

  test('runs no command itself: only agents, which ask', async () => {
    const { run: told } = await run('shell', `return agent('touch made', { runtime: 'command-exec' })`);
    expect(told).toMatchObject({ outcome: 'failed', error: expect.stringContaining('command-exec is no agent') });
    expect(existsSync(join(world.root, 'made'))).toBe(false);
    const { run: other } = await run('inner', `return agent('x', { runtime: 'workflow' })`);
    expect(other).toMatchObject({ outcome: 'failed', error: expect.stringContaining('workflow is no agent') });
  });

  test('asks again, at most twice, for an answer that does not fit its schema', async () => {
    const schema = `{ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }`;
    const ask = (text: string) => `agent(${JSON.stringify(text)}, { profile: 'answering', schema: ${schema} })`;
    const body = `return Promise.all([
      ${ask('1>{"n":1}')}, ${ask('1>none\n2>{"n":"x"}\n3>It is {"n": 3}.')}, ${ask('1>a\n2>b\n3>c\n4>{"n":4}')},
      agent('say x', { schema: { type: 'nonsense' } }).catch((error) => error.message)]`.concat(')');
    const { result, children, run: told } = await run('schema', body);
    expect(result).toEqual([
      { n: 1 },
      { n: 3 },
      { ok: false, error: 'its answer does not fit the schema, also when asked again 2 times: it is no JSON' },
      expect.stringContaining('the schema of the answer cannot be used'),
    ]);
    expect(children.map(({ turn }) => turn?.number).sort()).toEqual([1, 3, 3]);
    expect(told.steps.map(({ status }) => status).sort()).toEqual(['completed', 'completed', 'failed']);
  });

  test('a wrong option, a runtime that is not there and a script that throws are said with their place', async () => {
    const wrong = await run('wrong', `return agent('x', { modle: 'y' }).catch((error) => error.message)`);
    expect(wrong.result).toMatch(/^agent: .*modle/);
    const unknown = await run('unknown', `return agent('x', { runtime: 'nobody' })`);
    expect(unknown.result).toMatchObject({ ok: false, error: expect.stringContaining('nobody') });
    const thrown = await run('thrown', `\nnull.x`);
    expect(thrown.run).toMatchObject({ outcome: 'failed', place: 'thrown.js:4', result: null });
    expect(thrown.agent.exit).toEqual({ code: 1, signal: null });
  });

  test('items of a pipeline flow on as soon as their own stage is done', async () => {
    const body = `
      const through = [];
      await pipeline(['run until [ -e flow ]; do sleep 0.05; done\\nsay slow', 'say fast'],
        (one) => agent(one), (text) => { through.push(text); return agent('say ' + text + '!'); },
        async (text) => { through.push(text); if (text === 'fast!') await agent('run touch flow'); });
      return through;`;
    expect((await run('flowing', body)).result).toEqual(['fast', 'fast!', 'slow', 'slow!']);
  });

  test('no call begins beyond the budget, and none beyond the bound of tool calls or of time ends well', async () => {
    const body = `
      const first = await agent('tokens 80 40\\nsay one');
      return [first, budget.remaining().tokens, await agent('say two')]`;
    const spent = await run('budget', body, { tokens: 100 });
    expect(spent.result).toEqual(['one', -180, { ok: false, error: 'the run’s budget of 100 tokens is used up' }]);
    expect(spent.children).toHaveLength(1);
    const bounds = await run(
      'bounds',
      `return Promise.all([
        agent('read file.txt\\nread file.txt\\nwait 60000\\nsay done', { maxToolCalls: 1 }),
        agent('wait 60000\\nsay done', { timeout: 1000 }), agent('read file.txt\\nsay done', { maxToolCalls: 1 })])`,
    );
    const failed = (error: RegExp) => ({ ok: false, error: expect.stringMatching(error) });
    expect(bounds.result).toEqual([failed(/tool calls/), failed(/time|longer/), 'done']);
    expect(bounds.run.steps.map(({ status }) => status).sort()).toEqual(['completed', 'failed', 'timed_out']);
  });

  test('a run that takes too long ends as timed out, and its agents with it', async () => {
    const ended = await run('late', `await agent('wait 60000')`, { timeoutMs: 3000 });
    expect(ended.run).toMatchObject({ outcome: 'timed_out', error: 'it took longer than its 3000 ms' });
    expect(ended.agent.status.state).toBe('failed');
    await until('its agent was stopped', async () => {
      const { children } = await client.call('run.get', { agent: ended.agent.id });
      return children.every((child) => !isLive(child));
    });
  });

  test('a workflow calls another one, one level deep; both count as one run', async () => {
    const args = { text: { type: 'string', required: true } };
    writeScript(world, 'inner', `return { args, said: await agent('say ' + args.text) };`, { args });
    writeScript(world, 'deep', `return workflow('inner', { text: 'x' });`);
    writeScript(world, 'broken', `throw new Error('inside');`);
    const ended = await run(
      'outer',
      `const caught = (name, args) => workflow(name, args).catch((error) => error.message);
       return [await workflow('inner', { text: 'hi' }), await caught('deep'), await caught('broken'), await caught('nobody'), await caught('inner', {})];`,
    );
    expect(ended.result).toEqual([
      { args: { text: 'hi' }, said: 'hi' },
      expect.stringContaining('was called by a workflow itself'),
      'workflow broken: broken.js:3: inside',
      expect.stringContaining('nobody'),
      'workflow inner: its arguments are wrong: text: it is required',
    ]);
    const [inner] = ended.run.steps.filter(({ label }) => label === 'inner');
    const call = ended.run.steps.find(({ label }) => label === 'say hi')!;
    expect([inner?.kind, inner?.status, call.parent, call.status]).toEqual([
      ...['workflow', 'completed', inner?.id, 'completed'],
    ]);
  });

  test('a script calls a flow', async () => {
    const flow = {
      name: 'graph',
      input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      steps: [
        { id: 'one', kind: 'agent', prompt: 'say {{ input.text }}' },
        { id: 'two', kind: 'code', deps: ['one'], run: 'echo {{ steps.one.output }} and two' },
      ],
      result: 'steps.two.output',
    };
    mkdirSync(join(world.root, '.boocode/flows'), { recursive: true });
    writeFileSync(join(world.root, '.boocode/flows/graph.json'), JSON.stringify(flow));
    const ended = await run(
      'calling',
      `const caught = (args) => workflow('graph', args).catch((error) => error.message);
       return [await caught({ text: 'hi' }), await caught({ text: 'you' }), await caught({})]`,
    );
    expect(ended.result).toEqual([
      ...['hi and two', 'you and two', expect.stringContaining('its arguments are wrong: text')],
    ]);
    const steps = ended.run.steps.map(({ label, kind, status }) => `${label} ${kind} ${status}`);
    expect(steps.sort()).toEqual([
      ...['graph workflow completed', 'graph workflow completed', 'graph workflow failed'],
      ...['one agent completed', 'one agent completed', 'two code completed', 'two code completed'],
    ]);
  });

  test('what it does not wait for is stopped when it ends', async () => {
    const ended = await run('unawaited', `agent('wait 60000'); await agent('say x'); return 'over'`);
    expect(ended.result).toBe('over');
    expect(ended.run.steps.map(({ status }) => status).sort()).toEqual(['cancelled', 'completed']);
    expect(ended.children.some(isLive)).toBe(false);
  });

  test('one that never ends gets nowhere, and its daemon answers meanwhile', async () => {
    writeScript(world, 'loop', `await agent('say x'); for (;;);`);
    const { id } = await startRun(world, client, 'loop');
    const asked = performance.now();
    await client.call('status', {});
    expect(performance.now() - asked).toBeLessThan(5000);
    expect((await untilEnded(client, id)).run).toMatchObject({
      outcome: 'failed',
      error: expect.stringContaining('without waiting for anything'),
    });
  });

  test('one that calls on and on is told so, and then ended', async () => {
    const { run: told } = await run('greedy', `for (;;) if ((await agent('say x')) === 'x') log('made');`);
    expect(told).toMatchObject({ outcome: 'failed', error: 'the run has made its 12 calls and asked for 1000 more' });
    expect(told.steps).toHaveLength(12);
    expect(told.log.filter(({ text }) => text === 'made')).toHaveLength(12);
    expect(told.log.map(({ text }) => text)).toContain('the run has made its 12 calls: no more are made');
  });

  test('stopped, it stops its agents and says so; taken up again it does nothing twice', async () => {
    writeScript(
      world,
      'stopped',
      `return parallel([() => agent('run echo a >> stopped.txt\\nsay a'), () => agent('run until [ -e on ]; do sleep 0.05; done; echo b >> stopped.txt\\nsay b')]);`,
    );
    const { id } = await startRun(world, client, 'stopped');
    await until('one call has ended', async () => {
      const { run: now } = await client.call('run.get', { agent: id });
      return now.steps.some(({ status }) => status === 'completed');
    });
    await client.call('agent.stop', { agent: id });
    const stopped = await untilEnded(client, id);
    expect(stopped.run.outcome).toBe('cancelled');
    expect(stopped.agent.status.state).toBe('cancelled');
    expect(stopped.run.steps.map(({ status }) => status).sort()).toEqual(['cancelled', 'completed']);
    writeFileSync(join(world.root, 'on'), '');
    await client.call('agent.resume', { agent: id, env: process.env as Record<string, string> });
    await until('it has ended well', async () => {
      const { run: now } = await client.call('run.get', { agent: id });
      return now.outcome === 'completed';
    });
    expect((await untilEnded(client, id)).result).toEqual(['a', 'b']);
    expect(linesOf(world, 'stopped.txt')).toEqual(['a', 'b']);
  });
});
