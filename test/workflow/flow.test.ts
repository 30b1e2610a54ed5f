import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import { createWorld, type World } from '../daemon/world.ts';
import { startFlow, statuses, untilOver } from './flows.ts';

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

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
});
