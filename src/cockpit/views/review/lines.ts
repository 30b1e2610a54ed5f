import type { LineRow, PairRow } from '../../../core/diff/rows.ts';
import type { Range } from '../../../core/diff/words.ts';
import { commentsOf } from '../../selectors/review/comments.ts';
import type { Standing } from '../../selectors/review/diff.ts';
import { findRanges } from '../../selectors/review/find.ts';
import type { Cockpit } from '../../store/model.ts';
import type { FetchedDiff } from '../../store/review.ts';
import { fitRow, type Row, type Span } from '../span.ts';
import { codeRow } from './code.ts';
import { DECISIONS } from './marks.ts';
import { hasMixedEnds, marksAt, type Painted, tokensAt } from './painted.ts';

/** Below this many cells one number a line is enough. */
const BOTH_NUMBERS_FROM = 60;

/** `▸✓ 12  13 +text`: where one stands, what is decided, both numbers, the sign, the line. */
export function unifiedRow(state: Cockpit, here: Standing, row: LineRow, index: number, width: number): Row {
  const digits = digitsOf(here.diff);
  const both = width >= BOTH_NUMBERS_FROM;
  const number = (value: number | null) => (value === null ? '' : String(value)).padStart(digits);
  const numbers = both ? `${number(row.old)} ${number(row.new)}` : number(row.new ?? row.old);
  const head: Row = [
    ...gutter(state, here, row, index),
    { text: numbers, tone: 'dim', selected: index === here.at && state.ui.review.part === 'diff' },
    commentMark(state, here.diff, row),
  ];
  const cells = 2 + numbers.length + 1;
  return [...head, ...side(state, here.diff, row, width - cells)];
}

/** The same for two sides, each with its own number. */
export function pairRow(state: Cockpit, here: Standing, { left, right }: PairRow, index: number, width: number): Row {
  const digits = digitsOf(here.diff);
  const half = Math.floor((width - 3) / 2);
  const isHere = index === here.at && state.ui.review.part === 'diff';
  const part = (row: LineRow | null, number: number | null, cells: number): Row => {
    if (!row) return [{ text: '╱'.repeat(Math.max(0, cells)), tone: 'border' }];
    const label: Span = { text: String(number ?? '').padStart(digits), tone: 'dim', selected: isHere };
    return [label, commentMark(state, here.diff, row), ...side(state, here.diff, row, cells - digits - 1)];
  };
  const row = right?.piece != null ? right : (left ?? right)!;
  return [
    ...gutter(state, here, row, index),
    ...part(left, left?.old ?? null, half),
    { text: '│', tone: 'border' },
    ...part(right, right?.new ?? null, width - 3 - half),
  ];
}

function gutter(state: Cockpit, here: Standing, row: LineRow, index: number): Row {
  const isSelected = state.ui.review.anchor !== null && index >= here.from && index <= here.to;
  const piece = row.piece === null ? undefined : here.diff.hunks[row.hunk]!.hunk.pieces[row.piece];
  const look = piece && piece.decision !== 'pending' ? DECISIONS[piece.decision] : null;
  return [
    { text: index === here.at ? '▸' : isSelected ? '┃' : ' ', tone: 'focus' },
    look ? { text: look.glyph, tone: look.tone } : { text: ' ' },
  ];
}

function commentMark(state: Cockpit, { agent, file }: FetchedDiff, row: LineRow): Span {
  const at = row.new ?? null;
  const has = commentsOf(state, agent).some(
    (one) => one.file === file && at !== null && at >= one.line && at <= one.endLine,
  );
  return has ? { text: '✎', tone: 'accent' } : { text: ' ' };
}

const SIGNS = { context: ' ', added: '+', removed: '-' } as const;

const side = (state: Cockpit, diff: FetchedDiff, row: LineRow, width: number): Row =>
  lineRow({
    ...{ diff, row, width, shift: state.ui.review.shift },
    hits: findRanges(state, diff.hunks[row.hunk]!.lines[row.line]!.text),
  });

interface DiffLineInput {
  diff: Painted;
  row: LineRow;
  width: number;
  /** Cells that are moved out of sight at the left. */
  shift: number;
  /** What a search has found. */
  hits: readonly Range[];
}

/** The sign and the line, exactly `width` cells. */
export function lineRow({ diff, row, width, shift, hits }: DiffLineInput): Row {
  const { type, text, noEol = false } = diff.hunks[row.hunk]!.lines[row.line]!;
  const marks = row.mate === null ? null : marksAt(diff, row.hunk, row.line, row.mate);
  const changed = type !== 'context';
  const trailing = type === 'added' ? trailingBlanks(text) : [];
  const ground = changed ? type : null;
  const sign: Span = {
    text: SIGNS[type],
    ...(ground && { tone: type === 'added' ? ('good' as const) : ('bad' as const), ground }),
  };
  const code = codeRow({
    text,
    width: Math.max(0, width - 1),
    shift,
    tokens: tokensAt(diff, row.hunk, row.line),
    marks: marks?.ranges ?? [],
    hits,
    ground,
    blanks: marks?.blanks ? [...marks.ranges, ...trailing] : trailing,
    showsReturn: changed && (hasMixedEnds(diff, row.hunk) || Boolean(marks?.blanks && text.endsWith('\r'))),
    noEol,
  });
  return fitRow([sign, ...code], width);
}

function trailingBlanks(text: string): Range[] {
  const body = text.replace(/\r$/, '');
  const from = body.trimEnd().length;
  return from < body.length ? [[from, body.length]] : [];
}

const digits = new WeakMap<FetchedDiff, number>();
function digitsOf(diff: FetchedDiff): number {
  let known = digits.get(diff);
  if (known === undefined) {
    const last = diff.hunks.at(-1)?.hunk.header ?? '';
    const numbers = [...last.matchAll(/[-+](\d+)(?:,(\d+))?/g)].map(
      ([, start, count = '1']) => Number(start) + Number(count),
    );
    known = String(Math.max(1, ...numbers.slice(0, 2))).length;
    digits.set(diff, known);
  }
  return known;
}
