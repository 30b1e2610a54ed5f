import { describe, expect, test } from 'vitest';
import { type Layout, type LayoutInput, layout } from '../../../src/core/layout/layout.ts';
import type { Rect } from '../../../src/core/layout/rect.ts';
import { tileCapacity, tileRects } from '../../../src/core/layout/tiles.ts';

const input = (cols: number, rows: number, more: Partial<LayoutInput> = {}): LayoutInput => ({
  size: { cols, rows },
  mode: 'normal',
  focus: 'sessions',
  single: null,
  tiles: 0,
  split: null,
  ...more,
});

/** A picture of the screen: each rectangle filled with its letter; `#` where two lie over each other. */
function draw({ cols, rows }: { cols: number; rows: number }, parts: [string, Rect | null][]): string {
  const cells = Array.from({ length: rows }, () => new Array<string>(cols).fill('.'));
  for (const [letter, rect] of parts) {
    if (!rect) continue;
    for (let y = rect.y; y < rect.y + rect.height; y++) {
      for (let x = rect.x; x < rect.x + rect.width; x++) cells[y]![x] = cells[y]![x] === '.' ? letter : '#';
    }
  }
  return cells.map((row) => row.join('')).join('\n');
}
const parts = (one: Layout): [string, Rect | null][] => [
  ['h', one.header],
  ['k', one.hints],
  ...one.panes.map(({ id, rect }): [string, Rect] => [id[0]!, rect]),
  ...one.tiles.map((rect, index): [string, Rect] => [String(index + 1), rect]),
];
/** Every tenth column and every fourth row of the picture: small enough to be read. */
const small = (picture: string) =>
  picture
    .split('\n')
    .filter((_, y, all) => y % 4 === 0 || y === all.length - 1)
    .map((row) => [...row].filter((_, x) => x % 10 === 0).join(''))
    .join('\n');
const picture = (one: LayoutInput) => small(draw(one.size, parts(layout(one))));

describe('panes', () => {
  test('120×40: sessions beside the output', () => {
    expect(picture(input(120, 40))).toBe(
      ['hhhhhhhhhhhh', ...new Array(9).fill('ssssoooooooo'), 'kkkkkkkkkkkk'].join('\n'),
    );
  });

  test('80×24: one place, panes are its tabs', () => {
    const sessions = input(80, 24);
    expect(picture(sessions)).toBe('hhhhhhhh\nssssssss\nssssssss\nssssssss\nssssssss\nssssssss\nkkkkkkkk');
    expect(picture({ ...sessions, focus: 'output' })).toContain('oooooooo');
    expect(layout(sessions).tabs).toEqual(['sessions', 'output', 'inbox']);
  });

  test('what waits and who collides stand below the others where there is room', () => {
    const rows = picture(input(120, 40, { strip: true })).split('\n');
    expect(rows.slice(1)).toEqual([...Array.from({ length: 8 }, () => 'ssssoooooooo'), 'iiiiiiiccccc', 'kkkkkkkkkkkk']);
    expect(picture(input(120, 30, { strip: true }))).toBe(picture(input(120, 30)));
    expect(picture(input(80, 40, { strip: true }))).toBe(picture(input(80, 40)));
  });

  test('zoom gives one pane the whole body, tiles share it', () => {
    expect(picture(input(120, 40, { mode: 'zoom', focus: 'output' }))).not.toContain('s');
    expect(picture(input(120, 12, { mode: 'tiles', tiles: 2 }))).toBe(
      'hhhhhhhhhhhh\n111111222222\n111111222222\nkkkkkkkkkkkk',
    );
    expect(layout(input(120, 40, { mode: 'tiles', tiles: 0 })).kind).toBe('columns');
  });

  test('a single pane has no header', () => {
    expect(picture(input(40, 8, { single: 'output' }))).toBe('oooo\noooo\nkkkk');
  });

  test.each([
    [39, 24],
    [80, 9],
    [2, 1],
  ])('%d×%d is too small', (cols, rows) => {
    expect(layout(input(cols, rows)).kind).toBe('small');
  });

  test('a dragged border stays where both panes are of use', () => {
    const width = (split: number) => layout(input(120, 40, { split })).panes[0]!.rect.width;
    expect([width(0), width(50), width(200)]).toEqual([24, 50, 80]);
  });
});

describe('nothing overlaps and nothing is left out', () => {
  const sizes = [40, 61, 80, 99, 100, 101, 137, 200, 300].flatMap((cols) =>
    [10, 11, 24, 40, 50, 100].map((rows) => [cols, rows]),
  );
  test.each(sizes)('%d×%d', (cols, rows) => {
    for (const mode of ['normal', 'zoom', 'tiles'] as const) {
      for (const tiles of [1, 2, 3, 5, 8, 30]) {
        const one = input(cols!, rows!, { mode, tiles });
        expect(draw(one.size, parts(layout(one)))).not.toMatch(/[.#]/);
      }
    }
  });
});

describe('tiles', () => {
  test('as many as fit, no smaller than is of use', () => {
    const area = { x: 0, y: 1, width: 200, height: 48 };
    expect(tileCapacity(area)).toBe(48);
    for (const tile of tileRects(area, 100)) {
      expect(tile.width).toBeGreaterThanOrEqual(30);
      expect(tile.height).toBeGreaterThanOrEqual(6);
    }
  });

  test('four on a wide screen stand two by two', () => {
    const tiles = tileRects({ x: 0, y: 0, width: 160, height: 48 }, 4);
    expect(tiles.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [80, 0],
      [0, 24],
      [80, 24],
    ]);
  });

  test('none for none', () => {
    expect(tileRects({ x: 0, y: 0, width: 160, height: 48 }, 0)).toEqual([]);
  });
});
