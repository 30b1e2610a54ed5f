import { parseRow } from '../../compositor/parse.ts';
import { createScreen, nextStamp } from '../../compositor/screen.ts';
import { stillGrid } from '../../grid/still.ts';
import type { Grid } from '../../types.ts';

/** Painted rows as a grid, so that the compositor lays a conversation as it lays screens: no render of Ink. */
export interface TalkSheet {
  readonly grid: Grid;
  /** True: something of it looks different. */
  draw(rows: readonly string[], cursor: { x: number; y: number } | null): boolean;
}

export function createTalkSheet(cols: number, rows: number): TalkSheet {
  const screen = createScreen(cols, rows);
  const shown = new Array<string>(rows).fill('');
  const grid = stillGrid(screen) as ReturnType<typeof stillGrid> & { cursor: Grid['cursor'] };
  return {
    grid,
    draw(next, cursor) {
      let differs = false;
      for (let y = 0; y < rows; y++) {
        const row = next[y] ?? '';
        if (row === shown[y]) continue;
        shown[y] = row;
        parseRow(screen, y, row);
        grid.stamps[y] = nextStamp();
        differs = true;
      }
      const { x, y, visible } = grid.cursor;
      const now = { x: cursor?.x ?? 0, y: cursor?.y ?? 0, visible: cursor !== null };
      if (now.x !== x || now.y !== y || now.visible !== visible) {
        grid.cursor = { ...grid.cursor, ...now, shape: 'bar' };
        differs = true;
      }
      return differs;
    },
  };
}
