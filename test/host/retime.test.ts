import { describe, expect, test } from 'vitest';
import { createEmulator } from '../../src/host/emulator/emulator.ts';
import { createHistory } from '../../src/host/history/history.ts';
import { createRandom } from '../support/random.ts';

function terminal(cols: number, rows: number) {
  const emulator = createEmulator({
    size: { cols, rows },
    background: 'dark',
    historyLines: 5000,
    onReply: () => {},
    onEvent: () => {},
  });
  let now = 0;
  const history = createHistory(emulator.access, 5000, () => now);
  return {
    /** Prints at this time. */
    write(at: number, text: string) {
      now = at;
      emulator.write(Buffer.from(text));
      history.stamp(now, text.length);
    },
    settle(at: number) {
      now = at;
      history.settle(now);
    },
    resize(at: number, size: { cols: number; rows: number }) {
      now = at;
      history.resize(now, () => emulator.resize(size));
    },
    lines: () => history.page({ from: 1, count: 10_000, styled: false }).lines,
  };
}
const line = (number: number, width = 0) => `line ${number}`.padEnd(width, '.');

describe('when a line was printed', () => {
  test('stays as it was when another size is chosen, and what leaves the screen by it is as old as what was printed last', () => {
    const one = terminal(80, 20);
    one.write(1000, Array.from({ length: 30 }, (_, n) => `${line(n)}\r\n`).join(''));
    one.write(2000, Array.from({ length: 10 }, (_, n) => `${line(30 + n)}\r\n`).join(''));
    const before = one.lines().map(({ at }) => at);
    one.resize(9000, { cols: 80, rows: 5 });
    const after = one.lines();
    expect(after.map(({ text }) => text)).toEqual(Array.from({ length: 36 }, (_, n) => line(n)));
    expect(after.slice(0, before.length).map(({ at }) => at)).toEqual(before);
    expect(new Set(after.slice(before.length).map(({ at }) => at))).toEqual(new Set([2000]));
  });

  test('stays with each line where lines take other rows then, and where the oldest of them go to the ring', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = createRandom(seed);
      const one = terminal(100, 30);
      let number = 0;
      for (let now = 1000; now <= 9000; now += 1000)
        for (let n = random.below(30); n > 0; n--) one.write(now, `${line(++number, random.below(150))}\r\n`);
      const before = one.lines();
      for (const now of [20_000, 30_000]) {
        one.resize(now, { cols: 10 + random.below(80), rows: 4 + random.below(20) });
        const after = one.lines();
        const known = new Map(after.map(({ text, at }) => [text, at]));
        const kept = before.filter(({ text }) => known.has(text));
        expect(kept.length, `seed ${seed}`).toBe(before.length);
        for (const { text, at } of kept) expect(known.get(text), `seed ${seed}, ${text}`).toBe(at);
        for (const { text, at } of after) expect(at, `seed ${seed}, ${text}`).toBeLessThanOrEqual(9000);
      }
    }
  });

  test('stays with lines that a taller terminal showed again, however they leave it the next time', () => {
    const leave: Record<string, (one: ReturnType<typeof terminal>) => void> = {
      'by what is printed': (one) =>
        one.write(9000, Array.from({ length: 12 }, (_, n) => `${line(40 + n)}\r\n`).join('')),
      'by a flood': (one) => one.write(9000, Array.from({ length: 500 }, (_, n) => `${line(40 + n)}\r\n`).join('')),
      'by the former size': (one) => one.resize(9000, { cols: 80, rows: 10 }),
      'by a narrow size': (one) => one.resize(9000, { cols: 12, rows: 4 }),
    };
    for (const [how, act] of Object.entries(leave)) {
      const one = terminal(80, 10);
      for (let n = 0; n < 40; n++) one.write(1000 + n * 10, `${line(n)}\r\n`);
      const before = one.lines();
      one.resize(5000, { cols: 80, rows: 22 });
      expect(one.lines().length, how).toBe(before.length - 12);
      act(one);
      const known = new Map(one.lines().map(({ text, at }) => [text, at]));
      for (const { text, at } of before) expect(known.get(text), `${how}: ${text}`).toBe(at);
    }
  });

  test('is not that of what a taller terminal showed again where the program printed something else over it', () => {
    const one = terminal(80, 10);
    one.write(1000, Array.from({ length: 30 }, (_, n) => `${line(n)}\r\n`).join(''));
    one.resize(5000, { cols: 80, rows: 20 });
    one.write(8000, '\x1b[H\x1b[J');
    one.settle(8500);
    one.write(9000, Array.from({ length: 40 }, (_, n) => `other ${n}\r\n`).join(''));
    const lines = one.lines();
    for (const { text, at } of lines) expect(at, text).toBe(text.startsWith('other') ? 9000 : 1000);
    expect(lines.filter(({ text }) => text.startsWith('other')).length).toBe(21);
  });
});
