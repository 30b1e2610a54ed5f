import type { Field } from '../../store/dialogs.ts';
import { type Row, takeCells, widthOf } from '../span.ts';

/** A text field of one line: the part around the cursor, and the cursor's column in it. */
export function fieldLine({ text, cursor }: Field, width: number): { text: string; x: number } {
  let start = 0;
  let cells = widthOf(text.slice(0, cursor));
  // One cell stays free for the cursor behind the last character.
  while (cells > width - 1) {
    const first = takeCells(text.slice(start), 1);
    start += first.length;
    cells -= widthOf(first);
  }
  return { text: takeCellsOrNone(text.slice(start), width), x: widthOf(text.slice(start, cursor)) };
}

const takeCellsOrNone = (text: string, width: number): string => (text ? takeCells(text, width) : '');

/** A text of many lines, folded at `width` cells (never at words: the cursor must know where it is). */
export function fieldLines({ text, cursor }: Field, width: number): { rows: Row[]; x: number; y: number } {
  const lines = fold(text, width);
  const found = lines.findLastIndex(({ from }) => from <= cursor);
  const { part, from } = lines[found]!;
  return { rows: lines.map((line) => line.row), x: widthOf(part.slice(0, cursor - from)), y: found };
}

interface Line {
  part: string;
  /** Where it begins in the whole text. */
  from: number;
  row: Row;
}
let last: { text: string; width: number; lines: Line[] } | undefined;

/** The lines of a text at this width; those of the last one are kept, since the cursor moves more often than the text changes. */
function fold(text: string, width: number): Line[] {
  if (last?.text === text && last.width === width) return last.lines;
  const lines: Line[] = [];
  let from = 0;
  for (const paragraph of text.split('\n')) {
    let at = 0;
    do {
      // Combining characters take no cell: a row may hold more characters than cells, but not all of a megabyte.
      const part = takeCellsOrNone(paragraph.slice(at, at + width * 4), width);
      lines.push({ part, from: from + at, row: [{ text: part }] });
      at += part.length;
    } while (at < paragraph.length);
    from += paragraph.length + 1;
  }
  last = { text, width, lines };
  return lines;
}
