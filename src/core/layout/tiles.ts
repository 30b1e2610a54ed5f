import type { Rect } from './rect.ts';

/** Below this an agent's screen shows nothing of use, border included. */
export const MIN_TILE = { width: 30, height: 6 };
/** A cell is about twice as high as it is wide; text reads best in tiles of about 80×24, which look 1.7 times as wide as high. */
const WANTED_ASPECT = 1.7;
const CELL_ASPECT = 2;

/** How many tiles fit. */
export const tileCapacity = (area: Rect): number =>
  Math.max(1, Math.floor(area.width / MIN_TILE.width)) * Math.max(1, Math.floor(area.height / MIN_TILE.height));

/** Cuts the area into `count` tiles, row by row, without a gap; the last row's tiles share its whole width. At most `tileCapacity`. */
export function tileRects(area: Rect, wanted: number): Rect[] {
  const count = Math.min(wanted, tileCapacity(area));
  if (count < 1) return [];
  const columns = bestColumns(area, count);
  const rows = Math.ceil(count / columns);
  const tiles: Rect[] = [];
  for (let row = 0; row < rows; row++) {
    const inRow = Math.min(columns, count - row * columns);
    const y = cut(area.height, rows, row);
    for (let column = 0; column < inRow; column++) {
      const x = cut(area.width, inRow, column);
      tiles.push({
        x: area.x + x,
        y: area.y + y,
        width: cut(area.width, inRow, column + 1) - x,
        height: cut(area.height, rows, row + 1) - y,
      });
    }
  }
  return tiles;
}

const cut = (length: number, parts: number, index: number): number => Math.round((length * index) / parts);

function bestColumns(area: Rect, count: number): number {
  const most = Math.max(1, Math.min(count, Math.floor(area.width / MIN_TILE.width)));
  let best = { columns: 1, miss: Number.POSITIVE_INFINITY };
  for (let columns = 1; columns <= most; columns++) {
    const rows = Math.ceil(count / columns);
    const height = area.height / rows;
    if (height < MIN_TILE.height && columns < most) continue;
    const aspect = area.width / columns / (height * CELL_ASPECT);
    const empty = (columns * rows - count) / count;
    const miss = Math.abs(Math.log(aspect / WANTED_ASPECT)) + empty;
    if (miss < best.miss) best = { columns, miss };
  }
  return best.columns;
}
