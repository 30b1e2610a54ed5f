import type { Agent } from '../../../schema/agent.ts';
import type { FileChange, Piece } from '../../../schema/change.ts';
import type { Severity } from '../../../schema/collision.ts';
import type { Decision } from '../../../schema/review.ts';
import type { Tone } from '../../theme/tones.ts';
import { clean, type Row, type Span } from '../span.ts';

interface Mark {
  glyph: string;
  word: string;
  tone: Tone;
}

/** How a decision looks. What is pending says nothing. */
export const DECISIONS: Record<Exclude<Decision, 'pending'>, Mark> = {
  returned: { glyph: '↩', word: 'returned', tone: 'wait' },
  rejected: { glyph: '✗', word: 'rejected', tone: 'bad' },
  approved: { glyph: '✓', word: 'approved', tone: 'good' },
  applied: { glyph: '●', word: 'applied', tone: 'calm' },
};
/** Loudest first. */
const ORDER = Object.keys(DECISIONS) as (keyof typeof DECISIONS)[];
export const REVIEWED: Mark = { glyph: '☑', word: 'reviewed', tone: 'good' };
export const FRESH: Mark = { glyph: '*', word: 'new', tone: 'accent' };

export const SEVERITIES: Record<Severity, Mark> = {
  same_line: { glyph: '‼', word: 'same line', tone: 'bad' },
  adjacent_line: { glyph: '!', word: 'close lines', tone: 'wait' },
  different_area: { glyph: '~', word: 'same file', tone: 'calm' },
  identical: { glyph: '=', word: 'identical', tone: 'dim' },
};

export const KINDS: Record<FileChange['kind'], Mark> = {
  created: { glyph: 'A', word: 'created', tone: 'good' },
  edited: { glyph: 'M', word: 'edited', tone: 'wait' },
  deleted: { glyph: 'D', word: 'deleted', tone: 'bad' },
  renamed: { glyph: 'R', word: 'renamed', tone: 'calm' },
};

/** All that can be decided of a file. */
export const piecesOf = ({ hunks, whole }: FileChange): Piece[] =>
  whole ? [whole] : hunks.flatMap((hunk) => hunk.pieces);

/** What stands of a file's pieces, in a glyph each: `✓` all, `✓½` some. */
export function decisionGlyphs(pieces: readonly Piece[]): Row {
  return ORDER.flatMap((decision): Span[] => {
    const count = pieces.filter((piece) => piece.decision === decision).length;
    if (count === 0) return [];
    const { glyph, tone } = DECISIONS[decision];
    return [{ text: count === pieces.length ? glyph : `${glyph}${count}`, tone }];
  });
}

/** The same in words: `✓ 2 approved · ↩ returned`. */
export function decisionWords(pieces: readonly Piece[]): Row {
  return ORDER.flatMap((decision): Span[] => {
    const count = pieces.filter((piece) => piece.decision === decision).length;
    if (count === 0) return [];
    const { glyph, word, tone } = DECISIONS[decision];
    const number = count === pieces.length ? '' : `${count} `;
    return [
      { text: ' · ', tone: 'dim' },
      { text: `${glyph} ${number}${word}`, tone },
    ];
  });
}

/** Something in it is newer than the mark "reviewed"; what was never marked is not new, it is all unseen. */
export const isFresh = ({ review }: Pick<Agent, 'review'>, { file }: FileChange, pieces: readonly Piece[]): boolean =>
  Boolean(review?.[file]?.reviewed) && pieces.some((piece) => piece.fresh);

/** `+12 −3`. */
export const counts = (added: number, removed: number): Row => [
  { text: `+${added}`, tone: 'good' },
  { text: ' ' },
  { text: `−${removed}`, tone: 'bad' },
];

/** Whose edits a file of a shared checkout has: `by api, docs`, or that it is not known. Nothing where each works alone. */
export const byWords = ({ writers }: Pick<FileChange, 'writers'>): string =>
  writers ? `by ${writers.map(clean).join(', ') || '?'}` : '';
