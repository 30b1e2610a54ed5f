import type { ChildMatches, Source } from '../../schema/search.ts';
import { describeHits } from './describe.ts';
import { createFinder, type Finder } from './finder.ts';
import { eachMatch, lineCounter } from './lines.ts';
import type { Matcher } from './pattern.ts';
import { fairShares } from './shares.ts';
import type { Columns, Stretches } from './stretches.ts';

/** A stretch of lines that is searched in one go. */
export interface Piece {
  source: Source;
  /** Number of its first line. */
  first: number;
  count: number;
  /** Its lines joined by LF. */
  text(): string;
  /** The same in small letters, unit by unit; undefined when it is not at hand or has no such form. */
  readonly folded?: string | undefined;
  /** Where in that form three letters in a row stand; undefined when it is not at hand. */
  readonly stretches?: Stretches | undefined;
  line(index: number): string;
  /** Index of the line that begins at a unit of the text; undefined when it is not at hand. */
  lineAt?(start: number): number | undefined;
  /** When a line was printed; milliseconds since the epoch. */
  at(index: number): number;
}

export interface ScanChild {
  child: string;
  /** First line that counts. */
  from: number;
  /** Oldest first, the screen last; the numbers without a gap. */
  pieces: Piece[];
  /** Where its pieces are in a table; undefined: each is asked. */
  columns?: Columns;
  /** Neighbours that are not searched: context is read from them. */
  around?: Piece[];
}

export interface ScanWish {
  limit: number;
  before: number;
  after: number;
  since: number | null;
}

export interface Hit {
  piece: Piece;
  index: number;
  spans: [number, number][];
}

/** A hit whose line has not been counted yet: of most that are found nobody is told. */
interface Kept {
  piece: Piece;
  /** Unit of the piece's text at which its line begins. */
  start: number;
  spans: [number, number][];
}

/** A piece whose lines that match were counted: they are looked for again when somebody is to be told of them. */
interface Counted {
  piece: Piece;
}

interface State {
  /** Every line of the child counts. */
  all: boolean;
  total: number;
  /** What was kept of each piece, newest piece first, oldest line first in each. */
  groups: (Kept[] | Counted)[];
  kept: number;
  /** Pieces that were looked through. */
  done: number;
  complete: boolean;
}

export interface Scan {
  /**
   * May be interrupted from outside at any point (a time-out), and then goes on when it is run again, with the piece that it was
   * in; `stopped` is asked between pieces.
   */
  run(stopped?: () => boolean): void;
  /** Pieces that were looked through. */
  readonly done: number;
  /** What was found so far. */
  result(): ChildMatches[];
}

/** Looks for the newest lines of many children that match. */
export function createScan(matcher: Matcher, wish: ScanWish, children: ScanChild[]): Scan {
  const states = children.map((child) => begin(child, wish.since));
  const order = orderOf(children);
  const finder = createFinder(matcher);
  let done = 0;
  /** The piece that was begun last, and how it was before: what was found in it is taken back when it is not done yet. */
  const begun = { at: -1, total: 0, kept: 0, groups: 0 };
  return {
    get done() {
      return done;
    },
    run(stopped = () => false) {
      if (begun.at === done) undo(states[order[done]!]!, begun);
      for (; done < order.length; done++) {
        if (stopped()) return;
        const index = order[done]!;
        const state = states[index]!;
        const { from, pieces, columns } = children[index]!;
        begun.at = done;
        begun.total = state.total;
        begun.kept = state.kept;
        begun.groups = state.groups.length;
        const at = pieces.length - 1 - state.done;
        const column = columns ? columns.of[at]! : -1;
        if (column < 0 || !finder.isWithout(columns!.table, column)) {
          const count = column < 0 || !state.all ? undefined : finder.countIn(columns!, at);
          if (count === undefined) searchPiece(finder, wish, pieces[at]!, from, state);
          else addCounted(state, pieces[at]!, count, wish.limit);
        }
        state.done++;
        state.complete = state.done === pieces.length;
      }
    },
    result() {
      const shares = fairShares(
        states.map(({ kept }) => kept),
        wish.limit,
      );
      const found = children.map((child, index) => {
        const { groups, total, done, complete } = states[index]!;
        const seen = child.pieces.slice(child.pieces.length - done);
        // The screen comes last, and all before it is of one kind.
        const sources = [...new Set([seen.at(-1), seen[0]].flatMap((piece) => piece?.source ?? []))];
        const newest = child.pieces.findLast(({ source }) => source !== 'screen');
        const upTo = newest ? newest.first + newest.count - 1 : child.from - 1;
        const hits = newestOf(finder, groups, shares[index]!);
        return { child, hits: withLines(hits), total, upTo, complete, sources };
      });
      return describeHits(found, wish);
    },
  };
}

function begin({ from, pieces }: ScanChild, since: number | null): State {
  const all = since === null && pieces.length > 0 && pieces[0]!.first >= from;
  return { all, total: 0, groups: [], kept: 0, done: 0, complete: pieces.length === 0 };
}

/** Whose piece is next: the newest ones first, child by child, so that an interrupted search has looked everywhere alike. */
function orderOf(children: ScanChild[]): number[] {
  const depth = Math.max(0, ...children.map(({ pieces }) => pieces.length));
  const order: number[] = [];
  for (let back = 1; back <= depth; back++)
    for (const [index, { pieces }] of children.entries()) if (back <= pieces.length) order.push(index);
  return order;
}

function undo(state: State, { total, kept, groups }: { total: number; kept: number; groups: number }): void {
  state.total = total;
  state.kept = kept;
  state.groups.length = groups;
}

/** Adds what a piece was counted to have. */
function addCounted(state: State, piece: Piece, count: number, limit: number): void {
  state.total += count;
  if (count === 0 || state.kept >= limit) return;
  state.kept += count;
  state.groups.push({ piece });
}

/** Adds what a piece has, each line as soon as it is found. */
function searchPiece(finder: Finder, { limit, since }: ScanWish, piece: Piece, from: number, state: State): void {
  if (piece.count === 0 || piece.first + piece.count <= from) return;
  const text = finder.open(piece);
  const keep = state.kept < limit;
  const all = piece.first >= from && since === null;
  if (all && (!keep || finder.isText)) {
    addCounted(state, piece, finder.count(), limit);
    return;
  }
  const group: Kept[] = [];
  state.groups.push(group);
  const lineAt = lineCounter(text);
  eachMatch(finder.find, text, (start, spans) => {
    const index = all ? 0 : lineAt(start);
    if (!all && (piece.first + index < from || (since !== null && piece.at(index) < since))) return;
    state.total++;
    if (!keep) return;
    state.kept++;
    group.push({ piece, start, spans });
  });
}

/** The newest so many lines of what was kept, oldest first. */
function newestOf(finder: Finder, groups: State['groups'], count: number): Kept[] {
  const hits: Kept[][] = [];
  let left = count;
  for (const group of groups) {
    if (left <= 0) break;
    const all = 'piece' in group ? linesOf(finder, group.piece) : group;
    hits.push(all.slice(-left));
    left -= all.length;
  }
  return hits.reverse().flat();
}

function linesOf(finder: Finder, piece: Piece): Kept[] {
  const text = finder.open(piece);
  const lines: Kept[] = [];
  eachMatch(finder.find, text, (start, spans) => lines.push({ piece, start, spans }));
  return lines;
}

function withLines(kept: Kept[]): Hit[] {
  let last: Piece | undefined;
  let lineAt = lineCounter('');
  return kept.map(({ piece, start, spans }) => {
    const index = piece.lineAt?.(start);
    if (index !== undefined) return { piece, index, spans };
    if (piece !== last) lineAt = lineCounter(piece.text());
    last = piece;
    return { piece, index: lineAt(start), spans };
  });
}
