import type { Comment } from '../schema/review.ts';
import { linesOf } from './patch/parse.ts';
import type { RawPiece } from './patch/pieces.ts';

/** Lines of one part that an agent is shown; it can look at the rest itself. */
const MOST_LINES = 12;
/** Parts that are quoted; the others are named. */
const MOST_PARTS = 10;
/** Characters of one quoted line. */
const MOST_WIDE = 200;

/** Text that is typed to a program: nothing in it may act as a key. */
export const asTyped = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '    ')
    .replace(/[\0-\x09\x0b-\x1f\x7f-\x9f]/g, '');

const quote = (sign: string, bytes: string) =>
  `${sign} ${asTyped(Buffer.from(bytes.replace(/\r?\n$/, ''), 'latin1').toString())
    .replace(/\n/g, ' ')
    .slice(0, MOST_WIDE)}`;

/** `line 12` or `lines 12-14`. */
const linesText = (start: number, end: number) => (end > start ? `lines ${start}-${end}` : `line ${start}`);

function pieceText({ file, piece }: { file: string; piece: RawPiece | null }): string {
  if (!piece) return `${asTyped(file)} (as a whole)`;
  const lines = [...piece.removed.map((line) => quote('-', line)), ...piece.added.map((line) => quote('+', line))];
  const more = lines.length > MOST_LINES ? [`… ${lines.length - MOST_LINES} more lines`] : [];
  const { newStart, added } = piece;
  const where = linesText(newStart, newStart + Math.max(added.length, 1) - 1);
  return [`${asTyped(file)}, ${where}:`, ...lines.slice(0, MOST_LINES), ...more].join('\n');
}

/** What an agent is told of parts that were taken out of its worktree. */
export function rejectText(parts: readonly { file: string; piece: RawPiece | null }[], reason: string | null): string {
  const count = parts.length === 1 ? 'a change' : `${parts.length} changes`;
  const them = parts.length === 1 ? 'it' : 'them';
  const shown = parts.slice(0, MOST_PARTS).map(pieceText);
  const rest = [...new Set(parts.slice(MOST_PARTS).map(({ file }) => asTyped(file)))];
  const more = rest.length > 0 ? [`And more in ${rest.join(', ')}.`] : [];
  const why = reason ? [`Reason: ${asTyped(reason)}`] : [];
  const first = `I have rejected ${count} of yours and taken ${them} out of your worktree. Please do not make ${them} again.`;
  return [[first, ...why].join('\n'), ...shown, ...more].join('\n\n');
}

/** Comments on lines as one prompt: where, the lines themselves, and what is said of them. */
export function commentText(comments: readonly Comment[]): string {
  const parts = comments.map(({ file, line, endLine, quote: quoted, text }) => {
    const lines = linesOf(Buffer.from(quoted).toString('latin1'));
    const shown = lines.slice(0, MOST_LINES).map((one) => quote('>', one));
    const more = lines.length > MOST_LINES ? [`> … ${lines.length - MOST_LINES} more lines`] : [];
    const where = endLine > line ? `${line}-${endLine}` : `${line}`;
    return [`${asTyped(file)}:${where}`, ...shown, ...more, asTyped(text).trim()].join('\n');
  });
  const first = comments.length === 1 ? 'A comment on your changes:' : `${comments.length} comments on your changes:`;
  return [first, ...parts].join('\n\n');
}
