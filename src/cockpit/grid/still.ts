import { parseRow } from '../compositor/parse.ts';
import { createScreen, nextStamp, type Screen } from '../compositor/screen.ts';
import type { Grid } from '../types.ts';
import { PLAIN_MODES } from './grid.ts';

const HIDDEN: Grid['cursor'] = { x: 0, y: 0, visible: false, shape: 'block', blink: false };

/** A grid that no host sends frames to: what is drawn into `screen` by ourselves. `stamps` tell which rows were. */
export function stillGrid(screen: Screen): Grid & { stamps: Float64Array } {
  return {
    cols: screen.cols,
    rows: screen.rows,
    cells: screen.words,
    extras: screen.extras,
    cursor: HIDDEN,
    modes: PLAIN_MODES,
    title: '',
    history: 0,
    version: 1,
    scrolled: 0,
    stamps: new Float64Array(screen.rows).fill(nextStamp()),
    apply: () => {},
  };
}

/** The last screen of a life that has ended, from its rows as text with SGR; without the empty rows at its end. */
export function lastScreen(rows: readonly string[], cols: number): Grid | undefined {
  const count = rows.findLastIndex((row) => row.trim() !== '') + 1;
  if (count === 0) return undefined;
  const screen = createScreen(Math.max(1, cols), count);
  for (let y = 0; y < count; y++) parseRow(screen, y, rows[y]!);
  return stillGrid(screen);
}
