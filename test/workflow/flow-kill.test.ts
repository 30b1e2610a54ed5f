import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { DaemonClient } from '../../src/client/daemon.ts';
import type { Agent } from '../../src/schema/agent.ts';
import type { Run } from '../../src/schema/run.ts';
import { createWorld, kill, type World } from '../daemon/world.ts';
import { createRandom } from '../support/random.ts';
import { tempFolder } from '../support/repository.ts';
import { until } from '../support/wait.ts';
import { startFlow } from './flows.ts';

/** Runs in whose middle the daemon is killed; 100 by hand: FLOW_KILLS=100 npx vitest run test/workflow/flow-kill.test.ts */
const ROUNDS = Number(process.env.FLOW_KILLS ?? 6);

let world: World;
let client: DaemonClient;
beforeEach(async () => {
  world = createWorld();
  client = await world.connect();
});
afterEach(() => world.end());

const call = (id: string, deps: string[], run: string, more: object = {}) => ({ id, kind: 'code', deps, run, ...more });
/** Twelve steps of every kind; each command notes outside of any worktree that it was run. */
const FLOW = {
  input: { type: 'object', properties: { log: { type: 'string' } }, required: ['log'] },
  steps: [
    call('list', [], 'echo list >> {{ input.log }}; echo one; echo two; echo three'),
    { id: 'lines', kind: 'code', transform: 'lines', from: 'steps.list.output', deps: ['list'] },
    {
      id: 'pick',
      kind: 'switch',
      deps: ['lines'],
      cases: [{ when: 'size(steps.lines.output) > 9', to: ['many'] }],
      default: ['few'],
    },
    { id: 'many', kind: 'agent', prompt: 'say many' },
    { id: 'few', kind: 'agent', deps: ['lines'], prompt: 'say few: {{ steps.lines.output | join: " " }}' },
    {
      id: 'each',
      kind: 'batch',
      over: 'steps.lines.output',
      deps: ['lines'],
      maxConcurrent: 2,
      do: { kind: 'code', run: 'sleep 0.1; echo {{ item }} >> {{ input.log }}; echo {{ index }} {{ item }}' },
    },
    {
      id: 'ask',
      kind: 'approval',
      deps: ['few', 'many'],
      question: 'How for {{ steps.few.output }}?',
      choices: ['fast', 'well'],
    },
    call('slow', ['list'], 'sleep 0.3; echo slow >> {{ input.log }}; echo slow'),
    call('first', ['few', 'slow'], 'echo first >> {{ input.log }}; echo first', { trigger: 'one_success' }),
    call('odd', ['ask'], 'echo odd >> {{ input.log }}; exit 3', { when: 'steps.ask.output == "well"' }),
    call('even', ['odd'], 'echo even >> {{ input.log }}; echo even', {
      when: 'steps.odd.status == "failed"',
      trigger: 'all_done',
    }),
    call(
      'last',
      ['each', 'even', 'first', 'ask'],
      'echo last >> {{ input.log }}; echo {{ steps.each.output }} {{ steps.ask.output }}',
    ),
  ],
  outputFile: 'result.json',
};
const NOTED = ['even', 'first', 'last', 'list', 'odd', 'one', 'slow', 'three', 'two'];

const isBad = (status: string) => status !== 'completed' && status !== 'skipped';
/** What came of a run, without what differs from one to the next. */
const resultOf = (run: Run) => ({
  outcome: run.outcome,
  result: run.result,
  error: run.error,
  steps: run.steps.map(({ id, status, detail }) => `${id} ${status}${isBad(status) ? `: ${detail}` : ''}`).toSorted(),
  attempts: run.steps.filter(({ attempt }) => attempt > 1).map(({ id }) => id),
  file: existsSync(join(world.root, 'result.json')) ? readFileSync(join(world.root, 'result.json'), 'utf8') : null,
});

/** Follows a run to its end, answers what it asks, and bears that the daemon is killed at any moment. */
async function follow(agent: Agent): Promise<Run> {
  let run: Run | undefined;
  return until(
    'the run is over',
    async () => {
      try {
        const { approvals } = await client.call('approvals.list', {});
        for (const { approval } of approvals) {
          await client.call('approvals.answer', { id: approval.id, answer: { verdict: 'once', answers: [['well']] } });
        }
        run = (await client.call('run.get', { agent: agent.id })).run;
        return run.outcome === null ? null : run;
      } catch {
        return null; // The daemon was killed in the middle of it: it is asked again.
      }
    },
    { timeout: 180_000, seen: () => run },
  );
}

test('gives the same result whenever the daemon is killed, and repeats nothing', {
  timeout: 60_000 + ROUNDS * 60_000,
}, async () => {
  const logs = tempFolder('logs');
  const notedIn = (log: string) => readFileSync(log, 'utf8').trim().split('\n').toSorted();
  const chance = createRandom(Number(process.env.FLOW_SEED ?? 1));
  const start = (log: string) => {
    rmSync(join(world.root, 'result.json'), { force: true });
    return startFlow(world, client, FLOW, { args: { log } });
  };
  const began = performance.now();
  const calm = resultOf(await follow(await start(join(logs, 'calm'))));
  const took = performance.now() - began;
  expect(calm).toMatchObject({ outcome: 'completed', error: null, result: expect.stringContaining('2 three') });
  expect(notedIn(join(logs, 'calm'))).toEqual(NOTED);
  let kills = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const log = join(logs, String(round));
    const agent = await start(log);
    const over = follow(agent);
    // Random moments are the point here: nothing is waited for by them.
    for (let left = 1 + chance.below(3); left > 0; left -= 1) {
      await delay(chance.below(Math.round(took / 2)));
      await kill(await world.daemonPid(client));
      kills += 1;
      client = await world.connect();
    }
    expect(resultOf(await over), `round ${round}`).toEqual(calm);
    expect(notedIn(log), `round ${round}`).toEqual(NOTED);
  }
  if (process.env.FLOW_KILLS)
    console.info(`${ROUNDS} runs, the daemon killed ${kills} times: the same result each time, nothing repeated`);
});
