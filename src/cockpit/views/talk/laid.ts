import type { Item, SpokenItem } from '../../../core/talk/items.ts';
import type { Fold } from '../../store/talk.ts';
import { fitRow, type Row, rowWidth } from '../span.ts';
import { itemRows, type Laid, type Look } from './items.ts';
import { markdownRows } from './markdown/blocks.ts';
import { isPlainFlow, settledUpTo } from './markdown/chunks.ts';

interface Known extends Laid {
  version: number;
  width: number;
  open: Fold;
  /** Of a text that grows: up to where it is laid out for good, and its rows. */
  settled: { upTo: number; rows: Row[] } | null;
}

const known = new WeakMap<Item, Known>();

/** An item's rows, made anew only when it, the width or its folding has changed; of a message that grows only what is new. */
export function laidItem(item: Item, look: Look): Laid {
  const before = known.get(item);
  const { width, open } = look;
  if (before && before.version === item.version && before.width === width && before.open === open) return before;
  const grown = before?.width === width ? before.settled : null;
  const next =
    item.kind === 'said' && item.live
      ? growing(item, width, grown)
      : { ...fitted(itemRows(item, look), width), settled: null };
  const one: Known = { ...next, version: item.version, width, open };
  known.set(item, one);
  return one;
}

/** Whatever the parts make of it, nothing leaves its width. */
const fittedRows = (rows: readonly Row[], width: number): Row[] =>
  rows.map((row) => (rowWidth(row) > width ? fitRow(row, width) : row));
const fitted = ({ rows, moving }: Laid, width: number): Laid => ({ rows: fittedRows(rows, width), moving });

/** Costs what has come since the last time, besides one copy of the rows: those that are settled are not looked at again. */
function growing({ text }: SpokenItem, width: number, before: Known['settled']): Laid & Pick<Known, 'settled'> {
  const from = before?.upTo ?? 0;
  const upTo = isPlainFlow(text.slice(from)) ? settledUpTo(text, from) : from;
  const after = (above: readonly Row[], part: string): Row[] => {
    const more = fittedRows(markdownRows(part, width), width);
    return above.length > 0 && more.length > 0 ? [[], ...more] : more;
  };
  const rows = before?.rows ?? [];
  const settled = upTo > from ? { upTo, rows: rows.concat(after(rows, text.slice(from, upTo))) } : { upTo, rows };
  return { rows: settled.rows.concat(after(settled.rows, text.slice(upTo))), moving: [], settled };
}
