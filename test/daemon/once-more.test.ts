// What waits for something else that is being done to an agent, which no event tells the end of, looks again by itself.
import { expect, test } from 'vitest';
import { Retries } from '../../src/daemon/agents/retry.ts';
import { stopAgent } from '../../src/daemon/agents/stop.ts';
import { LostRuns } from '../../src/daemon/runs/lost.ts';
import type { Agent } from '../../src/schema/agent.ts';
import { agent } from '../components/sample.ts';
import { until } from '../support/wait.ts';

/** What is under way for agents; it counts how often somebody looked. */
class UnderWay<T> extends Map<string, T> {
  looks = 0;

  override has(id: string): boolean {
    this.looks += 1;
    return super.has(id);
  }
}

/** One agent, and what is being done to it. */
function world(one: Agent) {
  const silent = () => {};
  const busy = new UnderWay<string>();
  const preparing = new UnderWay<AbortController>();
  const store = {
    get: () => ({ agents: { [one.id]: one } }),
    all: () => [one],
    agent: () => one,
    record: silent,
    owe: () => true,
    onEvent: () => silent,
  };
  const log = { info: silent, warn: silent, debug: silent, error: silent };
  const autofix = { stop: async () => {} };
  const hosts = { get: () => undefined };
  const services = { log, autofix, hosts, retries: { cancel: silent }, lostRuns: { awaits: () => true } };
  const ctx = { root: '/nowhere', store, busy, preparing, publish: silent, environments: new Map(), ...services };
  return { busy, preparing, ctx: ctx as never };
}

const ended = (name: string): Agent => ({
  ...agent(name, 'failed'),
  startedAt: 1,
  endedAt: 2,
  exit: { code: null, signal: 'SIGKILL' },
});

/** Resolves when it is begun again, which it was not while something else was being done to it. */
async function isBegunAfter(busy: UnderWay<string>, id: string): Promise<void> {
  await until('it was found busy', () => busy.looks > 0);
  expect(busy.get(id)).toBe('changed');
  let begun = false;
  busy.set = (which, doing) => {
    begun ||= which === id && doing === 'begun again';
    return Map.prototype.set.call(busy, which, doing) as UnderWay<string>;
  };
  busy.delete(id);
  await until('it is begun again', () => begun);
}

test('an agent whose wait for a limit is over while something else is done to it is begun again after that', async () => {
  const one = { ...ended('limited'), retries: { aborts: 1, limits: 1, nextAt: Date.now() + 1 } } as Agent;
  const { ctx, busy } = world(one);
  busy.set(one.id, 'changed');
  const retries = new Retries(() => ctx);
  retries.load();
  await isBegunAfter(busy, one.id);
  retries.close();
});

test('a run that is killed before its new beginning is over is taken up after that', async () => {
  const one = { ...ended('run'), runtime: 'workflow' } as Agent;
  const { ctx, busy } = world(one);
  busy.set(one.id, 'changed');
  new LostRuns(() => ctx).follow({ type: 'exited' } as never, one);
  await isBegunAfter(busy, one.id);
});

test('who stops an agent that is just being started hears of it though nothing more happens to that', async () => {
  const one: Agent = { ...agent('starting', 'preparing'), host: null };
  const { ctx, preparing } = world(one);
  const early = new AbortController();
  preparing.set(one.id, early);
  let over = false;
  const stopping = stopAgent(ctx, one.id, 'user').then(() => {
    over = true;
  });
  await until('it is waited for', () => preparing.looks > 0);
  expect([early.signal.aborted, over]).toEqual([true, false]);
  preparing.delete(one.id);
  await until('it is stopped', () => over);
  await stopping;
});
