import { expect, test } from 'vitest';
import { BooError } from '../../src/util/errors.ts';
import type { RunClient } from '../../src/workflow/client.ts';
import { Turns } from '../../src/workflow/turns.ts';
import { until } from '../support/wait.ts';

test('a call that the daemon refuses since its run is being stopped ends with the run, and is no failure to go on with', async () => {
  const asked: string[] = [];
  const stop = new AbortController();
  const refuse = async (method: string) => {
    asked.push(method);
    throw new BooError('interrupted', 'the run r is being stopped: it starts no more agents');
  };
  const client = { call: refuse, once: refuse, close() {} } as unknown as RunClient;
  const call = { key: 'k', label: 'one', phase: null };
  const wish = { call, ask: { prompt: 'x' }, cache: false, signal: stop.signal, onPending() {}, onAgent() {} };
  const turns = new Turns({ run: 'r', client, wish, answer: null, told: false, resumed: false });
  let ended: unknown = null;
  const work = turns.carryOut().then(
    (end) => (ended = end),
    (error: unknown) => (ended = error),
  );
  await until('the daemon has refused it', () => asked.includes('run.call'));
  // Whatever comes of the refusal has come by then.
  await new Promise(setImmediate);
  expect(ended).toBeNull();
  const why = new BooError('interrupted', 'it was stopped');
  stop.abort(why);
  await work;
  expect(ended).toBe(why);
});
