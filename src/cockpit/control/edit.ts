import { graphemesOf } from '../../util/graphemes.ts';
import type { Field } from '../store/dialogs.ts';

/** No grapheme that somebody writes is longer, in UTF-16 units: a text of a megabyte need not be walked through for one step. */
const LONGEST_GRAPHEME = 256;
/** A field of one line takes no more characters: nobody reads on, and what is made of it is made at every key. */
const LINE_LIMIT = 1000;

const lengthsOf = (text: string) => Array.from(graphemesOf(text), ({ segment }) => segment.length);
const before = (text: string, cursor: number) =>
  cursor - (lengthsOf(text.slice(Math.max(0, cursor - LONGEST_GRAPHEME), cursor)).at(-1) ?? 0);
const after = (text: string, cursor: number) =>
  cursor + (lengthsOf(text.slice(cursor, cursor + LONGEST_GRAPHEME))[0] ?? 0);
const wordBefore = (text: string, cursor: number) => /\S*\s*$/.exec(text.slice(0, cursor))!.index;
const wordAfter = (text: string, cursor: number) => cursor + /^\s*\S*/.exec(text.slice(cursor))![0].length;
const lineStart = (text: string, cursor: number) => text.lastIndexOf('\n', cursor - 1) + 1;
const lineEnd = (text: string, cursor: number) => {
  const end = text.indexOf('\n', cursor);
  return end < 0 ? text.length : end;
};

/** Text put in at the cursor. Line breaks become blanks in a field of one line; other control characters go. */
export function insert({ text, cursor }: Field, added: string, multiline: boolean): Field {
  const room = multiline ? added.length : Math.max(0, LINE_LIMIT - text.length);
  const lines = added.slice(0, room).replaceAll(/\r\n?/g, '\n').replaceAll('\t', '  ');
  const kept = (multiline ? lines : lines.replaceAll('\n', ' ')).replaceAll(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/g, '');
  return { text: text.slice(0, cursor) + kept + text.slice(cursor), cursor: cursor + kept.length };
}

const remove = ({ text }: Field, from: number, to: number): Field => ({
  text: text.slice(0, from) + text.slice(to),
  cursor: from,
});

/** Editing keys of a text field, as in a shell. Returns the same field when the key does nothing to it. */
export function edit(one: Field, key: string, multiline = false): Field {
  const { text, cursor } = one;
  const move = (to: number): Field => (to === cursor ? one : { text, cursor: to });
  switch (key) {
    case 'Left':
    case 'C-b':
      return move(before(text, cursor));
    case 'Right':
    case 'C-f':
      return move(after(text, cursor));
    case 'C-Left':
    case 'M-Left':
    case 'M-b':
      return move(wordBefore(text, cursor));
    case 'C-Right':
    case 'M-Right':
    case 'M-f':
      return move(wordAfter(text, cursor));
    case 'Home':
    case 'C-a':
      return move(lineStart(text, cursor));
    case 'End':
    case 'C-e':
      return move(lineEnd(text, cursor));
    case 'Up':
      return multiline ? move(vertical(text, cursor, -1)) : one;
    case 'Down':
      return multiline ? move(vertical(text, cursor, 1)) : one;
    default:
      return erase(one, key);
  }
}

function erase(one: Field, key: string): Field {
  const { text, cursor } = one;
  switch (key) {
    case 'BSpace':
    case 'C-h':
      return cursor === 0 ? one : remove(one, before(text, cursor), cursor);
    case 'DC':
    case 'C-d':
      return cursor === text.length ? one : remove(one, cursor, after(text, cursor));
    case 'C-w':
    case 'M-BSpace':
      return remove(one, wordBefore(text, cursor), cursor);
    case 'C-u':
      return remove(one, lineStart(text, cursor), cursor);
    case 'C-k':
      return remove(one, cursor, lineEnd(text, cursor));
    default:
      return one;
  }
}

/** The same column one line up or down; the beginning or the end when there is no such line. */
function vertical(text: string, cursor: number, by: 1 | -1): number {
  const start = lineStart(text, cursor);
  const column = cursor - start;
  if (by < 0) {
    if (start === 0) return 0;
    const previous = lineStart(text, start - 1);
    return Math.min(previous + column, start - 1);
  }
  const end = lineEnd(text, cursor);
  if (end === text.length) return text.length;
  return Math.min(end + 1 + column, lineEnd(text, end + 1));
}
