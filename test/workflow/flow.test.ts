import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Answer, Approval } from '../../src/schema/approval.ts';
import { untilAgent } from '../daemon/chat.ts';
import { createWorld, env, kill, type World } from '../daemon/world.ts';
import { until } from '../support/wait.ts';
import { startFlow, statuses, untilOver, untilRun } from './flows.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

/** The request of this title, once it waits. */
async function asked({ id }: Agent, title: string): Promise<Approval> {
  const find = async () =>
    (await client.call('approvals.list', {})).approvals.find((one) => one.agent === id && one.approval.title === title);
  return (await until(`it asks: ${title}`, find)).approval;
}
const answer = ({ id }: Approval, what: Answer) => client.call('approvals.answer', { id, answer: what });

const code = (id: string, run: string, more: object = {}) => ({ id, kind: 'code', run, ...more });

describe('a flow', () => {
  test('gives what its steps give on: agents, commands, transforms, a switch and a batch', async () => {
    const agent = await startFlow(
      world,
      client,
      {
        input: { type: 'object', properties: { name: { type: 'string' } } },
        steps: [
          code('names', 'printf "%s\\n" {{ input.name }} "it is $0"'),
          { id: 'lines', kind: 'code', transform: 'lines', from: 'steps.names.output', deps: ['names'] },
          {
            id: 'pick',
            kind: 'switch',
            deps: ['lines'],
            cases: [{ when: 'size(steps.lines.output) == 2', to: ['two'] }],
            default: ['other'],
          },
          { id: 'two', kind: 'agent', prompt: 'say {{ steps.lines.output[0] }}', deps: ['lines'] },
          { id: 'other', kind: 'agent', prompt: 'say no' },
          {
            id: 'each',
            kind: 'batch',
            over: 'steps.lines.output',
            deps: ['lines', 'other'],
            maxConcurrent: 2,
            do: { kind: 'code', run: 'echo {{ index }}-{{ item }}' },
          },
          code('never', 'echo no', { when: 'steps.two.output == "no"', deps: ['two'] }),
          code('last', 'echo {{ steps.each.output }}; pwd', { deps: ['each', 'two', 'never'] }),
        ],
        result: '{"two": steps.two.output, "each": steps.each.output, "last": steps.last.output}',
        outputFile: 'out/{{ input.name | replace: " ", "-" }}.json',
      },
      { args: { name: "$(rm x) 'a'" } },
    );
    const run = await untilOver(client, agent);
    expect(run).toMatchObject({ outcome: 'completed', error: null });
    expect(statuses(run)).toEqual([
      'names completed',
      'lines completed',
      'pick completed',
      'two completed',
      'other skipped',
      'each completed',
      'never skipped',
      'last completed',
      'each[0] completed',
      'each[1] completed',
    ]);
    const detail = Object.fromEntries(run.steps.map((step) => [step.id, step.detail]));
    expect(detail).toMatchObject({
      pick: 'size(steps.lines.output) == 2 holds: two',
      other: 'pick chose another way',
      never: 'its guard does not hold',
      each: '2 of 2 went well',
    });
    const { children } = await client.call('run.get', { agent: agent.id });
    const started = children.map(({ call, runtime }) => `${call?.key} ${runtime}`).toSorted();
    expect(started).toEqual([
      'each[0] command-exec',
      'each[1] command-exec',
      'last command-exec',
      'names command-exec',
      'two demo-chat',
    ]);
    expect(run.steps.find(({ id }) => id === 'two')?.agent).toBe(children.find(({ call }) => call?.key === 'two')?.id);
    const each = ["0-$(rm x) 'a'", '1-it is /bin/sh'];
    const result = { two: "$(rm x) 'a'", each, last: `${JSON.stringify(each)}\n${world.root}` };
    expect(JSON.parse(run.result!)).toEqual(result);
    expect(JSON.parse(readFileSync(join(world.root, "out/$(rm-x)-'a'.json"), 'utf8'))).toEqual(result);
  });

  test('asks a person, and goes on with what was chosen; what is denied fails', async () => {
    const agent = await startFlow(world, client, {
      steps: [
        { id: 'how', kind: 'approval', question: 'How?\nThink well.', choices: ['fast', 'well'] },
        { id: 'really', kind: 'approval', deps: ['how'], question: 'Really {{ steps.how.output }}?' },
        { id: 'never', kind: 'approval', deps: ['really'], question: 'Sure?' },
        code('told', 'echo {{ steps.how.output }} {{ steps.really.output }} {{ steps.never.error }}', {
          deps: ['never'],
          trigger: 'all_done',
        }),
      ],
      result: 'steps.told.output',
    });
    const how = await asked(agent, 'How?');
    expect(how).toMatchObject({ kind: 'question', questions: [{ text: 'How?\nThink well.', many: false }] });
    await untilAgent(client, agent.name, 'waits', ({ status }) => status.state === 'waiting');
    await answer(how, { verdict: 'once', answers: [['well']] });
    const really = await asked(agent, 'Really well?');
    expect(really).toMatchObject({ kind: 'plan', verdicts: ['once', 'deny'], takesReason: true });
    await answer(really, { verdict: 'once' });
    await answer(await asked(agent, 'Sure?'), { verdict: 'deny', reason: 'too early' });
    const run = await untilOver(client, agent);
    expect(run).toMatchObject({ outcome: 'completed', result: '"well approved it was denied: too early"' });
    expect(statuses(run)).toEqual(['how completed', 'really completed', 'never failed', 'told completed']);
  });

  test('begins what took too long again, as often as it may', async () => {
    const count = join(world.root, 'count');
    const slow = `echo x >> ${count}; [ $(wc -l < ${count}) -gt 1 ] || sleep 1000; echo in time`;
    const agent = await startFlow(world, client, {
      steps: [
        code('again', slow, { timeout: 4000, maxRetries: 2 }),
        code('never', 'sleep 1000', { timeout: 500 }),
        { id: 'nobody', kind: 'approval', question: 'Anyone?', timeout: 300, maxRetries: 1 },
        code('last', 'echo {{ steps.again.output }}, {{ steps.never.status }}, {{ steps.nobody.error }}', {
          deps: ['again', 'never', 'nobody'],
          trigger: 'all_done',
        }),
      ],
      result: 'steps.last.output',
    });
    const run = await untilOver(client, agent);
    expect(run).toMatchObject({ outcome: 'completed', result: '"in time, timed_out, nobody answered in time"' });
    // On a slow machine the second may be too late as well.
    const again = run.steps[0]!.attempt;
    expect([2, 3]).toContain(again);
    expect(run.steps.map(({ id, attempt }) => `${id} ${attempt}`)).toEqual([
      `again ${again}`,
      'never 1',
      'nobody 2',
      'last 1',
    ]);
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
    const { approvals } = await client.call('approvals.list', {});
    expect(approvals).toEqual([]);
  });

  test('fails with the step that failed, what hangs on it is left out; a batch ends by its join rule', async () => {
    const odd = { kind: 'code', run: '[ $(expr {{ item }} % 2) = 0 ] && echo {{ item }}' };
    const agent = await startFlow(world, client, {
      steps: [
        { id: 'some', kind: 'batch', over: '[1, 2, 3]', join: 'one_success', do: odd },
        { id: 'all', kind: 'batch', over: '[2, 3]', do: odd },
        { id: 'none', kind: 'batch', over: '[]', do: odd },
        code('after', 'echo no', { deps: ['all'] }),
        { id: 'wrong', kind: 'code', transform: 'json', from: 'steps.some.output[1]', deps: ['some'] },
        { id: 'guard', kind: 'agent', prompt: 'say no', when: 'steps.some.output[7] == "x"', deps: ['some'] },
      ],
    });
    const run = await untilOver(client, agent);
    expect(run.outcome).toBe('failed');
    expect(statuses(run).slice(0, 6)).toEqual([
      'some completed',
      'all failed',
      'none completed',
      'after skipped',
      'wrong completed',
      'guard failed',
    ]);
    const detail = Object.fromEntries(run.steps.map((step) => [step.id, step.detail]));
    expect(detail.all).toMatch(/^1 of 2 went well: 2\. the command ended with exit code 1/);
    expect(detail.after).toBe('it needs what did not end well: all');
    expect(run.error).toMatch(/^all: 1 of 2 went well.*; guard: steps\.some\.output\[7\] == "x": /s);
    const ended = await untilAgent(client, agent.name, 'has ended', ({ endedAt }) => endedAt !== null);
    expect(ended).toMatchObject({ status: { state: 'failed' }, exit: { code: 1 } });
  });

  test('takes no longer than it may; what runs then is ended', async () => {
    const agent = await startFlow(world, client, {
      timeout: 3000,
      steps: [code('endless', 'echo $$; exec sleep 1000'), code('never', 'echo no', { deps: ['endless'] })],
    });
    const run = await untilOver(client, agent);
    expect(run).toMatchObject({ outcome: 'timed_out', error: 'it took longer than its 3000 ms' });
    expect(statuses(run)).toEqual(['endless cancelled', 'never cancelled']);
    const { children } = await client.call('run.get', { agent: agent.id });
    expect(children.filter(({ endedAt }) => endedAt === null)).toEqual([]);
  });

  test('is cancelled with all that runs, and resumed without doing again what is done', async () => {
    const log = join(world.root, 'log');
    const go = join(world.root, 'go');
    const agent = await startFlow(world, client, {
      steps: [
        code('done', `echo done >> ${log}; echo one`),
        {
          id: 'each',
          kind: 'batch',
          over: '[1, 2]',
          maxConcurrent: 1,
          deps: ['done'],
          do: {
            kind: 'code',
            run: `echo {{ item }} >> ${log}; [ {{ item }} = 1 ] || until [ -e ${go} ]; do sleep 0.05; done; echo {{ item }}`,
          },
        },
        code('last', `echo last >> ${log}; echo {{ steps.done.output }} {{ steps.each.output }}`, { deps: ['each'] }),
        code('tail', 'echo tail', { deps: ['last'] }),
      ],
      result: 'steps.last.output',
    });
    await untilRun(client, agent, 'is at its second item', ({ steps }) =>
      steps.some(({ id, agent: by }) => id === 'each[1]' && by !== null),
    );
    await until('the item has begun', () => readFileSync(log, 'utf8') === 'done\n1\n2\n');
    await client.call('agent.stop', { agent: agent.name });
    const cancelled = await untilOver(client, agent);
    expect(cancelled.outcome).toBe('cancelled');
    expect(statuses(cancelled)).toEqual([
      'done completed',
      'each cancelled',
      'last cancelled',
      'tail skipped',
      'each[0] completed',
      'each[1] cancelled',
    ]);
    const { children } = await client.call('run.get', { agent: agent.id });
    expect(children.filter(({ endedAt }) => endedAt === null)).toEqual([]);
    await client.call('agent.resume', { agent: agent.id, env: env() });
    const again = await untilRun(client, agent, 'is at its second item again', ({ steps }) =>
      steps.some(({ id, status }) => id === 'each[1]' && status === 'running'),
    );
    expect(statuses(again)).toEqual([
      'done completed',
      'each running',
      'last pending',
      'tail pending',
      'each[0] completed',
      'each[1] running',
    ]);
    writeFileSync(go, '');
    const run = await untilRun(client, agent, 'is over', ({ outcome }) => outcome === 'completed');
    expect(run).toMatchObject({ result: '"one [\\"1\\",\\"2\\"]"' });
    expect(run.steps.every(({ status }) => status === 'completed')).toBe(true);
    expect(run.steps.find(({ id }) => id === 'each[1]')?.detail).toBe('begun again when the run was taken up');
    expect(readFileSync(log, 'utf8')).toBe('done\n1\n2\n2\nlast\n');
  });
});

describe('the file of its result', () => {
  test('is text where the result is one, and nowhere but in the project', async () => {
    const ask = (path: string) =>
      startFlow(
        world,
        client,
        { steps: [code('a', 'echo hi')], result: 'steps.a.output', outputFile: '{{ input.path }}' },
        { args: { path } },
      );
    const fine = await untilOver(client, await ask('sub/out.txt'));
    expect(fine.log.map(({ text }) => text)).toEqual(['its result stands in sub/out.txt']);
    expect(readFileSync(join(world.root, 'sub/out.txt'), 'utf8')).toBe('hi');
    expect(await untilOver(client, await ask('../out.txt'))).toMatchObject({
      outcome: 'failed',
      error: 'outputFile ../out.txt was not written: its name leads outside the project',
    });
  });
});

describe('a flow whose process is killed', () => {
  test('goes on by itself: each step sees what it saw, and decides as it did', async () => {
    const log = join(world.root, 'log');
    const go = join(world.root, 'go');
    const one = { deps: ['fast', 'slow'], trigger: 'one_success' };
    const agent = await startFlow(world, client, {
      steps: [
        // Asked for first when it goes on: it is over before the other one then.
        code('slow', `until [ -e ${go} ]; do sleep 0.05; done; echo slow >> ${log}; echo slow`),
        code('fast', `echo fast >> ${log}`),
        { id: 'saw', kind: 'code', transform: 'join', from: '[steps.slow.status]', ...one },
        {
          id: 'way',
          kind: 'switch',
          ...one,
          cases: [{ when: 'steps.slow.status == "completed"', to: ['late'] }],
          default: ['early'],
        },
        code('late', `echo late >> ${log}`),
        code('early', `echo early >> ${log}`, { when: 'steps.slow.status == "running"', deps: ['saw'] }),
        { id: 'ask', kind: 'approval', question: 'Go on?', deps: ['early', 'slow'] },
        code('last', `echo last >> ${log}; echo {{ steps.saw.output }}`, { deps: ['ask'] }),
      ],
      result: 'steps.last.output',
    });
    await untilRun(client, agent, 'chose early', ({ steps }) =>
      steps.some(({ id, status }) => id === 'early' && status === 'completed'),
    );
    writeFileSync(go, '');
    const before = await asked(agent, 'Go on?');
    await kill((await client.call('agent.get', { agent: agent.id })).agent.pid!);
    // Nobody asked it to end: it is taken up again by itself.
    await untilAgent(client, agent.name, 'lives again', ({ epoch, startedAt }) => epoch === 2 && startedAt !== null);
    const again = await asked(agent, 'Go on?');
    expect(again.id).toBe(before.id);
    await answer(again, { verdict: 'once' });
    const run = await untilOver(client, agent);
    expect(run).toMatchObject({ outcome: 'completed', result: '"running"' });
    expect(statuses(run)).toEqual([
      'slow completed',
      'fast completed',
      'saw completed',
      'way completed',
      'late skipped',
      'early completed',
      'ask completed',
      'last completed',
    ]);
    expect(readFileSync(log, 'utf8')).toBe('fast\nearly\nslow\nlast\n');
    expect(run.steps.filter(({ attempt }) => attempt > 1)).toEqual([]);
  });
});
