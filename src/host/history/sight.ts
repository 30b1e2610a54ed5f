import { Content, WORDS_PER_CELL } from '../../schema/screen.ts';
import type { Access } from '../emulator/access.ts';
import { type Line, lineCells } from '../emulator/line.ts';
import { type Run, styledCells } from './style.ts';

/** What a changing line was before: a clock, a counter, a spinner. */
export interface Lineage {
  since: number;
  /** How many of its forms are remembered, and when the last of them was. */
  kept: number;
  keptAt: number;
  /** A number in front tells it from all others: it is known again when it comes back. */
  named: boolean;
}

/** From one cell of a row up to another. */
export interface Columns {
  from: number;
  to: number;
}

/** One side of a screen on which two programs' worth of lines stand beside each other. Rows that are not parted are the left one's. */
export interface Pane extends Columns {
  parted: readonly boolean[];
}

/** A logical line of a screen, for as long as it stands there, wherever it moves. */
export interface Sight {
  /** Of its text; 0: blank. */
  readonly hash: number;
  /** Milliseconds: seen first and last. */
  since: number;
  until: number;
  /** Where it begins, and how many rows it takes. */
  y: number;
  rows: number;
  /** It begins above the screen. */
  cut: boolean;
  /** The columns that it takes, where the screen is parted there. */
  columns: Columns | undefined;
  /** Read once it has stood for a while: most of what a flood shows never is. */
  text: string | undefined;
  /** Of the text, once it was asked for: see change.ts. */
  mask: string | undefined;
  runs: Run[];
  lineage: Lineage | undefined;
  /** What it had grown from, or of what it is the rest, and was shown long enough. */
  was: Sight | undefined;
}

export const BLANK: Sight = {
  hash: 0,
  since: 0,
  until: 0,
  y: 0,
  rows: 1,
  cut: false,
  columns: undefined,
  text: '',
  runs: [],
  mask: undefined,
  lineage: undefined,
  was: undefined,
};

const SPACE = 32;
const HARD_SPACE = 160;
/** A line without the blanks at its end, which nobody sees. */
export const shown = (text: string) => text.replace(/[ \u00a0]+$/, '');
/** A scroll bar, or the border of a box. */
const BAR = /[ \u00a0][|│┃║▀-▓]$/;
/** The text without such a bar behind it, which moves past the lines. */
export function core(text: string): string {
  const end = shown(text);
  return (BAR.test(end) && shown(end.slice(0, -1))) || end;
}
const mix = (hash: number, code: number) => Math.imul(hash ^ code, 0x01000193);
const SEED = 0x811c9dc5;
/** Never 0, which stands for a blank line. */
const finish = (hash: number) => (hash ^ (hash >>> 15)) >>> 0 || 1;

/** Hash of a line's text as `Sight.hash` has it. */
export function hashText(text: string): number {
  const end = shown(text).length;
  if (end === 0) return 0;
  let hash = SEED;
  for (let i = 0; i < end; i++) {
    const code = text.codePointAt(i)!;
    hash = mix(hash, code);
    if (code > 0xffff) i++;
  }
  return finish(hash);
}

/** What a cell shows; 0: nothing. */
export function seenIn(line: Line, x: number): number {
  const content = line._data[x * WORDS_PER_CELL]! & (Content.CODEPOINT | Content.COMBINED);
  return content === SPACE || content === HARD_SPACE ? 0 : content;
}

/** A line that stands, drawn or as the edge of a block, between two panes or at the end of one. */
export const isBar = (code: number): boolean =>
  code === 0x7c || code === 0x2502 || code === 0x2503 || code === 0x2551 || (code >= 0x2580 && code <= 0x2593);

/** Cells up to the last one that shows something. Looks go through all cells of all screens: nothing is called for each. */
function shownCells(line: Line, cells: number, from: number): number {
  const data = line._data;
  let end = cells;
  while (end > from) {
    const content = data[(end - 1) * WORDS_PER_CELL]! & (Content.CODEPOINT | Content.COMBINED);
    if (content !== 0 && content !== SPACE && content !== HARD_SPACE) break;
    end--;
  }
  return end;
}

/** As `core` has it of texts. */
function coreCells(line: Line, cells: number, from: number): number {
  const end = shownCells(line, cells, from);
  if (end - from < 2 || !isBar(seenIn(line, end - 1)) || seenIn(line, end - 2) !== 0) return end;
  const inner = shownCells(line, end - 1, from);
  return inner > from ? inner : end;
}

function hashCells(line: Line, cells: number, seed: number, from = 0): number {
  const data = line._data;
  let hash = seed;
  for (let x = from, i = from * WORDS_PER_CELL; x < cells; x++, i += WORDS_PER_CELL) {
    const content = data[i]!;
    if (content & Content.COMBINED) {
      for (const char of line._combined[x] ?? ' ') hash = mix(hash, char.codePointAt(0)!);
    } else if (content & Content.WIDTH) hash = mix(hash, content & Content.CODEPOINT || SPACE);
  }
  return hash;
}

/** Hash of what stands in a row's columns. */
function measurePart(line: Line, { from, to }: Columns): number {
  const end = coreCells(line, to, from);
  return end === from ? 0 : finish(hashCells(line, end, SEED, from));
}

/** Rows of the screen that one logical line takes from `y` on, and its hash. */
function measure(access: Access, y: number, height: number, pane: Pane | undefined): { rows: number; hash: number } {
  if (pane?.parted[y]) return { rows: 1, hash: measurePart(access.screenLine(y), pane) };
  if (pane && pane.from > 0) return { rows: 1, hash: 0 };
  let hash = SEED;
  for (let row = y; ; row++) {
    const line = access.screenLine(row);
    const next = row + 1 < height ? access.screenLine(row + 1) : undefined;
    if (next?.isWrapped) {
      hash = hashCells(line, lineCells(line, next), hash);
      continue;
    }
    const width = line._data.length / WORDS_PER_CELL;
    const cells = pane ? coreCells(line, width, 0) : shownCells(line, width, 0);
    const rows = row - y + 1;
    return { rows, hash: cells === 0 && rows === 1 ? 0 : finish(hashCells(line, cells, hash)) };
  }
}

/** Reads text and looks of a line that stands on the screen. */
export function readSight(access: Access, sight: Sight): void {
  if (sight.text !== undefined) return;
  const { columns } = sight;
  if (columns) {
    const line = access.screenLine(sight.y);
    Object.assign(sight, styledCells(line, shownCells(line, columns.to, columns.from), columns.from));
    return;
  }
  sight.text = '';
  for (let y = sight.y; y < sight.y + sight.rows; y++) {
    const line = access.screenLine(y);
    const next = y + 1 < sight.y + sight.rows ? access.screenLine(y + 1) : undefined;
    const { text, runs } = styledCells(line, next ? lineCells(line, next) : shownCells(line, line._data.length / 3, 0));
    sight.text += text;
    sight.runs.push(...runs);
  }
}

/** What a screen shows now compared with what it showed: its lines, those that are no more, and those that were not. */
export interface Look {
  lines: Sight[];
  gone: Sight[];
  arrived: Sight[];
}

/**
 * Looks at the screen, or at one pane of it. `wroteAt`: when anything was last written to it, so since then it has been as it
 * is.
 */
export function look(access: Access, before: Sight[], wroteAt: number, now: number, pane?: Pane): Look {
  const height = access.rows();
  const lines: Sight[] = [];
  const fresh: number[] = [];
  const kept = new Set<Sight>();
  for (let y = 0; y < height; ) {
    const { rows, hash } = measure(access, y, height, pane);
    const same = before[lines.length];
    const known = hash === 0 ? BLANK : same?.hash === hash && !kept.has(same) ? same : undefined;
    const cut = y === 0 && access.screenLine(0).isWrapped;
    const columns = pane?.parted[y] ? pane : undefined;
    if (known && known !== BLANK) kept.add(Object.assign(known, { y, rows, cut, columns, until: now }));
    if (!known) fresh.push(lines.length);
    const made = { hash, since: wroteAt, until: now, y, rows, cut, columns, text: undefined, runs: [] };
    lines.push(known ?? { ...made, mask: undefined, lineage: undefined, was: undefined });
    y += rows;
  }
  const arrived = fresh.length > 0 ? recognise(lines, fresh, before, kept, now) : [];
  return { lines, gone: before.filter((one) => one !== BLANK && !kept.has(one)), arrived };
}

/** Finds lines that have moved; gives those that are new. */
function recognise(lines: Sight[], fresh: number[], before: Sight[], kept: Set<Sight>, now: number): Sight[] {
  const moved = new Map<number, Sight[]>();
  for (const one of before) {
    if (one === BLANK || kept.has(one)) continue;
    const others = moved.get(one.hash);
    if (others) others.push(one);
    else moved.set(one.hash, [one]);
  }
  const arrived: Sight[] = [];
  for (const index of fresh) {
    const line = lines[index]!;
    const old = moved.get(line.hash)?.shift();
    if (!old) {
      arrived.push(line);
      continue;
    }
    kept.add(Object.assign(old, { y: line.y, rows: line.rows, cut: line.cut, columns: line.columns, until: now }));
    lines[index] = old;
  }
  return arrived;
}
