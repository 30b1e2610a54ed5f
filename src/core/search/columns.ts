import { textWidth } from '../../util/text.ts';

/** Terminal columns of spans of a text as [start, end), counted from 1: a wide character takes two. */
export function columnsOf(text: string, spans: readonly (readonly [number, number])[]): [number, number][] {
  const column = (index: number) => textWidth(text.slice(0, index)) + 1;
  return spans.map(([start, end]) => [column(start), column(end)]);
}
