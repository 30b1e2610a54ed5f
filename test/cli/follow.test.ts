import { describe, expect, test } from 'vitest';
import { completeLines, type Followed, follow } from '../../src/cli/follow.ts';

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

  test('rows above the cursor are complete, full rows belong to the one that follows', () => {
    expect(completeLines(['abcd', 'ef', 'gh', 'ij'], 3, 4)).toEqual(['abcdef', 'gh']);
    expect(completeLines(['ab', 'abcd', 'x'], 2, 4)).toEqual(['ab']);
  });
});
