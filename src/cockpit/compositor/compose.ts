import { WORDS_PER_CELL } from '../../schema/cell.ts';
import type { CellExtra } from '../../schema/screen.ts';
import type { Grid, Patch, Rect, TerminalRect } from '../types.ts';
import { parseInto } from './parse.ts';
import { blankCell, createScreen, type Extras, type Screen, widthOf } from './screen.ts';

/** What lies over what, from the bottom: see Compositor in types. */
export interface Layers {
  chrome: Screen;
  terminals: readonly TerminalRect[];
  overlays: readonly Rect[];
  patches: ReadonlyMap<string, PlacedPatch>;
}

/** A patch whose text has been parsed: row 0 of `cells`, `width` columns of it. */
export interface PlacedPatch {
  patch: Patch;
  cells: Screen;
  width: number;
}

/** Widest patch, in columns. */
const MAX_PATCH = 400;

export function placePatch(patch: Patch): PlacedPatch {
  const cells = createScreen(Math.min(MAX_PATCH, Math.max(1, patch.text.length * 2)), 1);
  const width = parseInto(cells, 0, 0, patch.style ? `\x1b[${patch.style}m${patch.text}` : patch.text);
  return { patch, cells, width };
}

/** A run of cells to be laid into a row. */
interface Span {
  words: Uint32Array;
  extras: ReadonlyMap<number, CellExtra> | null;
  /** Word index of the row's first cell in `words`. */
  start: number;
  /** First column of the source, first column of the target, how many. */
  from: number;
  to: number;
  count: number;
}

/** Blanks the halves of wide cells that the border before column `x` has cut. */
function mend(target: Screen, y: number, x: number): void {
  const { words, cols } = target;
  const at = (y * cols + x) * WORDS_PER_CELL;
  if (x > 0 && widthOf(words[at - WORDS_PER_CELL]!) === 2 && (x >= cols || widthOf(words[at]!) !== 0)) {
    blankCell(words, at - WORDS_PER_CELL);
    target.extras[y]?.delete(x - 1);
  }
  if (x < cols && widthOf(words[at]!) === 0 && (x === 0 || widthOf(words[at - WORDS_PER_CELL]!) !== 2)) {
    blankCell(words, at);
  }
}

function layExtras(target: Screen, y: number, span: Span): void {
  const old = target.extras[y];
  if (!old && !span.extras) return;
  const merged: Map<number, CellExtra> = new Map();
  if (old) for (const [x, one] of old) if (x < span.to || x >= span.to + span.count) merged.set(x, one);
  if (span.extras) {
    for (const [x, one] of span.extras) {
      if (x >= span.from && x < span.from + span.count) merged.set(x - span.from + span.to, one);
    }
  }
  target.extras[y] = merged.size > 0 ? merged : null;
}

function lay(target: Screen, y: number, span: Span): void {
  if (span.count <= 0) return;
  const { words, cols } = target;
  const at = (y * cols + span.to) * WORDS_PER_CELL;
  const source = span.start + span.from * WORDS_PER_CELL;
  layExtras(target, y, span);
  words.set(span.words.subarray(source, source + span.count * WORDS_PER_CELL), at);
  // What the source's own border cuts: a half without its lead first, a lead without its half last.
  if (widthOf(words[at]!) === 0) blankCell(words, at);
  const end = at + (span.count - 1) * WORDS_PER_CELL;
  if (widthOf(words[end]!) === 2) {
    blankCell(words, end);
    target.extras[y]?.delete(span.to + span.count - 1);
  }
  mend(target, y, span.to);
  mend(target, y, span.to + span.count);
}

/** The part of `rect` that is on a screen of `cols` columns: first column, count. */
function clip(rect: { x: number; width: number }, cols: number): { x: number; count: number } {
  const x = Math.max(0, rect.x);
  return { x, count: Math.min(cols, rect.x + rect.width) - x };
}

/** First row and column of the grid that are seen: its top left, unless that would hide the cursor. */
export function viewOrigin(grid: Grid, rect: Rect): { x: number; y: number } {
  const seen = (cursor: number, size: number, room: number) =>
    size <= room ? 0 : Math.min(Math.max(0, cursor - room + 1), size - room);
  return { x: seen(grid.cursor.x, grid.cols, rect.width), y: seen(grid.cursor.y, grid.rows, rect.height) };
}

const blankRow = createScreen(1000, 1);

function layTerminal(target: Screen, y: number, rect: TerminalRect): void {
  const { grid } = rect;
  const origin = viewOrigin(grid, rect);
  const row = y - rect.y + origin.y;
  const { x, count } = clip(rect, target.cols);
  const inside = row < grid.rows ? Math.max(0, Math.min(count, grid.cols - origin.x - (x - rect.x))) : 0;
  const start = row * grid.cols * WORDS_PER_CELL;
  const extras = grid.extras[row] as Extras;
  lay(target, y, {
    words: grid.cells,
    extras: extras ?? null,
    start,
    from: origin.x + x - rect.x,
    to: x,
    count: inside,
  });
  lay(target, y, { words: blankRow.words, extras: null, start: 0, from: 0, to: x + inside, count: count - inside });
}

function layPatch(target: Screen, y: number, { patch, cells, width }: PlacedPatch): void {
  if (patch.y !== y) return;
  const { x, count } = clip({ x: patch.x, width }, target.cols);
  lay(target, y, { words: cells.words, extras: cells.extras[0]!, start: 0, from: x - patch.x, to: x, count });
}

const covers = (rect: Pick<Rect, 'y' | 'height'>, y: number) => y >= rect.y && y < rect.y + rect.height;

/** Builds row `y` of what the person shall see. */
export function composeRow(target: Screen, y: number, { chrome, terminals, overlays, patches }: Layers): void {
  const { cols } = target;
  const start = y * cols * WORDS_PER_CELL;
  target.words.set(chrome.words.subarray(start, start + cols * WORDS_PER_CELL), start);
  const extras = chrome.extras[y];
  target.extras[y] = extras ? new Map(extras) : null;
  for (const rect of terminals) if (covers(rect, y)) layTerminal(target, y, rect);
  for (const one of patches.values()) if (!one.patch.above) layPatch(target, y, one);
  for (const rect of overlays) {
    if (!covers(rect, y)) continue;
    const { x, count } = clip(rect, cols);
    lay(target, y, { words: chrome.words, extras: extras ?? null, start, from: x, to: x, count });
  }
  for (const one of patches.values()) if (one.patch.above) layPatch(target, y, one);
}

/** The same for a row in which `pane` is right already, and nothing lies over it: builds only what stands beside it. */
export function composeBeside(target: Screen, y: number, layers: Layers, pane: TerminalRect): void {
  const { chrome, terminals, patches } = layers;
  const { cols } = target;
  const { x, count } = clip(pane, cols);
  const row = { words: chrome.words, extras: chrome.extras[y] ?? null, start: y * cols * WORDS_PER_CELL };
  lay(target, y, { ...row, from: 0, to: 0, count: x });
  lay(target, y, { ...row, from: x + count, to: x + count, count: cols - x - count });
  for (const rect of terminals) if (rect !== pane && covers(rect, y)) layTerminal(target, y, rect);
  for (const one of patches.values()) if (!one.patch.above) layPatch(target, y, one);
  for (const one of patches.values()) if (one.patch.above) layPatch(target, y, one);
}

const meet = (a: Rect, b: Rect) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Nothing lies over a pane, so that its rows on the screen hold its grid's and nothing else. */
export function isBare(pane: TerminalRect, { terminals, overlays, patches }: Layers): boolean {
  if (overlays.length > 0) return false;
  for (const one of terminals) if (one !== pane && meet(one, pane)) return false;
  for (const { patch, width } of patches.values()) {
    if (meet({ x: patch.x, y: patch.y, width, height: 1 }, pane)) return false;
  }
  return true;
}
