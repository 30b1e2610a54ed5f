import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadProject } from '../../src/daemon/load.ts';
import { Prompts } from '../../src/daemon/sessions/prompts.ts';
import { Sessions } from '../../src/daemon/sessions/service.ts';
import { createStore } from '../../src/daemon/store.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { made } from '../core/traces/sample.ts';

const A = '019a0000-0000-7000-8000-000000000001';
const NO_LOG = { debug() {}, info() {}, warn() {}, error() {}, remake() {}, close() {} };
const queued = (id: string) => ({ id, text: id, images: [] });

async function world(fields: object = {}) {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'prompts-'));
  ensureFolder(root);
  claimFolder({ root, now: 0 });
  const { state, reach } = await loadProject({ root, git: false, now: 0 });
  const store = createStore({ root, log: NO_LOG, state, reach, trouble: { failed() {}, works() {} } });
  store.record(A, made({ id: A, name: 'one', ...fields }));
  return { root, store, close: store.close };
}

test('a prompt that a daemon before had given holds the next one back until its turn has begun and ended', async () => {
  const { store, close } = await world();
  store.record(A, { type: 'queued', prompts: [queued('first'), queued('second')] });
  const given: string[] = [];
  let taken = false;
  const give = async ({ id }: { id: string }) => {
    given.push(id);
    return { again: id === 'first' };
  };
  const prompts = new Prompts(A, store, give, () => taken);
  // Before the host has told what was meanwhile, a turn may run that nobody knows of.
  prompts.next();
  expect(given).toEqual([]);
  taken = true;
  prompts.next();
  expect(given).toEqual(['first']);
  await setImmediate();
  prompts.next();
  expect(given).toEqual(['first']);
  prompts.turnStarted('first');
  expect(prompts.queue.map(({ id }) => id)).toEqual(['second']);
  store.record(A, { type: 'turnStarted', turn: 1, prompt: 'first', model: null });
  prompts.next();
  expect(given).toEqual(['first']);
  store.record(A, { type: 'turnEnded', turn: 1, outcome: 'completed', message: null, durationMs: null });
  prompts.next();
  expect(given).toEqual(['first', 'second']);
  prompts.end('the test is over');
  close();
});

test('a turn that began while no daemon was there takes its prompt out of the queue', async () => {
  const { store, close } = await world();
  store.record(A, { type: 'queued', prompts: [queued('first'), queued('second')] });
  const given: string[] = [];
  const give = async ({ id }: { id: string }) => {
    given.push(id);
    return { again: false };
  };
  const prompts = new Prompts(A, store, give, () => true);
  prompts.turnStarted('first');
  store.record(A, { type: 'turnStarted', turn: 1, prompt: 'first', model: null });
  expect(prompts.queue.map(({ id }) => id)).toEqual(['second']);
  prompts.next();
  expect(given).toEqual([]);
  store.record(A, { type: 'turnEnded', turn: 1, outcome: 'completed', message: null, durationMs: null });
  prompts.next();
  expect(given).toEqual(['second']);
  prompts.end('the test is over');
  close();
});

test('an agent that ends after each turn is given nothing while it lives: its next prompt begins its next life', async () => {
  const { root, store, close } = await world({ runtime: 'claude-exec', host: 'h', status: { state: 'running' } });
  store.record(A, { type: 'queued', prompts: [queued('next')] });
  const sessions = new Sessions({ root, store, hosts: { get: () => undefined }, log: NO_LOG, publish() {} } as never, {
    onTurnEnds() {},
    onRefused() {},
  });
  sessions.begin(store.agent(A));
  const lines = readFileSync(join(import.meta.dirname, '../fixtures/exec/claude-work.txt'), 'utf8').split('\n');
  const printed = lines.flatMap((line) => (line.startsWith('< ') ? [line.slice(2)] : []));
  for (const [index, text] of printed.entries())
    sessions.line(store.agent(A), { type: 'line', stream: 'stdout', text }, index + 1, 1);
  expect(store.agent(A)).toMatchObject({ turn: { number: 1 }, queue: [{ id: 'next' }] });
  sessions.close();
  close();
});
