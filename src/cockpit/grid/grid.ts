import { WORDS_PER_CELL } from '../../schema/cell.ts';
import type { ScreenFrame, ScreenModes } from '../../schema/screen.ts';
import { blank, createScreen, nextStamp, type Screen, scrollUp } from '../compositor/screen.ts';
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

const freshStamps = (rows: number) => new Float64Array(rows).fill(nextStamp());

/** Stamps go along with their rows. */
function scrollStamps(stamps: Float64Array, by: number): void {
  stamps.copyWithin(0, by);
  stamps.fill(nextStamp(), Math.max(0, stamps.length - by));
}

function layRows(screen: Screen, stamps: Float64Array, { header, words }: ScreenFrame): void {
  let from = 0;
  for (const row of header.changed) {
    const start = row.y * screen.cols * WORDS_PER_CELL;
    const count = row.cells * WORDS_PER_CELL;
    screen.words.set(words.subarray(from, from + count), start);
    blank(screen.words, row.y * screen.cols + row.cells, screen.cols - row.cells);
    screen.extras[row.y] = cleanRow(screen.words, start, screen.cols, row.extras);
    stamps[row.y] = nextStamp();
    from += count;
  }
}

/** A grid that is blank until its first frame. A frame of another size than the last one is taken as a full one. */
export function createGrid(cols = 1, rows = 1): Grid {
  let screen = createScreen(cols, rows);
  let stamps = freshStamps(rows);
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
    stamps: stamps as Grid['stamps'],
    apply(frame: ScreenFrame) {
      const { header } = frame;
      if (header.cols !== screen.cols || header.rows !== screen.rows) {
        screen = createScreen(header.cols, header.rows);
        grid.cols = header.cols;
        grid.rows = header.rows;
        grid.cells = screen.words;
        grid.extras = screen.extras;
        stamps = freshStamps(header.rows);
        grid.stamps = stamps;
      } else if (header.full) {
        blank(screen.words, 0, screen.cols * screen.rows);
        screen.extras.fill(null);
        stamps.fill(nextStamp());
      }
      if (header.scroll > 0) {
        scrollUp(screen, 0, screen.rows - 1, header.scroll);
        scrollStamps(stamps, header.scroll);
        grid.scrolled += header.scroll;
      }
      layRows(screen, stamps, frame);
      grid.cursor = header.cursor;
      grid.modes = header.modes;
      if (grid.title !== header.title) grid.title = safeText(header.title);
      grid.history = header.history;
      grid.version = header.version;
    },
  };
  return grid;
}
