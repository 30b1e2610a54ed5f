import { describe, expect, test } from 'vitest';
import { columnsIn, foldText } from '../../../src/cockpit/views/history/fold.ts';
import {
  clampPlace,
  down,
  endPlace,
  linesInSight,
  placeFor,
  shownRows,
  up,
} from '../../../src/cockpit/views/history/place.ts';
import { createRandom } from '../../support/random.ts';
import { area, line, readingOf } from './lines.ts';

describe('folding', () => {
  const parts = (text: string, width: number) => foldText(text, width).map(({ start, end }) => text.slice(start, end));

  test('at the width, never within a wide character', () => {
    expect(parts('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
    expect(parts('', 3)).toEqual(['']);
    expect(parts('a世界b', 3)).toEqual(['a世', '界b']);
    expect(parts('世界', 3)).toEqual(['世', '界']);
    expect(parts('👩‍👩‍👧x', 2)).toEqual(['👩‍👩‍👧', 'x']);
    expect(parts('é'.normalize('NFD').repeat(3), 2)).toHaveLength(2);
  });

  test('right-to-left text stands in its order', () => {
    expect(parts('שלום עולם', 4)).toEqual(['שלום', ' עול', 'ם']);
  });

  test('a match is found in each row that it reaches into', () => {
    const text = 'aa世界bb';
    const folds = foldText(text, 4);
    expect(folds.map((fold) => columnsIn(text, fold, 2, 5))).toEqual([
      { from: 2, to: 4 },
      { from: 0, to: 3 },
    ]);
    expect(columnsIn(text, folds[0]!, 4, 5)).toBeNull();
    expect(columnsIn(text, folds[0]!, 1, 1)).toEqual({ from: 1, to: 2 });
  });
});

describe('places', () => {
  const scroll = readingOf();

  test('the end is the live screen alone; a row up is the mark of now, above it the newest line', () => {
    const end = endPlace(scroll, area);
    expect(end).toEqual({ tail: 1 });
    expect(shownRows(scroll, end, area).map((one) => one.kind)).toEqual(Array(10).fill('live'));
    expect(shownRows(scroll, up(scroll, end, 2, 20), area).slice(0, 3)).toEqual([
      { kind: 'line', line: 100, row: 0 },
      { kind: 'now' },
      { kind: 'live', y: 0 },
    ]);
  });

  test('without a live screen the end is the newest line, with the mark below it', () => {
    const gone = { ...area, live: 0 };
    const rows = shownRows(scroll, endPlace(scroll, gone), gone);
    expect(rows.at(-1)).toEqual({ kind: 'now' });
    expect(rows.at(-2)).toEqual({ kind: 'line', line: 100, row: 0 });
  });

  test('down undoes up, over folded lines too, until an end is reached', () => {
    const { next } = createRandom(7);
    const folded = readingOf();
    folded.lines = folded.lines.map((one) => line(one.line, 'x'.repeat(Math.floor(next() * 70))));
    for (let turn = 0; turn < 500; turn++) {
      const from = { line: 30 + Math.floor(next() * 60), row: 0 };
      const rows = Math.floor(next() * 25);
      const above = up(folded, from, rows, 20);
      expect(down(folded, above, rows, 20)).toEqual(from);
    }
    expect(up(folded, { line: 3, row: 0 }, 1000, 20)).toEqual({ line: 1, row: 0 });
  });

  test('nothing is shown beyond the ends', () => {
    expect(clampPlace(scroll, { line: 0, row: 0 }, area)).toEqual({ line: 1, row: 0 });
    expect(clampPlace(scroll, { tail: 9 }, area)).toEqual({ tail: 1 });
    const few = readingOf({ total: 3, to: 3, live: 2 });
    const small = { ...area, live: 2 };
    expect(shownRows(few, endPlace(few, small), small).map((one) => one.kind)).toEqual([
      ...Array(3).fill('line'),
      'now',
      'live',
      'live',
      ...Array(4).fill('blank'),
    ]);
  });

  test('a line that is in sight moves nothing, another one comes into the upper third', () => {
    const top = { line: 50, row: 0 };
    expect(placeFor(scroll, top, 52, area)).toEqual(top);
    const place = placeFor(scroll, top, 20, area);
    expect(linesInSight(scroll, place, area)).toEqual({ first: 17, last: 26 });
    // A row of the live screen, named by the number it is about to get.
    expect(placeFor(scroll, top, 104, area)).toEqual({ tail: 1 });
  });
});
