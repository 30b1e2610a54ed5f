import type { ChildMatches, Source } from '../../schema/search.ts';
import { describeHits } from './describe.ts';
import { fairShares } from './shares.ts';

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
  line(index: number): string;
  /** When a line was printed; milliseconds since the epoch. */
  at(index: number): number;
}

export interface ScanChild {
  child: string;
  /** First line that counts. */
  from: number;
  /** Oldest first, the screen last; the numbers without a gap. */
  pieces: Piece[];
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

interface State {
  total: number;
  /** What was kept of each piece, newest piece first, oldest line first in each. */
  groups: Hit[][];
  kept: number;
  complete: boolean;
  sources: Source[];
}

export interface Scan {
  /** May be interrupted from outside at any point (a time-out); `stopped` is asked between pieces. */
  run(stopped?: () => boolean): void;
  /** What was found so far. */
  result(): ChildMatches[];
}

/** Looks for the newest lines of many children that match. */
export function createScan(pattern: RegExp, wish: ScanWish, children: ScanChild[]): Scan {
  const states = children.map(
    (): State => ({
      total: 0,
      groups: [],
      kept: 0,
      complete: false,
      sources: [],
    }),
  );
  return {
    run(stopped = () => false) {
      // Newest pieces first, child by child: an interrupted search has looked everywhere alike.
      const depth = Math.max(0, ...children.map(({ pieces }) => pieces.length));
      for (let back = 1; back <= depth; back++) {
        for (const [index, { pieces, from }] of children.entries()) {
          if (stopped()) return;
          const piece = pieces[pieces.length - back];
          const state = states[index]!;
          if (piece) searchPiece(pattern, wish, piece, from, state);
          if (back >= pieces.length) state.complete = true;
        }
      }
    },
    result() {
      const shares = fairShares(
        states.map(({ kept }) => kept),
        wish.limit,
      );
      const found = children.map((child, index) => {
        const { groups, total, complete, sources } = states[index]!;
        const newest = child.pieces.findLast(({ source }) => source !== 'screen');
        const upTo = newest ? newest.first + newest.count - 1 : child.from - 1;
        const hits = [...groups].reverse().flat();
        return { child, hits: hits.slice(hits.length - shares[index]!), total, upTo, complete, sources };
      });
      return describeHits(found, wish);
    },
  };
}

/** Adds what a piece has, each line as soon as it is found. */
function searchPiece(pattern: RegExp, { limit, since }: ScanWish, piece: Piece, from: number, state: State): void {
  if (!state.sources.includes(piece.source)) state.sources.push(piece.source);
  if (piece.count === 0 || piece.first + piece.count <= from) return;
  const text = piece.text();
  pattern.lastIndex = 0;
  const keep = state.kept < limit;
  if (!keep && piece.first >= from && since === null) {
    countLines(pattern, text, state);
    return;
  }
  const group: Hit[] = [];
  state.groups.push(group);
  eachMatch(pattern, text, (index, spans) => {
    if (piece.first + index < from || (since !== null && piece.at(index) < since)) return;
    state.total++;
    if (!keep) return;
    state.kept++;
    group.push({ piece, index, spans });
  });
}

/** Calls back with each line that matches: which one it is, and a list that its matches are about to be put in. */
function eachMatch(pattern: RegExp, text: string, onLine: (index: number, spans: [number, number][]) => void): void {
  let index = 0;
  let start = 0;
  let end = lineEnd(text, 0);
  let match = pattern.exec(text);
  while (match) {
    for (; end < match.index; end = lineEnd(text, start)) {
      start = end + 1;
      index++;
    }
    const spans: [number, number][] = [];
    // Said before the next step, which may be the one that is interrupted.
    onLine(index, spans);
    while (match && match.index <= end && spans.length < MAX_SPANS) {
      spans.push([match.index - start, match.index + match[0].length - start]);
      if (match[0] === '') pattern.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
      match = pattern.lastIndex > text.length ? null : pattern.exec(text);
    }
    if (!match || match.index > end) continue;
    if (end === text.length) return;
    pattern.lastIndex = end + 1;
    match = pattern.exec(text);
  }
}

const lineEnd = (text: string, start: number) => {
  const feed = text.indexOf('\n', start);
  return feed < 0 ? text.length : feed;
};

/** Where every line counts and none is kept it is enough to go from line to line. */
function countLines(pattern: RegExp, text: string, state: State): void {
  while (pattern.test(text)) {
    state.total++;
    const feed = text.indexOf('\n', pattern.lastIndex);
    if (feed < 0) return;
    pattern.lastIndex = feed + 1;
  }
}
