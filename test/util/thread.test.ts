import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { runBounded } from '../../src/util/bounded.ts';
import { Thread } from '../../src/util/thread.ts';
import { until } from '../support/wait.ts';

/** A thread that does as it is told. */
const PROGRAM = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, request }) => {
  if (request === 'die') throw new Error('it had enough');
  if (request === 'fill') { const all = []; for (;;) all.push(new Array(1e5).fill(all.length)); }
  if (request === 'turn') for (;;);
  if (request === 'refuse') return parentPort.postMessage({ id, error: { code: 'usage', message: 'no', hint: 'ask else' } });
  parentPort.postMessage({ id, answer: request });
});`;

/** One that answers as those of the program do. */
const ANSWERS = `
import { answerThread } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, '../../src/util/answer.ts')).href)};
answerThread((request) => request.toUpperCase());`;

let thread: Thread<string, string> | undefined;
function start(idleMs = 60_000, name = 'program.cjs', program = PROGRAM): Thread<string, string> {
  const path = join(mkdtempSync(join(process.env.BOOCODE_TEST_ROOT!, 'thread-')), name);
  writeFileSync(path, program);
  thread = new Thread({ path, idleMs, heapMb: 32 });
  return thread;
}
afterEach(() => thread?.close());

describe('a thread', () => {
  test('answers one request after another, errors as they are', async () => {
    const one = start();
    expect(await Promise.all(['a', 'b', 'c'].map((text) => one.ask(text, 1000)))).toEqual(['a', 'b', 'c']);
    await expect(one.ask('refuse', 1000)).rejects.toMatchObject({ code: 'usage', message: 'no', hint: 'ask else' });
    expect(one.open()).toBe(1);
  });

  test('is ended when an answer takes too long, and a new one takes what comes then', async () => {
    const one = start();
    await one.ask('a', 1000);
    const late = one.ask('turn', 50);
    const behind = one.ask('b', 1000);
    await expect(late).rejects.toMatchObject({ code: 'timed_out' });
    await expect(behind).rejects.toMatchObject({ code: 'timed_out' });
    expect(await one.ask('c', 1000)).toBe('c');
    expect(one.open()).toBe(2);
  });

  test('that dies, or wants more memory than it may have, fails what it was asked and nothing else', async () => {
    const one = start();
    await expect(one.ask('die', 1000)).rejects.toMatchObject({ code: 'failed', message: /it had enough/ });
    expect(await one.ask('a', 1000)).toBe('a');
    await expect(one.ask('fill', 20_000)).rejects.toMatchObject({ code: 'failed', message: /memory/ });
    expect(await one.ask('b', 1000)).toBe('b');
  });

  test('that is woken takes what comes at once, later, or never, each once and in order', async () => {
    const one = start(60_000, 'answers.mjs', ANSWERS);
    one.wake();
    expect(await one.ask('a', 1000)).toBe('A');
    one.wake();
    one.wake();
    expect(await Promise.all(['b', 'c', 'd'].map((text) => one.ask(text, 1000)))).toEqual(['B', 'C', 'D']);
    one.wake();
    // Longer than it looks out.
    await delay(20);
    expect(await one.ask('e', 1000)).toBe('E');
    one.wake();
    await expect(one.ask(1 as never, 1000)).rejects.toMatchObject({ code: 'failed' });
    expect(await one.ask('f', 1000)).toBe('F');
    expect(one.open()).toBe(1);
  });

  test('ends when nobody asks for a while, and not while it has something to do', async () => {
    const one = start(1);
    expect(await one.ask('a', 1000)).toBe('a');
    await until('it has ended, and opening starts another', () => one.open() > 1);
    expect(await one.ask('b', 1000)).toBe('b');
  });
});

test('what is bounded is interrupted wherever it is, and its errors are its own', () => {
  expect(runBounded(() => {}, 1000)).toBe(false);
  expect(runBounded(() => void /(a+)+$/u.test(`${'a'.repeat(40)}b`), 20)).toBe(true);
  expect(() => runBounded(() => JSON.parse('{'), 1000)).toThrow(SyntaxError);
  expect(runBounded(() => {}, 1000)).toBe(false);
});
