import type { Grid, TerminalRect } from '../types.ts';
import { isBare, viewOrigin } from './compose.ts';
import type { Picture } from './painter.ts';

/** How a terminal lay when its rows were last composed. */
interface Pane {
  /** x, y, width, height, then the grid's columns, rows, and first column and row that are seen. */
  place: number[];
  /** Per row of the screen: the stamp of what stood there. */
  stamps: Float64Array;
  /** Rows that its grid had scrolled in all. */
  scrolled: number;
  /** Nothing lay over it. */
  bare: boolean;
}

/** A pane whose rows have moved up since they were composed, and which of them are otherwise what they were. */
export interface Move {
  rect: TerminalRect;
  by: number;
  /** Rows of the screen: each holds what stood `by` rows further down. */
  kept: number[];
}

function placeOf(rect: TerminalRect): number[] {
  const origin = viewOrigin(rect.grid, rect);
  return [rect.x, rect.y, rect.width, rect.height, rect.grid.cols, rect.grid.rows, origin.x, origin.y];
}

/** The stamp of what a grid shows in its row `row`; 0 below its end. */
const stampOf = (grid: Grid, row: number) => grid.stamps[row] ?? 0;

/** Notes rows whose stamp differs from the one that was noted before. Gives those that have moved up by `by`, if that is not 0. */
function notePane(pane: Pane, { grid, y: top, height }: TerminalRect, due: Uint8Array, by: number): number[] {
  const first = pane.place[7]! - top;
  const end = Math.min(due.length, top + height);
  const kept: number[] = [];
  for (let y = Math.max(0, top); y < end; y++) {
    const stamp = stampOf(grid, y + first);
    if (by > 0 && y + by < end && stamp === pane.stamps[y + by]) kept.push(y);
    if (stamp === pane.stamps[y]) continue;
    pane.stamps[y] = stamp;
    due[y] = 1;
  }
  return kept;
}

const samePlaces = (panes: readonly Pane[], places: readonly number[][]) =>
  panes.length === places.length && panes.every(({ place }, i) => place.every((n, k) => n === places[i]![k]));

/**
 * Finds the rows of a picture that are not as they were when it was asked last, by their stamps alone: going through the cells of
 * all rows was most of what a frame cost. They get 1 in `due`, the others stay as they are. Gives the panes that have scrolled.
 */
export function createStale(rows: number): (picture: Picture, due: Uint8Array) => Move[] {
  const scene = new Float64Array(rows);
  let panes: Pane[] = [];
  return (picture, due) => {
    const { stamps, terminals } = picture;
    const places = terminals.map(placeOf);
    if (!samePlaces(panes, places)) {
      const fresh = () => ({ stamps: new Float64Array(rows).fill(-1), scrolled: 0, bare: false });
      panes = places.map((place) => ({ place, ...fresh() }));
      due.fill(1);
    }
    for (let y = 0; y < rows; y++) {
      if (scene[y] === stamps[y]) continue;
      scene[y] = stamps[y]!;
      due[y] = 1;
    }
    const moves: Move[] = [];
    for (const [i, rect] of terminals.entries()) {
      const pane = panes[i]!;
      const bare = isBare(rect, picture);
      const by = bare && pane.bare ? rect.grid.scrolled - pane.scrolled : 0;
      const kept = notePane(pane, rect, due, by);
      if (kept.length > 0) moves.push({ rect, by, kept });
      pane.bare = bare;
      pane.scrolled = rect.grid.scrolled;
    }
    return moves;
  };
}
