import type { Range } from '../../../core/diff/words.ts';
import type { Token } from '../../../core/syntax/lex.ts';
import { graphemesOf } from '../../../util/graphemes.ts';
import { UNSEEN } from '../../../util/signs.ts';
import type { Ground, Tone } from '../../theme/tones.ts';
import { clean, fitRow, type Row, rowWidth, type Span, widthOf } from '../span.ts';

export interface CodeInput {
  text: string;
  width: number;
  /** Cells that are moved out of sight at the left. */
  shift: number;
  tokens: readonly Token[];
  /** What differs from the line that stands for it. */
  marks: readonly Range[];
  /** What a search has found. */
  hits: readonly Range[];
  ground: 'added' | 'removed' | null;
  /** Where blanks are drawn as signs: what differs in blanks alone, and blanks at the end of an added line. */
  blanks: readonly Range[];
  /** A carriage return at the end is shown. */
  showsReturn: boolean;
  noEol: boolean;
}

/** Columns from one tab stop to the next. */
const TAB = 4;
/** Of a longer line only so many UTF-16 units from where one looks are laid out. */
const LAID = 4000;
const ASCII = /^[\x00-\x7f]*$/;
/** What would be drawn as nothing, or would move what stands beside it: in a review it must be seen. */
const HIDDEN = new RegExp(`[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f${UNSEEN}]`, 'gu');

const visible = (sign: string): string => {
  const code = sign.codePointAt(0)!;
  if (code === 0x7f) return '␡';
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : `‹${code.toString(16).padStart(4, '0')}›`;
};

/** Text of others in which nothing is hidden: control and format characters by their names, tabs as arrows. */
export const reveal = (text: string): string => clean(text.replaceAll(HIDDEN, visible).replaceAll('\t', '→   '));

/** One line of code, exactly `width` cells. */
export function codeRow(input: CodeInput): Row {
  const { ground, noEol, showsReturn, width, shift } = input;
  const spans = expand(pieces(input, input.text.slice(0, LAID + shift * 2)), input.blanks);
  if (showsReturn && input.text.endsWith('\r')) spans.push({ text: '␍', tone: 'wait' });
  if (noEol) spans.push({ text: ' ⊘ no newline at the end', tone: 'dim' });
  const row = dropCells(spans, shift);
  const seen = wordsAreRightOf(row, width) ? [...fitRow(row, width - MORE.text.length), MORE] : fitRow(row, width);
  return ground === null ? seen : seen.map((span): Span => ({ ...span, ground: span.ground ?? ground }));
}

/** At the end of a row of which only what is out of sight differs. */
const MORE: Span = { text: '»', tone: 'wait' };

/** Two long lines that are cut look alike: does the first word that differs begin only where nothing is seen any more? */
function wordsAreRightOf(row: Row, width: number): boolean {
  const first = row.findIndex(({ ground }) => ground !== undefined);
  return width > 1 && first >= 0 && rowWidth(row.slice(0, first)) >= width - 1;
}

interface Piece extends Span {
  at: number;
}

/** The text cut wherever something about it changes, never within a grapheme. */
function pieces({ tokens, marks, hits, ground, blanks }: CodeInput, whole: string): Piece[] {
  const text = whole.replace(/\r$/, '');
  const edges = new Set([0, text.length]);
  for (const [from, to] of [...tokens, ...marks, ...hits, ...blanks]) {
    for (const edge of [from, to]) if (edge < text.length) edges.add(snapped(text, edge));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  const within = (ranges: readonly (readonly [number, number, ...unknown[]])[], at: number) =>
    ranges.find(([from, to]) => at >= from && at < to);
  return sorted.slice(0, -1).map((from, index): Piece => {
    const tone: Tone | undefined = within(hits, from) ? 'match' : (within(tokens, from)?.[2] as Tone | undefined);
    const isWord = ground !== null && within(marks, from);
    return {
      at: from,
      text: text.slice(from, sorted[index + 1]),
      ...(tone && { tone }),
      ...(isWord && { ground: `${ground}Word` as Ground }),
    };
  });
}

const snapped = (text: string, at: number): number =>
  ASCII.test(text) ? at : (graphemesOf(text).containing(at)?.index ?? at);

/** Tabs as blanks up to their stops, blanks as signs where they are to be seen, hidden signs by their names. */
function expand(list: readonly Piece[], blanks: readonly Range[]): Span[] {
  let column = 0;
  return list.map(({ at, text, ...look }) => {
    const signs = blanks.some(([from, to]) => at >= from && at < to);
    let out = '';
    for (const part of text.split(/(\t)/)) {
      const shown =
        part === '\t'
          ? (signs ? '→' : ' ').padEnd(TAB - ((column + widthOf(out)) % TAB))
          : clean(part.replaceAll(HIDDEN, visible));
      out += signs ? shown.replaceAll(' ', part === '\t' ? ' ' : '·') : shown;
    }
    column += widthOf(out);
    return { text: out, ...look };
  });
}

/** Without the first cells; half of a wide sign becomes a blank. */
function dropCells(row: Row, cells: number): Row {
  if (cells === 0) return row;
  if (rowWidth(row) <= cells) return [];
  let left = cells;
  return row.flatMap((span): Span[] => {
    if (left === 0) return [span];
    const width = widthOf(span.text);
    if (width <= left) {
      left -= width;
      return [];
    }
    let rest = '';
    for (const { segment, index } of graphemesOf(span.text)) {
      if (left <= 0) {
        rest = ' '.repeat(-left) + span.text.slice(index);
        break;
      }
      left -= widthOf(segment);
    }
    left = 0;
    return [{ ...span, text: rest }];
  });
}
