import type { Tone } from '../theme/tones.ts';
import { fitRow, type Row, rowWidth, type Span } from './span.ts';

export interface FrameInput {
  width: number;
  height: number;
  /** In the top border, from the left. */
  title: Row;
  /** In the top border, at the right end; left out when there is no room. */
  right?: Row;
  /** In the bottom border, at the right end. */
  foot?: Row;
  tone: Tone;
  /** Content rows; missing ones are blank, surplus ones are cut. */
  rows: readonly Row[];
}

/** A box of exactly width × height with its title in the border. */
export function frame({ width, height, title, right = [], foot = [], tone, rows }: FrameInput): Row[] {
  const inner = Math.max(0, width - 2);
  const body: Row[] = [];
  for (let index = 0; index < height - 2; index++) {
    body.push([{ text: '│', tone }, ...fitRow(rows[index] ?? [], inner), { text: '│', tone }]);
  }
  const top = edge('╭', '╮', inner, title, right, tone);
  return [top, ...body, edge('╰', '╯', inner, [], fitTitle(foot, inner - 3), tone)].slice(0, height);
}

function edge(left: string, end: string, inner: number, title: Row, right: Row, tone: Tone): Row {
  const head: Span[] = title.length ? [{ text: ' ' }, ...fitTitle(title, inner - 2), { text: ' ' }] : [];
  const tail: Span[] = right.length ? [{ text: ' ' }, ...right, { text: ' ' }] : [];
  const room = inner - rowWidth(head) - rowWidth(tail);
  const shown = room >= 1 ? tail : [];
  const rule = inner - rowWidth(head) - rowWidth(shown);
  return [
    { text: left, tone },
    ...head,
    { text: '─'.repeat(Math.max(0, rule - (shown.length ? 1 : 0))), tone },
    ...shown,
  ]
    .concat(shown.length ? [{ text: '─', tone }] : [])
    .concat([{ text: end, tone }]);
}

const fitTitle = (title: Row, width: number): Row =>
  rowWidth(title) <= width ? title : fitRow(title, Math.max(0, width));
