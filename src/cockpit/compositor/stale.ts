import type { Grid, TerminalRect } from '../types.ts';
import { viewOrigin } from './compose.ts';
import type { Picture } from './painter.ts';

/** How a terminal lay when its rows were last composed. */
interface Pane {
  /** x, y, width, height, then the grid's columns, rows, and first column and row that are seen. */
  place: number[];
  /** Per row of the screen: the stamp of what stood there. */
  stamps: Float64Array;
}

function placeOf(rect: TerminalRect): number[] {
  const origin = viewOrigin(rect.grid, rect);
  return [rect.x, rect.y, rect.width, rect.height, rect.grid.cols, rect.grid.rows, origin.x, origin.y];
}

/** The stamp of what a grid shows in its row `row`; 0 below its end. */
const stampOf = (grid: Grid, row: number) => grid.stamps[row] ?? 0;

/** Notes rows whose stamp differs from the one that was noted before. */
function notePane(pane: Pane, { grid, y: top, height }: TerminalRect, due: Uint8Array): void {
  const first = pane.place[7]! - top;
  const end = Math.min(due.length, top + height);
  for (let y = Math.max(0, top); y < end; y++) {
    const stamp = stampOf(grid, y + first);
    if (stamp === pane.stamps[y]) continue;
    pane.stamps[y] = stamp;
    due[y] = 1;
  }
}

const samePlaces = (panes: readonly Pane[], places: readonly number[][]) =>
  panes.length === places.length && panes.every(({ place }, i) => place.every((n, k) => n === places[i]![k]));

/**
 * Finds the rows of a picture that are not as they were when it was asked last, by their stamps alone: going through the cells of
 * all rows was most of what a frame cost. They get 1 in `due`, the others stay as they are.
 */
export function createStale(rows: number): (picture: Picture, due: Uint8Array) => void {
  const scene = new Float64Array(rows);
  let panes: Pane[] = [];
  return ({ stamps, terminals }, due) => {
    const places = terminals.map(placeOf);
    if (!samePlaces(panes, places)) {
      panes = places.map((place) => ({ place, stamps: new Float64Array(rows).fill(-1) }));
      due.fill(1);
    }
    for (let y = 0; y < rows; y++) {
      if (scene[y] === stamps[y]) continue;
      scene[y] = stamps[y]!;
      due[y] = 1;
    }
    for (const [i, rect] of terminals.entries()) notePane(panes[i]!, rect, due);
  };
}
