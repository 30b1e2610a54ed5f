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
    item.kind === 'said' && item.live ? growing(item, width, grown) : { ...itemRows(item, look), settled: null };
  const rows = next.rows.map((row) => (rowWidth(row) > width ? fitRow(row, width) : row));
  const one: Known = { ...next, rows, version: item.version, width, open };
  known.set(item, one);
  return one;
}

function growing({ text }: SpokenItem, width: number, before: Known['settled']): Laid & Pick<Known, 'settled'> {
  const from = before?.upTo ?? 0;
  const upTo = isPlainFlow(text.slice(from)) ? settledUpTo(text, from) : from;
  const rows = before ? [...before.rows] : [];
  const add = (part: string) => {
    const more = markdownRows(part, width);
    if (more.length === 0) return;
    if (rows.length > 0) rows.push([]);
    rows.push(...more);
  };
  if (upTo > from) add(text.slice(from, upTo));
  const settled = { upTo, rows: [...rows] };
  add(text.slice(upTo));
  return { rows, moving: [], settled };
}
