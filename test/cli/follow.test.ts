import { describe, expect, test } from 'vitest';
import { type Followed, follow } from '../../src/cli/follow.ts';
import { completeLines } from '../../src/core/screen-lines.ts';

const start: Followed = { line: 0, ahead: [] };
const after = (line: number, ...ahead: string[]): Followed => ({ line, ahead });

describe('following what a terminal prints', () => {
  test('a screen line is printed once, also when it reaches the history later', () => {
    const first = follow(start, { history: [], total: 0, screen: ['one', 'two'] });
    expect(first.print).toEqual(['one', 'two']);
    const second = follow(first.after, { history: ['one'], total: 1, screen: ['two', 'three'] });
    expect(second.print).toEqual(['three']);
    expect(second.after).toEqual({ line: 1, ahead: ['two', 'three'] });
  });

  test('lines that scrolled by unseen are printed in order', () => {
    const { print } = follow(after(0, 'a'), { history: ['a', 'b', 'c'], total: 3, screen: ['d'] });
    expect(print).toEqual(['b', 'c', 'd']);
  });

  test('nothing is printed off a screen that moves; the history still counts', () => {
    const { print, after: next } = follow(after(0, 'a', 'b'), { history: ['a'], total: 1, screen: null });
    expect(print).toEqual([]);
    expect(next.ahead).toEqual(['b']);
  });

  test('a line that was redrawn is printed again as it became', () => {
    expect(follow(after(0, '10 %'), { history: [], total: 0, screen: ['100 %', 'done'] }).print).toEqual([
      '100 %',
      'done',
    ]);
    expect(follow(after(0, '10 %', 'x'), { history: ['100 %', 'x'], total: 2, screen: [] }).print).toEqual(['100 %']);
  });

  test('a wrapped line is recognised when the history joins it', () => {
    const { print } = follow(after(0, 'abcd', 'ef', 'next'), {
      history: ['abcdef'],
      total: 1,
      screen: ['next', 'new'],
    });
    expect(print).toEqual(['new']);
  });

  test('what is printed may have colours that do not count', () => {
    const styled = { history: ['A'], screen: ['B', 'C'] };
    const { print, after: next } = follow(after(0, 'a', 'b'), { history: ['a'], total: 1, screen: ['b', 'c'], styled });
    expect(print).toEqual(['C']);
    expect(next.ahead).toEqual(['b', 'c']);
  });

  test('lines above the cursor are complete; which rows go on is known, also of wide letters and of rows that are just full', () => {
    const rows = (lines: string[], wrapped: boolean[], more: object = {}) => ({
      lines,
      ansi: null,
      wrapped,
      size: { cols: 4 },
      ...more,
    });
    const texts = (...given: Parameters<typeof completeLines>) => completeLines(...given).map(({ text }) => text);
    expect(texts(rows(['abcd', 'ef', 'gh', 'ij'], [false, true, false, false]), 3)).toEqual(['abcdef', 'gh']);
    expect(texts(rows(['ab', 'abcd', 'x'], [false, false, true]), 2)).toEqual(['ab']);
    expect(texts(rows(['abcd', 'next', 'x'], [false, false, false]), 2)).toEqual(['abcd', 'next']);
    expect(texts(rows(['世界', '世', 'x'], [false, true, false]), 2)).toEqual(['世界世']);
    expect(texts(rows(['cd', 'x'], [true, false], { open: 'ab' }), 1)).toEqual(['abcd']);
    const [line] = completeLines(
      rows(['cd', 'x'], [true, false], { ansi: ['CD', 'X'], open: 'ab', openAnsi: 'AB' }),
      1,
    );
    expect(line).toEqual({ text: 'abcd', styled: 'ABCD' });
  });
});
