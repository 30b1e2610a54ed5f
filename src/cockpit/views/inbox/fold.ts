import { reveal } from '../review/code.ts';
import { type Row, type Span, takeCells } from '../span.ts';

/** Longer texts are not laid out row by row to their end: nobody reads on, and it is said. In UTF-16 units. */
export const LAID_OUT = 2_000_000;

/** A text of others whole and to the letter, folded where the row ends: `│` begins its lines, `┊` what goes on. */
export function exactRows(text: string, width: number, tone: Span['tone'] = 'plain'): Row[] {
  const room = Math.max(1, width - 2);
  return text.split('\n').flatMap((source): Row[] => {
    const rows: Row[] = [];
    let rest = reveal(source);
    do {
      // Combining characters take no cell: a row may hold more characters than cells, but not all of a megabyte.
      const part = rest === '' ? '' : takeCells(rest.slice(0, room * 4), room);
      rows.push([
        { text: rows.length === 0 ? '│ ' : '┊ ', tone: 'border' },
        { text: part, tone },
      ]);
      rest = rest.slice(part.length);
    } while (rest !== '');
    return rows;
  });
}
