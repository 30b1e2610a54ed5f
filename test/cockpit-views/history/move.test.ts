import { describe, expect, test } from 'vitest';
import { jumpTo, move, nextMark } from '../../../src/cockpit/control/history/move.ts';
import { PAGE, takePage, wantedPage } from '../../../src/cockpit/control/history/pages.ts';
import type { Reading } from '../../../src/cockpit/store/reading.ts';
import { linesInSight } from '../../../src/cockpit/views/history/place.ts';
import { readingFoot, readingState } from '../../../src/cockpit/views/history/words.ts';
import { textOf } from '../../../src/cockpit/views/span.ts';
import type { HistoryMove } from '../../../src/core/commands/moves.ts';
import { area, lines, readingOf } from './lines.ts';

const after = (from: Reading, ...moves: HistoryMove[]): Reading | null =>
  moves.reduce<Reading | null>((now, one) => now && move(now, one, area), from);
const sight = (reading: Reading | null) => reading && linesInSight(reading, reading.top, area);
/** Line 40 stands in the first row. */
const amid = (more: Partial<Reading> = {}) => readingOf({ top: { line: 40, row: 0 }, ...more });

describe('scrolling', () => {
  test('pages keep one row in sight; g and G go to the ends', () => {
    expect(sight(after(amid(), 'pageUp'))).toEqual({ first: 31, last: 40 });
    expect(sight(after(amid(), 'pageDown'))).toEqual({ first: 49, last: 58 });
    expect(sight(after(amid(), 'first'))).toEqual({ first: 1, last: 10 });
    expect(after(amid(), 'last')?.top).toEqual({ tail: 1 });
  });

  test('downwards at the end it leaves; the wheel leaves as soon as it gets there', () => {
    expect(after(amid(), 'last', 'last')).toBeNull();
    expect(after(amid(), 'last', 'down')).toBeNull();
    expect(after(readingOf(), 'wheelUp', 'wheelUp', 'wheelDown')?.top).toEqual({ line: 99, row: 0 });
    expect(after(readingOf(), 'wheelUp', 'wheelDown')).toBeNull();
  });

  test('where one is and what is new is said', () => {
    const reading = amid({ total: 12_345, seen: 12_300 });
    expect(textOf(readingState(reading, area, false))).toMatch(/^HISTORY line 40 of 12,345 · \d\d:\d\d:\d\d$/);
    expect(textOf(readingFoot(reading, area))).toBe('▼ 45 new lines below');
    expect(readingFoot(after(reading, 'last')!, area)).toEqual([]);
  });
});

describe('what is printed meanwhile', () => {
  const page = (from: number, to: number, first = 1, life = 1) => ({ lines: lines(from, to), first, total: to, life });

  test('moves nothing that is looked at', () => {
    const next = takePage(amid(), page(100, 150), area);
    expect(sight(next)).toEqual(sight(amid()));
    expect(next).toMatchObject({ total: 150, seen: 100 });
    expect(next.lines.at(-1)?.line).toBe(150);
  });

  test('is followed at the end', () => {
    const next = takePage(readingOf(), page(100, 150), area);
    expect(next).toMatchObject({ top: { tail: 1 }, seen: 150 });
  });

  test('what a smaller screen pushes out is not new, what came before that stays so', () => {
    const news = takePage(amid(), page(100, 103), area);
    const moved = takePage(news, { ...page(103, 130), resized: true }, area);
    expect(textOf(readingFoot(moved, area))).toBe('▼ 3 new lines below');
    expect(textOf(readingFoot(takePage(moved, page(130, 135), area), area))).toBe('▼ 8 new lines below');
  });

  test('a row of the screen that becomes a line stays in its place', () => {
    // A pane lower than the screen: its upper rows are in sight, its end is not.
    const low = { ...area, height: 4 };
    const next = takePage(readingOf({ top: { tail: 3 } }), page(100, 105), low);
    expect(next.top).toEqual({ line: 103, row: 0 });
  });

  test('a line that left the history is said, and the oldest one stands there', () => {
    const next = takePage(amid(), page(8001, 9000, 4001), area);
    expect(next.top).toEqual({ line: 4001, row: 0 });
    expect(next.note).toContain('line 40 has left the history');
  });

  test('a screen that grows takes lines back, and nothing moves', () => {
    expect(sight(takePage(amid(), page(90, 90), area))).toEqual(sight(amid()));
    const low = { ...area, height: 4 };
    const near = readingOf({ top: { line: 97, row: 0 } });
    expect(takePage(near, page(95, 95), low).top).toEqual({ tail: 2 });
  });

  test('an agent that was started anew is said', () => {
    const next = takePage(amid(), page(1, 5, 1, 2), area);
    expect(next).toMatchObject({ top: { tail: 1 }, total: 5, note: expect.stringContaining('started anew') });
  });
});

describe('a history of a million lines', () => {
  const huge = (from: number, to: number, top: number) =>
    readingOf({ total: 1_000_000, from, to, top: { line: top, row: 0 } });

  test('is fetched page by page, before the edge is reached', () => {
    expect(wantedPage(huge(500_000, 501_000, 500_500), area)).toBeNull();
    expect(wantedPage(huge(500_000, 501_000, 500_100), area)).toEqual({ from: 499_000, count: PAGE });
    expect(wantedPage(huge(500_000, 501_000, 500_900), area)).toEqual({ from: 501_001, count: PAGE });
    expect(wantedPage(huge(500_000, 501_000, 10), area)).toEqual({ from: 1, count: PAGE });
    expect(wantedPage(huge(1, 500, 100), area)).toBeNull();
  });

  test('no more than two pages of it are kept', () => {
    let reading = huge(1, 1000, 1);
    for (let turn = 0; turn < 200; turn++) {
      reading = after(reading, ...Array<HistoryMove>(40).fill('pageDown'))!;
      const wanted = wantedPage(reading, area);
      if (!wanted) continue;
      const last = Math.min(1_000_000, wanted.from + wanted.count - 1);
      reading = takePage(reading, { lines: lines(wanted.from, last), first: 1, total: 1_000_000, life: 1 }, area);
      expect(reading.lines.length).toBeLessThanOrEqual(2 * PAGE);
      const { first, last: lowest } = sight(reading)!;
      expect(reading.lines[0]!.line).toBeLessThanOrEqual(first);
      expect(reading.lines.at(-1)!.line).toBeGreaterThanOrEqual(lowest);
    }
    expect(sight(reading)!.first).toBeGreaterThan(70_000);
  });
});

describe('selecting, matches, marks', () => {
  test('v begins at the lowest line in sight, the cursor takes the view along, v again begins anew', () => {
    const begun = after(amid(), 'select')!;
    expect(begun.selection).toEqual({ from: 49, to: 49 });
    const more = after(begun, 'pageDown', 'down')!;
    expect(more.selection).toEqual({ from: 49, to: 59 });
    expect(sight(more)!.last).toBeGreaterThanOrEqual(59);
    expect(after(more, 'select')!.selection).toEqual({ from: 59, to: 59 });
    expect(after(begun, 'last')!.selection!.to).toBe(110);
    // The wheel looks elsewhere and changes no selection.
    expect(after(begun, 'wheelUp')!.selection).toEqual({ from: 49, to: 49 });
  });

  const match = (at: number) => ({ line: at, text: `line ${at}`, spans: [[0, 4] as const] });
  const hits = {
    pattern: { text: 'x', fixed: true, case: 'smart' as const },
    matches: [5, 45, 90].map(match),
    total: 3,
  };

  test('n and N go round, and say so', () => {
    const first = after(amid({ hits: { ...hits, at: -1 } }), 'nextHit')!;
    expect(first.hits!.at).toBe(1);
    const last = after(first, 'nextHit')!;
    expect(sight(last)).toMatchObject({ first: 87 });
    const round = after(last, 'nextHit')!;
    expect(round).toMatchObject({ hits: { at: 0 }, note: expect.stringContaining('the first') });
    expect(after(round, 'previousHit')).toMatchObject({ hits: { at: 2 }, note: expect.stringContaining('the last') });
  });

  test('without a search n says so', () => {
    expect(after(amid(), 'nextHit')!.note).toContain('nothing has been searched for');
    expect(after(amid({ hits: { ...hits, matches: [], total: 0, at: -1 } }), 'nextHit')!.note).toBe('nothing matches');
  });

  test('a match that has left the history is said, and nothing moves', () => {
    const late = amid({ first: 30, from: 30, hits: { ...hits, at: 1 } } as Partial<Reading>);
    const next = after(late, 'previousHit')!;
    expect(next.top).toEqual(late.top);
    expect(next.note).toContain('line 5 has left the history');
    expect(textOf(readingFoot(next, area))).toBe(next.note);
    const far = amid({ first: 3000, total: 9000, hits: { ...hits, at: 0 } });
    expect(jumpTo(far, 2202, area).note).toBe('line 2,202 has left the history, which begins at 3,000');
  });

  test('[ and ] go from prompt to prompt', () => {
    const marks = [10, 30, 70].map((at) => ({ line: at, at: 0, kind: 'prompt' as const, text: `do ${at}` }));
    const before = nextMark(amid({ marks }), -1, area);
    expect(before).toMatchObject({ top: { line: 30, row: 0 }, note: expect.stringContaining('do 30') });
    expect(nextMark(before, -1, area).top).toEqual({ line: 10, row: 0 });
    expect(nextMark(amid({ marks }), 1, area).top).toEqual({ line: 70, row: 0 });
    expect(nextMark(amid({ marks: [] }), 1, area).note).toContain('no prompts');
  });
});
