import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadProject } from '../../src/daemon/load.ts';
import { Prompts } from '../../src/daemon/sessions/prompts.ts';
import { createStore } from '../../src/daemon/store.ts';
import { ensureFolder } from '../../src/storage/folder.ts';
import { claimFolder } from '../../src/storage/owner.ts';
import { made } from '../core/traces/sample.ts';
import { until } from '../support/wait.ts';

const A = '019a0000-0000-7000-8000-000000000001';
const NO_LOG = { debug() {}, info() {}, warn() {}, error() {}, close() {} };
const queued = (id: string) => ({ id, text: id, images: [] });

test('a prompt that a daemon before had given holds the next one back until its turn has begun and ended', async () => {
  const root = mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'prompts-'));
  ensureFolder(root);
  claimFolder({ root, now: 0 });
  const { state, reach } = await loadProject({ root, git: false, now: 0 });
  const store = createStore({ root, log: NO_LOG, state, reach, trouble: { failed() {}, works() {} } });
  const created = made({ id: A, name: 'one' });
  store.record(A, created);
  store.record(A, { type: 'queued', prompts: [queued('first'), queued('second')] });
  const given: string[] = [];
  const prompts = new Prompts(A, store, async ({ id }) => {
    given.push(id);
    return { again: id === 'first' };
  });
  prompts.next();
  await until('the first is out of the queue', () => prompts.queue[0]?.id === 'second');
  prompts.next();
  expect(given).toEqual(['first']);
  prompts.turnStarted();
  store.record(A, { type: 'turnStarted', turn: 1, prompt: 'first', model: null });
  prompts.next();
  expect(given).toEqual(['first']);
  store.record(A, { type: 'turnEnded', turn: 1, outcome: 'completed', message: null, durationMs: null });
  prompts.next();
  expect(given).toEqual(['first', 'second']);
  prompts.end('the test is over');
  store.close();
});
