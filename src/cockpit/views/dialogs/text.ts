import type { Field } from '../../store/dialogs.ts';
import { type Row, takeCells, widthOf } from '../span.ts';

/** A text field of one line: the part around the cursor, and the cursor's column in it. */
export function fieldLine({ text, cursor }: Field, width: number): { text: string; x: number } {
  let start = 0;
  // One cell stays free for the cursor behind the last character.
  while (widthOf(text.slice(start, cursor)) > width - 1) start += takeCells(text.slice(start), 1).length;
  return { text: takeCellsOrNone(text.slice(start), width), x: widthOf(text.slice(start, cursor)) };
}

const takeCellsOrNone = (text: string, width: number): string => (text ? takeCells(text, width) : '');

/** A text of many lines, folded at `width` cells (never at words: the cursor must know where it is). */
export function fieldLines({ text, cursor }: Field, width: number): { rows: Row[]; x: number; y: number } {
  const rows: Row[] = [];
  let at = { x: 0, y: 0 };
  let offset = 0;
  for (const paragraph of text.split('\n')) {
    let rest = paragraph;
    do {
      const part = takeCellsOrNone(rest, width);
      const end = offset + part.length;
      const last = part.length === rest.length;
      if (cursor >= offset && (cursor < end || (last && cursor === end))) {
        at = { x: widthOf(part.slice(0, cursor - offset)), y: rows.length };
      }
      rows.push([{ text: part }]);
      rest = rest.slice(part.length);
      offset = end;
    } while (rest);
    offset += 1;
  }
  return { rows, ...at };
}
