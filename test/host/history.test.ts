import { describe, expect, test } from 'vitest';
import { createEmulator } from '../../src/host/emulator/emulator.ts';
import { type Block, openBlock, openShared, sealBlock, searchable, textOf } from '../../src/host/history/block.ts';
import { createHistory } from '../../src/host/history/history.ts';
import { played } from '../support/played.ts';

function terminal({ cols = 80, rows = 24, lines = 5000 } = {}) {
  const emulator = createEmulator({
    size: { cols, rows },
    background: 'dark',
    historyLines: lines,
    onReply: () => {},
    onEvent: () => {},
  });
  let now = 1000;
  const history = createHistory(emulator.access, lines, () => now);
  const write = (text: string) => {
    emulator.write(Buffer.from(text));
    history.stamp(now);
  };
  const all = () => history.page({ from: 1, count: 10_000, styled: false });
  const at = (time: number) => {
    now = time;
  };
  return { emulator, history, write, all, at };
}
const numbered = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => `line ${from + i}`);
const print = (from: number, to: number) => `${numbered(from, to).join('\r\n')}\r\n`;

describe('history', () => {
  test('has every line that left the screen, numbered from 1, across emulator and ring', () => {
    const { write, all } = terminal();
    write(print(1, 1000));
    const { lines, first, total } = all();
    expect([first, total]).toEqual([1, 977]);
    expect(lines.map((line) => line.text)).toEqual(numbered(1, 977));
    expect(lines.map((line) => line.line)).toEqual(numbered(1, 977).map((_, i) => i + 1));
  });

  test('drops the oldest beyond its size and keeps their numbers', () => {
    const { write, all, history } = terminal({ lines: 1000 });
    write(print(1, 9000));
    const { lines, first, total } = all();
    expect(total).toBe(8977);
    expect(lines.length).toBeGreaterThanOrEqual(1000);
    expect(lines.length).toBeLessThan(1000 + 256 + 130);
    expect(lines[0]).toMatchObject({ line: first, text: `line ${first}` });
    expect(history.lines).toBe(lines.length);
    expect(history.page({ from: null, count: 3, styled: false }).lines.map((l) => l.text)).toEqual(
      numbered(8975, 8977),
    );
  });

  test('joins wrapped rows, wide characters at the edge included', () => {
    const { write, all } = terminal({ cols: 20, rows: 5 });
    const long = 'abcdefghij'.repeat(7);
    const wide = 'x日本語日本語日本語日本語日本語';
    write(`${long}\r\n${wide}\r\n${print(1, 300)}`);
    expect(
      all()
        .lines.slice(0, 3)
        .map((line) => line.text),
    ).toEqual([long, wide, 'line 1']);
  });

  test('keeps what is cleared (CSI 3 J), reset (ESC c) and reflowed away', () => {
    const { write, all, emulator, history } = terminal({ cols: 60, rows: 10 });
    write(
      `${numbered(1, 200)
        .map((text) => text.padEnd(59, '.'))
        .join('\r\n')}\r\n`,
    );
    history.resize(2000, () => emulator.resize({ cols: 25, rows: 8 }));
    write('\x1b[3J');
    history.resize(2000, () => emulator.resize({ cols: 100, rows: 8 }));
    write(`${print(201, 260)}\x1bc${print(261, 400)}`);
    const texts = all().lines.map((line) => line.text.replace(/\.*$/, ''));
    for (const text of [...numbered(1, 190), ...numbered(201, 252), ...numbered(261, 392)])
      expect(texts).toContain(text);
    expect(new Set(texts).size).toBe(texts.length);
  });

  test('keeps lines that scroll off above a footer', () => {
    const { write, all } = terminal({ cols: 40, rows: 10 });
    write(`\x1b[1;8r\x1b[10;1Hfooter\x1b[1;1H${print(1, 500)}`);
    expect(all().lines.map((line) => line.text)).toEqual(numbered(1, 493));
  });

  test('tells styles, and when a line left the screen', () => {
    const { write, history, at } = terminal({ rows: 5 });
    write('a \x1b[1;31mred\x1b[0m b \x1b[38;2;1;2;3mü€\x1b[0m\r\n\r\n\r\n\r\n\r\n');
    at(9000);
    write(print(1, 400));
    const { lines } = history.page({ from: 1, count: 10, styled: true });
    expect(lines[0]).toMatchObject({ text: 'a red b ü€', at: 1000 });
    expect(lines[0]!.ansi).toBe('a \x1b[0;1;31mred\x1b[0m b \x1b[0;38;2;1;2;3mü€\x1b[0m');
    expect(lines[9]!.at).toBe(9000);
  });

  test('counts a progress bar that goes back to the start of its line once', () => {
    const one = played({ cols: 40, rows: 5 });
    for (let i = 1; i <= 1000; i++) {
      one.write(`\rloading ${i / 10}%\x1b[K`);
      one.wait(30);
    }
    one.write(`\r\n${print(1, 10)}`);
    one.wait(500);
    expect(one.texts()).toEqual(['loading 100%', ...numbered(1, 6)]);
  });

  test('has the time at which a line was first seen, however long it stood', () => {
    const one = played({ cols: 40, rows: 5 });
    const at: number[] = [];
    for (let i = 1; i <= 10; i++) {
      at.push(one.now);
      one.write(`line ${i}\r\n`);
      one.wait(5000);
    }
    expect(one.page().lines.map((line) => line.at)).toEqual(at.slice(0, 6));
  });

  test.each([100, 1000, 20_000])('keeps at least the %i lines that were asked for', (lines) => {
    const one = terminal({ lines });
    one.write(print(1, lines * 2 + 2000));
    const { length } = one.history.page({ from: 1, count: 100_000, styled: false }).lines;
    expect(length).toBeGreaterThanOrEqual(lines);
    expect(length).toBeLessThan(lines + 600);
  });

  test('cuts a line without end into lines of 64k characters', () => {
    const { write, history } = terminal({ cols: 100, rows: 10 });
    const text = Array.from({ length: 20_000 }, (_, i) => `word${i} `).join('');
    write(`${text}\r\n${print(1, 200)}`);
    const { lines } = history.page({ from: 1, count: 10, styled: false });
    const long = lines.filter((line) => line.text.startsWith('word') || line.text.length > 1000);
    expect(long.length).toBeGreaterThan(2);
    for (const line of long) expect(line.text.length).toBeLessThanOrEqual(64 * 1024 + 100);
    expect(
      lines
        .map((line) => line.text)
        .join('')
        .startsWith(text.trimEnd()),
    ).toBe(true);
  });

  test('a full-screen program leaves nothing in it', () => {
    const { write, all } = terminal();
    write(`${print(1, 30)}\x1b[?1049h${print(100, 400)}\x1b[?1049l${print(31, 60)}`);
    expect(all().lines.map((line) => line.text)).toEqual(numbered(1, 37));
  });

  test('takes at most 1.5 MB for 5,000 usual lines and stays bounded for a line without end', () => {
    const { write, history } = terminal({ cols: 200, rows: 50 });
    for (let i = 0; i < 8000; i++)
      write(`\x1b[32m${i}\x1b[0m some usual output of a program, with a path like src/host/history.ts:${i}\r\n`);
    expect(history.size).toBeLessThan(1.5e6);
    const line = 'y'.repeat(100_000);
    for (let i = 0; i < 200; i++) write(line);
    write('\r\n'.repeat(400));
    expect(history.size).toBeLessThan(6e6);
    expect(history.page({ from: null, count: 1, styled: false }).lines[0]!.text).toBe('');
  });

  test('gives all of it as blocks that another thread can read, and the lines below them', () => {
    const { write, history, all } = terminal({ cols: 40, rows: 5 });
    const texts = Array.from({ length: 700 }, (_, i) => (i % 3 ? `plain ${i}` : `宽 ${i} ${'x'.repeat(i % 90)}`));
    write(`${texts.join('\r\n')}\r\n`);
    const { blocks, recent, recentFrom, first, total } = history.searchable();
    const lines = blocks.flatMap((block) => {
      const parts = openShared(block);
      return Array.from({ length: block.count }, (_, i) => textOf(parts, i));
    });
    expect([...lines.slice(0, recentFrom - first), ...recent.map(({ text }) => text)]).toEqual(
      all().lines.map(({ text }) => text),
    );
    expect([first, total]).toEqual([1, recentFrom + recent.length - 1]);
  });

  test('leaves blocks as they are that another thread may still read, long after the ring has dropped them', () => {
    const { write, history } = terminal({ cols: 40, rows: 5, lines: 1000 });
    write(print(1, 3000));
    const lent = history.searchable().blocks;
    const read = () =>
      lent.map((block) => {
        const parts = openShared(block);
        return Array.from({ length: block.count }, (_, i) => `${parts.at[i]} ${textOf(parts, i)}`);
      });
    const then = read();
    write(print(3001, 9000));
    expect(read()).toEqual(then);
    expect(history.searchable().blocks[0]!.first).toBeGreaterThan(lent.at(-1)!.first);
  });

  test('uses the memory of a block that is gone for the next one that fits', () => {
    const filled = (text: string) => {
      const block = openBlock(1);
      block.count = 3;
      for (let i = 0; i < 3; i++) {
        block.ends[i] =
          (block.ends[i - 1] ?? -1) + 1 + block.bytes.write(text, (block.ends[i - 1] ?? -1) + 1, 'latin1');
      }
      return block;
    };
    const texts = (block: Block) => [0, 1, 2].map((i) => textOf(block, i));
    const gone = sealBlock(filled('one of those that are gone'));
    const next = sealBlock(filled('next'), gone);
    expect(next.shared).toBe(gone.shared);
    expect(texts(next)).toEqual(['next', 'next', 'next']);
    const long = sealBlock(filled('long '.repeat(1000)), next);
    expect(long.shared).not.toBe(next.shared);
    expect(texts(long)).toEqual(Array(3).fill('long '.repeat(1000)));
    searchable(next);
    expect(sealBlock(filled('last'), next).shared).not.toBe(next.shared);
    // A short one does not take the memory of a long one with it.
    expect(sealBlock(filled('last'), long).shared).not.toBe(long.shared);
  });
});
