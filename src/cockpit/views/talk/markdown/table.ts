import type { Tokens } from 'marked';
import { fitRow, type Row, rowWidth } from '../../span.ts';
import { wrapRow } from '../rich.ts';
import { inline } from './inline.ts';

const LEAST = 3;
/** ` │ ` between two columns. */
const GAP = 3;

/** A table as wide as it needs to be and as there is room: columns that are too wide give way and fold their cells. */
export function tableRows({ header, rows, align }: Tokens.Table, width: number): Row[] {
  const table = [header, ...rows].map((row) => row.map(({ tokens }) => inline(tokens)));
  const wants = header.map((_, x) => Math.max(LEAST, ...table.map((row) => rowWidth(row[x] ?? []))));
  const widths = fitted(wants, width - GAP * (wants.length - 1));
  const out: Row[] = [];
  table.forEach((cells, index) => {
    const folded = widths.map((cells_, x) => wrapRow(cells[x] ?? [], cells_));
    const height = Math.max(1, ...folded.map((one) => one.length));
    for (let y = 0; y < height; y++) {
      out.push(
        widths.flatMap((cells_, x): Row => {
          const cell = aligned(folded[x]![y] ?? [], cells_, align[x] ?? null);
          const shown = index === 0 ? cell.map((span) => ({ ...span, tone: span.tone ?? ('strong' as const) })) : cell;
          return x === 0 ? shown : [{ text: ' │ ', tone: 'border' }, ...shown];
        }),
      );
    }
    if (index === 0) out.push([{ text: widths.map((cells_) => '─'.repeat(cells_)).join('─┼─'), tone: 'border' }]);
  });
  return out;
}

/** The widest give way first, until all fit; never below LEAST. */
function fitted(wants: readonly number[], room: number): number[] {
  const widths = [...wants];
  let over = widths.reduce((sum, one) => sum + one, 0) - room;
  while (over > 0) {
    const widest = Math.max(...widths);
    if (widest <= LEAST) break;
    const second = Math.max(LEAST, ...widths.filter((one) => one < widest));
    const count = widths.filter((one) => one === widest).length;
    const by = Math.max(1, Math.min(widest - second, Math.ceil(over / count)));
    for (let x = 0; x < widths.length && over > 0; x++) {
      if (widths[x] !== widest) continue;
      const cut = Math.min(by, over);
      widths[x] = widest - cut;
      over -= cut;
    }
  }
  return widths;
}

function aligned(row: Row, width: number, align: 'left' | 'right' | 'center' | null): Row {
  const blank = Math.max(0, width - rowWidth(row));
  const before = align === 'right' ? blank : align === 'center' ? Math.floor(blank / 2) : 0;
  return fitRow(before > 0 ? [{ text: ' '.repeat(before) }, ...row] : row, width);
}
