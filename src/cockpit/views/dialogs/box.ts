import type { Rect } from '../../../core/layout/rect.ts';
import type { Size } from '../../../schema/agent.ts';
import { frame } from '../frame.ts';
import { keyLabel } from '../keys.ts';
import { fitRow, type Row, rowWidth, type Span } from '../span.ts';
import type { Zone } from '../view.ts';

/** A dialog ready to draw; `cursor` and `zones` count from its own top left. */
export interface DialogView {
  rect: Rect;
  rows: Row[];
  cursor: { x: number; y: number } | null;
  zones: Zone[];
  /** Its own keys, which the bottom line tells too. */
  buttons: readonly Button[];
  /** Rows of its scrolling part that are seen, and that there are. */
  page: number;
  lines: number;
}

export interface BoxInput {
  size: Size;
  title: string;
  /** Wanted width and height of the content; cut to the screen. */
  width: number;
  height?: number;
  /** Stays above the scrolling part. */
  head?: readonly Row[];
  /** Scrolls. */
  body: readonly Row[];
  top?: number;
  /** Stays below it. */
  foot?: readonly Row[];
  /** In content coordinates of head, or of body when the text cursor is there. */
  cursor?: { x: number; y: number; in: 'head' | 'body' } | null;
  /** Rows of the body that can be clicked: item i stands in row i. */
  items?: boolean;
  buttons?: readonly Button[];
}

export interface Button {
  /** What it does; its key is written behind it. */
  label: string;
  key: string;
}

/** Blanks between border and content. */
const MARGIN = 1;
const LEAST_BODY = 1;

/** A box in the middle of the screen; what does not fit scrolls. */
export function box(input: BoxInput): DialogView {
  const { size, title, body, head = [], foot = [], buttons = [], top = 0, cursor = null } = input;
  const width = Math.min(input.width + 2 + 2 * MARGIN, size.cols);
  const inner = width - 2 - 2 * MARGIN;
  const bottom: Row[] = buttons.length ? [...foot, [], buttonRow(buttons)] : [...foot];
  const fixed = head.length + bottom.length + 2;
  const most = Math.max(LEAST_BODY, size.rows - fixed - 2);
  const page = Math.min(most, Math.max(LEAST_BODY, input.height ?? body.length));
  const first = Math.max(0, Math.min(top, body.length - page));
  const shown = body.slice(first, first + page);
  while (shown.length < page) shown.push([]);
  const rows = [...head, ...shown, ...bottom].map((row): Row => [{ text: ' ' }, ...fitRow(row, inner), { text: ' ' }]);
  const height = Math.min(rows.length + 2, size.rows);
  const rect = {
    x: Math.floor((size.cols - width) / 2),
    y: Math.max(0, Math.floor((size.rows - height) / 2)),
    width,
    height,
  };
  const more = body.length > page ? scrollNote(first, page, body.length) : [];
  const at = (row: number) => 1 + row;
  return {
    rect,
    rows: frame({ width, height, title: [{ text: title, tone: 'strong' }], tone: 'focus', rows, foot: more }),
    cursor: cursor && {
      x: Math.min(width - 2, 1 + MARGIN + cursor.x),
      y: at(cursor.in === 'head' ? cursor.y : head.length + cursor.y - first),
    },
    zones: [
      ...(input.items ? itemZones(shown.length, first, at(head.length), width) : []),
      ...buttonZones(buttons, at(head.length + page + foot.length + 1)),
    ],
    buttons,
    page,
    lines: body.length,
  };
}

const scrollNote = (first: number, page: number, count: number): Row => [
  { text: `${first + 1}–${Math.min(count, first + page)} of ${count}`, tone: 'dim' },
];

const itemZones = (count: number, first: number, y: number, width: number): Zone[] =>
  Array.from({ length: count }, (_, index) => ({
    x: 1,
    y: y + index,
    width: width - 2,
    height: 1,
    item: first + index,
  }));

const buttonSpan = ({ label, key }: Button): Span => ({ text: `[ ${label} ${keyLabel(key)} ]`, tone: 'key' });

function buttonRow(buttons: readonly Button[]): Row {
  return buttons.flatMap((button) => [buttonSpan(button), { text: '  ' }]);
}

function buttonZones(buttons: readonly Button[], y: number): Zone[] {
  let x = 1 + MARGIN;
  return buttons.map((button) => {
    const width = rowWidth([buttonSpan(button)]);
    const zone = { x, y, width, height: 1, press: button.key };
    x += width + 2;
    return zone;
  });
}
