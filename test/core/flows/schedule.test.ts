import { describe, expect, test } from 'vitest';
import { checkFlow } from '../../../src/core/flows/check.ts';
import { branchesOf } from '../../../src/core/flows/graph.ts';
import { type Begin, type Outcome, Schedule } from '../../../src/core/flows/schedule.ts';
import { isOver } from '../../../src/core/flows/verdict.ts';
import { Flow, type FlowStep, type StepState } from '../../../src/schema/flow.ts';
import { createRandom, type Random } from '../../support/random.ts';

const flowOf = (...steps: object[]) => Flow.parse({ name: 'f', steps });
const agent = (id: string, more: object = {}) => ({ id, kind: 'agent', prompt: 'x', ...more });
const always = { when: () => true };
const ids = (begun: Begin[]) => begun.map(({ step, item }) => (item === null ? step.id : `${step.id}#${item}`));

describe('the scheduler', () => {
  test('runs a chain, and a join when all of it is done', () => {
    const schedule = new Schedule(flowOf(agent('a'), agent('b'), agent('c', { deps: ['a', 'b'] })), always);
    expect(ids(schedule.take())).toEqual(['a', 'b']);
    expect(schedule.take()).toEqual([]);
    schedule.end('a', 'completed');
    expect(schedule.take()).toEqual([]);
    schedule.end('b', 'completed');
    expect(ids(schedule.take())).toEqual(['c']);
    expect(schedule.complete).toBe(false);
    schedule.end('c', 'completed');
    expect(schedule.complete).toBe(true);
  });

  test('what hangs on a failure is blocked, by all_success; one_success and all_done go on', () => {
    const flow = flowOf(
      agent('bad'),
      agent('good'),
      agent('all', { deps: ['bad', 'good'] }),
      agent('one', { deps: ['bad', 'good'], trigger: 'one_success' }),
      agent('done', { deps: ['bad', 'good'], trigger: 'all_done' }),
    );
    const schedule = new Schedule(flow, always);
    schedule.take();
    schedule.end('good', 'completed');
    expect(ids(schedule.take())).toEqual(['one']);
    schedule.end('bad', 'failed');
    expect(schedule.state('all')).toMatchObject({ status: 'skipped', skipped: 'blocked' });
    expect(ids(schedule.take())).toEqual(['done']);
  });

  test('a switch excludes all other branches with what hangs on them alone; a join after it goes on', () => {
    const flow = flowOf(
      {
        id: 's',
        kind: 'switch',
        cases: [
          { when: 'x', to: ['a'] },
          { when: 'y', to: ['b'] },
        ],
        default: ['c'],
      },
      ...['a', 'b', 'c'].map((id) => agent(id)),
      agent('a2', { deps: ['a'] }),
      agent('b2', { deps: ['b'] }),
      agent('join', { deps: ['a2', 'b2', 'c'] }),
    );
    const schedule = new Schedule(flow, always);
    expect(ids(schedule.take())).toEqual(['s']);
    schedule.end('s', 'completed', { chosen: 1 });
    expect(ids(schedule.take())).toEqual(['b']);
    for (const id of ['a', 'a2', 'c'])
      expect(schedule.state(id)).toMatchObject({ status: 'skipped', skipped: 'excluded' });
    schedule.end('b', 'completed');
    expect(ids(schedule.take())).toEqual(['b2']);
    schedule.end('b2', 'completed');
    expect(ids(schedule.take())).toEqual(['join']);
  });

  test('a guard that does not hold leaves its step out, and with it what hangs on it alone', () => {
    const flow = flowOf(
      agent('a', { when: 'no' }),
      agent('b', { deps: ['a'] }),
      agent('c'),
      agent('d', { deps: ['a', 'c'] }),
    );
    const schedule = new Schedule(flow, { when: () => false });
    expect(ids(schedule.take())).toEqual(['c']);
    expect(schedule.state('b').skipped).toBe('excluded');
    schedule.end('c', 'completed');
    expect(ids(schedule.take())).toEqual(['d']);
  });

  test('a batch holds its cap, tries time-outs again, and ends by its join rule', () => {
    const step = {
      id: 'b',
      kind: 'batch',
      over: 'x',
      maxConcurrent: 2,
      maxRetries: 1,
      do: { kind: 'agent', prompt: 'x' },
    };
    const schedule = new Schedule(flowOf(step), always);
    schedule.take();
    schedule.expand('b', 3);
    expect(ids(schedule.take())).toEqual(['b#0', 'b#1']);
    expect(schedule.take()).toEqual([]);
    schedule.end('b', 'timed_out', { item: 0 });
    expect(schedule.take()).toMatchObject([{ item: 0, attempt: 2 }]);
    schedule.end('b', 'timed_out', { item: 0 });
    schedule.end('b', 'completed', { item: 1 });
    expect(ids(schedule.take())).toEqual(['b#2']);
    schedule.end('b', 'completed', { item: 2 });
    expect(schedule.state('b').status).toBe('failed');
    const empty = new Schedule(flowOf(step), always);
    empty.take();
    empty.expand('b', 0);
    expect(empty.state('b').status).toBe('completed');
  });

  test('a cancelled run begins nothing more, and ends with what runs', () => {
    const schedule = new Schedule(flowOf(agent('a'), agent('b', { deps: ['a'] })), always);
    schedule.take();
    schedule.cancel();
    expect(schedule.state('b').status).toBe('cancelled');
    expect(schedule.complete).toBe(false);
    schedule.end('a', 'cancelled');
    expect(schedule.complete).toBe(true);
  });

  test('a stored state in which nothing can go on is said to be stuck', () => {
    const flow = flowOf(agent('a'), agent('b', { deps: ['a'] }));
    expect(new Schedule(flow, always, { a: { status: 'running', attempts: 1 } }).stuck).toEqual([]);
    const cut = { ...flow, steps: [{ ...flow.steps[0]!, deps: ['b'] }, flow.steps[1]!] };
    expect(new Schedule(cut, always).stuck).toEqual(['a', 'b']);
  });
});

/** A flow without cycles, whose every edge leads to a later step. */
function anyFlow(random: Random): Flow {
  const count = 1 + random.below(14);
  const steps = Array.from({ length: count }, (_, at) => {
    const deps = Array.from({ length: at }, (_, dep) => `s${dep}`).filter(() => random.chance(0.25));
    const trigger = random.pick(['all_success', 'one_success', 'all_done']);
    const common = {
      id: `s${at}`,
      deps,
      trigger,
      maxRetries: random.below(3),
      ...(random.chance(0.15) && { when: 'w' }),
    };
    const later = Array.from({ length: count - at - 1 }, (_, i) => `s${at + 1 + i}`);
    const some = () => later.filter(() => random.chance(0.3));
    if (random.chance(0.2) && later.length > 1) {
      const to = () => [random.pick(later), ...some()];
      return {
        ...common,
        kind: 'switch',
        cases: [
          { when: 'a', to: to() },
          { when: 'b', to: to() },
        ],
        default: some(),
      };
    }
    if (random.chance(0.2)) {
      const join = random.pick(['all_success', 'one_success', 'all_done']);
      return {
        ...common,
        kind: 'batch',
        over: 'l',
        join,
        maxConcurrent: 1 + random.below(3),
        do: { kind: 'agent', prompt: 'x' },
      };
    }
    return { ...common, kind: 'agent', prompt: 'x' };
  });
  return flowOf(...steps);
}

type States = Record<string, StepState>;

/** Every id that leads to a step, by its own deps or by a switch. */
const leadTo = (flow: Flow, id: string) =>
  flow.steps.filter(
    (one) =>
      flow.steps.find((step) => step.id === id)!.deps.includes(one.id) ||
      (one.kind === 'switch' && branchesOf(one).flat().includes(id)),
  );

/** By the letter of the rules, looking at everything: may this pending step begin, is it left out, or neither? */
function reference(flow: Flow, states: States, step: FlowStep, guard: (id: string) => boolean) {
  const before = leadTo(flow, step.id);
  for (const one of before) {
    const { status, chosen } = states[one.id]!;
    if (one.kind !== 'switch' || status !== 'completed') continue;
    const branches = branchesOf(one);
    if (branches.flat().includes(step.id) && !branches.at(chosen!)!.includes(step.id)) return 'excluded';
  }
  const ends = before.map(({ id }) => states[id]!).filter(({ status }) => isOver(status));
  const excluded = ends.filter((one) => one.skipped === 'excluded').length;
  const good = ends.filter(({ status }) => status === 'completed').length;
  const bad = ends.length - excluded - good;
  const all = ends.length === before.length;
  if (step.trigger === 'all_success' && bad > 0) return 'blocked';
  const triggered = step.trigger === 'one_success' && before.length > 0 ? good > 0 : all;
  if (all && before.length > 0 && excluded === before.length) return 'excluded';
  if (!triggered) return all ? 'blocked' : 'wait';
  return step.when === undefined || guard(step.id) ? 'ready' : 'excluded';
}

/** One run to its end, each step of it held against the reference; the scheduler is made anew from its state now and then. */
function play(seed: number) {
  const random = createRandom(seed);
  const flow = anyFlow(random);
  expect(checkFlow(flow)).toEqual([]);
  const answers = new Map<string, boolean>();
  const guard = (id: string) => known(answers, id, random);
  const guards = { when: (step: FlowStep) => guard(step.id) };
  let schedule = new Schedule(flow, guards);
  const running: Begin[] = [];
  const begun = new Map<string, number>();
  for (let turn = 0; !schedule.complete; turn++) {
    expect(turn, `seed ${seed} ends`).toBeLessThan(2000);
    if (random.chance(0.2)) schedule = new Schedule(flow, guards, JSON.parse(JSON.stringify(schedule.states())));
    const states = schedule.states();
    const may = flow.steps.filter(({ id }) => states[id]!.status === 'pending');
    for (const step of may) {
      const verdict = reference(flow, states, step, guard);
      expect({ seed, step: step.id, verdict: verdict === 'ready' || verdict === 'wait' }).toEqual({
        seed,
        step: step.id,
        verdict: true,
      });
    }
    const ready = may.filter((step) => reference(flow, states, step, guard) === 'ready').map(({ id }) => id);
    const limit = random.chance(0.5) ? 1 + random.below(3) : undefined;
    const taken = schedule.take(limit);
    if (limit === undefined)
      expect(
        taken
          .filter(({ item }) => item === null)
          .map(({ step }) => step.id)
          .sort(),
      ).toEqual(ready.sort());
    for (const one of taken) {
      const name = ids([one])[0]!;
      expect(one.attempt).toBe((begun.get(name) ?? 0) + 1);
      begun.set(name, one.attempt);
      expect(one.attempt).toBeLessThanOrEqual(one.step.maxRetries + 1);
      if (one.item === null) expect(ready).toContain(one.step.id);
      if (one.item === null && one.step.kind === 'batch') schedule.expand(one.step.id, random.below(5));
      else running.push(one);
    }
    for (const step of flow.steps) {
      const now = running.filter((one) => one.step === step || one.step.id === step.id).length;
      expect(now).toBeLessThanOrEqual(step.kind === 'batch' ? step.maxConcurrent : 1);
    }
    if (running.length === 0) {
      expect({ seed, stuck: schedule.stuck }).toEqual({ seed, stuck: [] });
      continue;
    }
    const [one] = running.splice(random.below(running.length), 1) as [Begin];
    const outcome: Outcome = random.pick(['completed', 'completed', 'failed', 'timed_out']);
    const chosen = one.step.kind === 'switch' && outcome === 'completed' ? random.below(3) - 1 : undefined;
    const { id } = one.step;
    schedule.end(id, outcome, { item: one.item, ...(chosen !== undefined && { chosen }) });
    const after = JSON.stringify(schedule.states());
    if (isOver(schedule.state(id).status)) schedule.end(id, 'completed');
    expect(JSON.stringify(schedule.states()), 'an end told twice').toBe(after);
  }
  return schedule.states();
}

function known(answers: Map<string, boolean>, id: string, random: Random): boolean {
  const answer = answers.get(id) ?? random.chance(0.5);
  answers.set(id, answer);
  return answer;
}

test('any flow, any ends, any restarts: as the rules say at every moment, none twice, caps hold, every run ends', () => {
  for (let seed = 1; seed <= 1500; seed++) play(seed);
});

describe('a flow is checked before it starts', () => {
  test('cycles, also through a switch, are named with all that is on them', () => {
    const flow = flowOf(agent('a', { deps: ['c'] }), agent('b', { deps: ['a'] }), agent('c', { deps: ['b'] }));
    expect(checkFlow(flow)).toEqual([{ path: 'steps[0]', message: 'these wait for each other: a ▶ c ▶ b ▶ a' }]);
    const back = flowOf(agent('a'), { id: 's', kind: 'switch', deps: ['a'], cases: [{ when: 'x', to: ['a'] }] });
    expect(checkFlow(back)[0]!.message).toContain('wait for each other');
  });

  test('unknown and doubled ids, steps without work, cases that can never be chosen', () => {
    const found = checkFlow(flowOf(agent('a', { deps: ['zz'] }), agent('a'), { id: 'k', kind: 'code' }));
    expect(found.map(({ path }) => path)).toEqual(['steps[1].id', 'steps[0].deps[0]', 'steps[2]']);
    const late = {
      id: 's',
      kind: 'switch',
      cases: [
        { when: 'true', to: ['a'] },
        { when: 'x', to: ['b'] },
      ],
    };
    expect(checkFlow(flowOf(late, agent('a'), agent('b')))).toEqual([
      {
        path: 'steps[0].cases[0]',
        message: 'b can never run: this case always holds, and it is chosen by a later one',
      },
    ]);
  });
});
