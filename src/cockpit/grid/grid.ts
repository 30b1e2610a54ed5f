import { type ScreenFrame, type ScreenModes, WORDS_PER_CELL } from '../../schema/screen.ts';
import { blank, createScreen, type Screen, scrollUp } from '../compositor/screen.ts';
import type { Grid } from '../types.ts';
import { cleanRow, safeText } from './clean.ts';

/** The modes of a terminal that was just reset. */
export const PLAIN_MODES: ScreenModes = {
  alternate: false,
  applicationCursor: false,
  applicationKeypad: false,
  bracketedPaste: false,
  focusEvents: false,
  mouse: 'none',
  mouseEncoding: 'default',
  kittyKeyboard: 0,
};

function layRows(screen: Screen, { header, words }: ScreenFrame): void {
  let from = 0;
  for (const row of header.changed) {
    const start = row.y * screen.cols * WORDS_PER_CELL;
    const count = row.cells * WORDS_PER_CELL;
    screen.words.set(words.subarray(from, from + count), start);
    blank(screen.words, row.y * screen.cols + row.cells, screen.cols - row.cells);
    screen.extras[row.y] = cleanRow(screen.words, start, screen.cols, row.extras);
    from += count;
  }
}

/** A grid that is blank until its first frame. A frame of another size than the last one is taken as a full one. */
export function createGrid(cols = 1, rows = 1): Grid {
  let screen = createScreen(cols, rows);
  const grid = {
    cols,
    rows,
    cells: screen.words,
    extras: screen.extras as Grid['extras'],
    cursor: { x: 0, y: 0, visible: false, shape: 'block', blink: false } as Grid['cursor'],
    modes: PLAIN_MODES,
    title: '',
    history: 0,
    version: 0,
    scrolled: 0,
    apply(frame: ScreenFrame) {
      const { header } = frame;
      if (header.cols !== screen.cols || header.rows !== screen.rows) {
        screen = createScreen(header.cols, header.rows);
        grid.cols = header.cols;
        grid.rows = header.rows;
        grid.cells = screen.words;
        grid.extras = screen.extras;
      } else if (header.full) {
        blank(screen.words, 0, screen.cols * screen.rows);
        screen.extras.fill(null);
      }
      if (header.scroll > 0) {
        scrollUp(screen, 0, screen.rows - 1, header.scroll);
        grid.scrolled += header.scroll;
      }
      layRows(screen, frame);
      grid.cursor = header.cursor;
      grid.modes = header.modes;
      if (grid.title !== header.title) grid.title = safeText(header.title);
      grid.history = header.history;
      grid.version = header.version;
    },
  };
  return grid;
}
