import { Fg, WORDS_PER_CELL } from '../../../schema/cell.ts';
import type { HistoryLine } from '../../../schema/host.ts';
import { parseInto, parseRow } from '../../compositor/parse.ts';
import { blank, createScreen, nextStamp, type Screen } from '../../compositor/screen.ts';
import { stillGrid } from '../../grid/still.ts';
import { rowText } from '../../grid/text.ts';
import type { Hits, Reading } from '../../store/reading.ts';
import type { Grid } from '../../types.ts';
import { columnsIn, type Fold, foldLine, foldText } from '../../views/history/fold.ts';
import { type Area, lineAt, type Shown, shownRows } from '../../views/history/place.ts';

/** Columns of a line beyond which nothing is drawn: a program that prints a megabyte without a break must not cost one a key. */
const MAX_COLUMNS = 200_000;

/** What a sheet is drawn from. `now` and `wait` are painted texts: the mark of now, and what stands where lines are still fetched. */
export interface SheetInput {
  reading: Reading;
  area: Area;
  live: Grid | undefined;
  now: string;
  wait: string;
}

/** Rows of history and of the live screen as a grid, so that the compositor lays them as it lays screens: no render of Ink. */
export interface Sheet {
  readonly grid: Grid;
  draw(input: SheetInput): void;
}

export function createSheet(cols: number, rows: number): Sheet {
  const screen = createScreen(cols, rows);
  const keys = new Array<unknown[]>(rows);
  const lines = wideLines();
  const grid = stillGrid(screen);
  return {
    grid,
    draw(input) {
      shownRows(input.reading, input.reading.top, input.area).forEach((shown, y) => {
        const key = keyOf(shown, input);
        if (keys[y] && key.every((part, index) => part === keys[y]![index])) return;
        keys[y] = key;
        grid.stamps[y] = nextStamp();
        drawRow(screen, y, shown, input, lines);
      });
    },
  };
}

/** All that a row looks like: while none of it differs the row stays as it is. */
function keyOf(shown: Shown, { reading, live, now, wait, area }: SheetInput): unknown[] {
  if (shown.kind === 'now') return ['now', now];
  if (shown.kind === 'blank') return ['blank'];
  const number = shown.kind === 'live' ? reading.total + 1 + shown.y : shown.line;
  const chosen = isChosen(reading, number);
  if (shown.kind === 'live')
    return ['live', shown.y, live?.stamps[shown.y], chosen, reading.hits?.matches, reading.total];
  const line = lineAt(reading, shown.line);
  return ['line', line ?? wait, shown.row, area.width, chosen, line && hitOf(reading.hits, shown.line)];
}

const isChosen = ({ selection }: Reading, number: number): boolean =>
  selection !== null &&
  number >= Math.min(selection.from, selection.to) &&
  number <= Math.max(selection.from, selection.to);

/** The match of this line, and whether it is the one that was jumped to: one object for each, so that it can be compared. */
function hitOf(hits: Hits | null, line: number): Hits['matches'][number] | undefined {
  return hits?.matches.find((one) => one.line === line);
}

function drawRow(screen: Screen, y: number, shown: Shown, input: SheetInput, lines: ReturnType<typeof wideLines>) {
  const { reading, live, now, wait, area } = input;
  blank(screen.words, y * screen.cols, screen.cols);
  screen.extras[y] = null;
  if (shown.kind === 'blank') return;
  if (shown.kind === 'now') return parseRow(screen, y, now);
  if (shown.kind === 'live') {
    if (live) {
      copyLive(screen, y, live, shown.y);
      for (const { from, to } of liveHits(reading, live, shown.y)) invert(screen, y, from, to);
    }
    if (isChosen(reading, reading.total + 1 + shown.y)) invert(screen, y, 0, screen.cols);
    return;
  }
  const line = lineAt(reading, shown.line);
  if (!line) return parseRow(screen, y, wait);
  const fold = foldLine(line, area.width)[shown.row];
  if (!fold) return;
  copyCells(screen, y, lines(line), fold);
  for (const [start, end] of hitOf(reading.hits, shown.line)?.spans ?? []) {
    const at = columnsIn(line.text, fold, start, end);
    if (at) invert(screen, y, at.from, at.to);
  }
  if (isChosen(reading, shown.line)) invert(screen, y, 0, screen.cols);
}

/** Swaps the colours of columns [from, to): a match inside of a selection still stands out. */
function invert(screen: Screen, y: number, from: number, to: number) {
  const start = y * screen.cols;
  for (let x = from; x < Math.min(to, screen.cols); x++) {
    const at = (start + x) * WORDS_PER_CELL + 1;
    screen.words[at] = (screen.words[at]! ^ Fg.INVERSE) >>> 0;
  }
}

/** Matches of lines that still are on the screen: told by their text, since rows of a screen have no numbers yet. */
function liveHits({ hits, total }: Reading, live: Grid, row: number): { from: number; to: number }[] {
  return (hits?.matches ?? []).flatMap(({ line, text, spans }) => {
    if (line <= total) return [];
    const folds = foldText(text.trimEnd(), live.cols);
    const part = folds.findIndex((_, index) => isFoldAt(live, row - index, text, folds));
    const fold = folds[part];
    return fold ? spans.flatMap(([start, end]) => columnsIn(text, fold, start, end) ?? []) : [];
  });
}

const isFoldAt = (live: Grid, row: number, text: string, folds: readonly Fold[]): boolean =>
  row >= 0 &&
  row + folds.length <= live.rows &&
  folds.every(({ start, end }, index) => rowText(live, row + index) === text.slice(start, end).trimEnd());

function copyLive(screen: Screen, y: number, live: Grid, row: number) {
  if (row >= live.rows) return;
  const count = Math.min(screen.cols, live.cols);
  const from = row * live.cols * WORDS_PER_CELL;
  screen.words.set(live.cells.subarray(from, from + count * WORDS_PER_CELL), y * screen.cols * WORDS_PER_CELL);
  const extras = live.extras[row];
  screen.extras[y] = extras ? new Map([...extras].filter(([x]) => x < count)) : null;
}

function copyCells(screen: Screen, y: number, line: Screen, { column, width }: Fold) {
  const count = Math.min(screen.cols, width, Math.max(0, line.cols - column));
  const from = column * WORDS_PER_CELL;
  screen.words.set(line.words.subarray(from, from + count * WORDS_PER_CELL), y * screen.cols * WORDS_PER_CELL);
  const extras = line.extras[0];
  if (!extras) return;
  for (const [x, one] of extras) {
    if (x < column || x >= column + count) continue;
    (screen.extras[y] ??= new Map()).set(x - column, { ...one, x: x - column });
  }
}

/** Whole lines as cells; the last one stays, since a folded line is drawn row by row. */
function wideLines(): (line: HistoryLine) => Screen {
  let known: { line: HistoryLine; screen: Screen } | undefined;
  return (line) => {
    if (known?.line !== line) {
      const columns = Math.max(1, Math.min(MAX_COLUMNS, line.text.length * 2));
      const screen = createScreen(columns, 1);
      parseInto(screen, 0, 0, line.ansi ?? line.text);
      known = { line, screen };
    }
    return known.screen;
  };
}
