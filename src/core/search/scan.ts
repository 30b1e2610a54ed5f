import type { ChildMatches, Source } from '../../schema/search.ts';
import { describeHits } from './describe.ts';
import { createFinder, type Find, type Finder, lineEnd } from './finder.ts';
import type { Matcher } from './pattern.ts';
import { fairShares } from './shares.ts';
import type { Columns, Stretches } from './stretches.ts';

/** Matches of one line that are told apart; a pattern that takes every character of a long line needs no more. */
const MAX_SPANS = 1000;

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
  const states = children.map(
    (): State => ({
      total: 0,
      groups: [],
      kept: 0,
      done: 0,
      complete: false,
    }),
  );
  // Newest pieces first, child by child: an interrupted search has looked everywhere alike.
  const depth = Math.max(0, ...children.map(({ pieces }) => pieces.length));
  const order: number[] = [];
  for (let back = 1; back <= depth; back++)
    for (const [index, { pieces }] of children.entries()) if (back <= pieces.length) order.push(index);
  for (const [index, state] of states.entries()) state.complete = children[index]!.pieces.length === 0;
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
        if (column < 0 || !finder.isWithout(columns!.table, column))
          searchPiece(finder, wish, pieces[at]!, from, state);
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

function undo(state: State, { total, kept, groups }: { total: number; kept: number; groups: number }): void {
  state.total = total;
  state.kept = kept;
  state.groups.length = groups;
}

/** Adds what a piece has, each line as soon as it is found. */
function searchPiece(finder: Finder, { limit, since }: ScanWish, piece: Piece, from: number, state: State): void {
  if (piece.count === 0 || piece.first + piece.count <= from) return;
  const text = finder.open(piece);
  const keep = state.kept < limit;
  const all = piece.first >= from && since === null;
  if (all && (!keep || finder.isText)) {
    const count = finder.count();
    state.total += count;
    if (!keep || count === 0) return;
    state.kept += count;
    state.groups.push({ piece });
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

/** Tells which line begins at a unit of a text; it is asked from the first one on. */
function lineCounter(text: string): (start: number) => number {
  let index = 0;
  let at = 0;
  return (start) => {
    for (; at < start; index++) at = lineEnd(text, at) + 1;
    return index;
  };
}

/** Calls back with each line that matches: where it begins, and a list that its matches are about to be put in. */
function eachMatch(find: Find, text: string, onLine: (start: number, spans: [number, number][]) => void): void {
  let match = find(0);
  while (match) {
    const start = match.start === 0 ? 0 : text.lastIndexOf('\n', match.start - 1) + 1;
    const end = lineEnd(text, match.start);
    const spans: [number, number][] = [];
    // Said before the next step, which may be the one that is interrupted.
    onLine(start, spans);
    while (match && match.start <= end && spans.length < MAX_SPANS) {
      spans.push([match.start - start, match.end - start]);
      const next: number = match.end > match.start ? match.end : match.end + widthAt(text, match.end);
      match = next > text.length ? null : find(next);
    }
    if (!match || match.start > end) continue;
    match = end === text.length ? null : find(end + 1);
  }
}

/** UTF-16 units of the character there. */
const widthAt = (text: string, index: number) => ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1);
