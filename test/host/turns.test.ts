import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTurns, type Source } from '../../src/host/children/turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A source that has `pieces` pieces left, and notes in `log` when one is read. */
const source = (log: string[], name: string, pieces = Number.POSITIVE_INFINITY): Source => ({
  read() {
    if (pieces-- <= 0) return false;
    log.push(name);
    return true;
  },
});
const silent: Source = { read: () => false };
const onward = (ms: number, each = () => {}) => {
  for (let n = 0; n < ms; n++) {
    each();
    vi.advanceTimersByTime(1);
  }
};

describe('turns of reading', () => {
  test('floods are read one after another until they have nothing, while somebody types one piece in a turn', () => {
    const turns = createTurns();
    const log: string[] = [];
    turns.typed(silent);
    turns.flood(source(log, 'a', 3));
    turns.flood(source(log, 'b', 2));
    vi.advanceTimersToNextTimer();
    expect(log).toEqual(['a']);
    onward(10);
    expect(log).toEqual(['a', 'b', 'a', 'b', 'a']);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('while nobody types a few pieces are read in a turn, so that each finds the rows of the one before in the cache', () => {
    const turns = createTurns();
    const log: string[] = [];
    turns.typed(silent);
    onward(3000);
    turns.flood(source(log, 'a', 20));
    turns.flood(source(log, 'b', 2));
    vi.advanceTimersToNextTimer();
    const first = log.length;
    expect(first).toBeGreaterThan(4);
    expect(first).toBeLessThan(20);
    onward(2);
    expect(log.slice(0, first + 3)).toEqual([...Array(first).fill('a'), 'b', 'b', 'a']);
    onward(10);
    expect(log).toHaveLength(22);
  });

  test('a key holds them until its program has answered, and for the moment in which that is painted', () => {
    const turns = createTurns();
    const log: string[] = [];
    const typist = source(log, 'typist');
    turns.flood(source(log, 'a'));
    onward(3);
    const before = log.length;
    turns.typed(typist);
    onward(5);
    expect(log).toHaveLength(before);
    turns.printed(silent);
    onward(1);
    expect(log).toHaveLength(before);
    turns.printed(typist);
    vi.advanceTimersByTime(0.9);
    turns.printed(typist);
    expect(log).toHaveLength(before);
    onward(2);
    expect(log.length).toBeGreaterThan(before);
  });

  test('while somebody types there is a breath between two pieces, in which all others run', async () => {
    vi.useRealTimers();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const turns = createTurns();
    const log: string[] = [];
    const flood = source(log, 'a');
    turns.flood(flood);
    turns.typed(silent);
    vi.advanceTimersByTime(8);
    const before = log.length;
    for (let turn = 0; turn < 20; turn++) await new Promise((done) => setImmediate(done));
    expect(log).toHaveLength(before);
    vi.advanceTimersByTime(1);
    expect(log).toHaveLength(before + 1);
    turns.remove(flood);
  });

  test('a program that never answers holds them for a moment only, and keys without end for a quarter of the time', () => {
    const turns = createTurns();
    const log: string[] = [];
    turns.flood(source(log, 'a'));
    let read = 0;
    onward(1000, () => {
      if (log.length > 0) read++;
      log.length = 0;
      turns.typed(silent);
    });
    expect(read).toBeGreaterThan(700);
    expect(read).toBeLessThan(900);
  });

  test('keys for a flood hold nobody, since what it prints next is no answer', () => {
    const turns = createTurns();
    const log: string[] = [];
    const flood = source(log, 'a');
    turns.flood(flood);
    turns.flood(source(log, 'b'));
    turns.typed(flood);
    onward(2);
    expect(log.length).toBeGreaterThan(0);
  });

  test('who is removed is read no more, and holds nobody', () => {
    const turns = createTurns();
    const log: string[] = [];
    const gone = source(log, 'gone');
    turns.flood(gone);
    turns.flood(source(log, 'a'));
    turns.typed(silent);
    turns.remove(gone);
    turns.remove(silent);
    onward(3);
    expect(new Set(log)).toEqual(new Set(['a']));
  });
});
