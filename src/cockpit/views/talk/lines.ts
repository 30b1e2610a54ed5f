import { plural } from '../numbers.ts';
import { clean, type Row, type Span } from '../span.ts';
import { foldCells } from './markdown/code.ts';

/** How much of a long text is laid out: unfolded its beginning and its end, on request all that somebody could read. */
export const SHOWN = { open: { head: 24, tail: 8 }, whole: { head: 8000, tail: 2000 } } as const;
/** Of a longer line (UTF-16 units) only the beginning is laid out. */
const LONGEST = 4000;

/** The lines of a text that are laid out, and how many are left out after `head`. Never splits more of the text than it must. */
export function windowed(
  text: string,
  { head, tail }: { head: number; tail: number },
): {
  head: string[];
  left: number;
  tail: string[];
} {
  const body = text.replace(/\n$/, '');
  if (body === '') return { head: [], left: 0, tail: [] };
  const all = body.split('\n');
  if (all.length <= head + tail + 1) return { head: all, left: 0, tail: [] };
  return { head: all.slice(0, head), left: all.length - head - tail, tail: all.slice(-tail) };
}

/** Plain lines, folded at the edge. */
export function textRows(text: string, width: number, how: keyof typeof SHOWN, tone?: Span['tone']): Row[] {
  const { head, left, tail } = windowed(text, SHOWN[how]);
  const rows = (lines: readonly string[]) =>
    lines.flatMap((line) => {
      const long = line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
      return foldCells([{ text: clean(long.replaceAll('\t', '    ')), ...(tone && { tone }) }], width);
    });
  return [...rows(head), ...leftOut(left, how), ...rows(tail)];
}

/** What says that lines are left out, and how to see them. */
export const leftOut = (count: number, how: keyof typeof SHOWN): Row[] => {
  if (count <= 0) return [];
  const way = how === 'open' ? `o shows ${count === 1 ? 'it' : 'them'}` : 'y copies all';
  return [[{ text: `… ${plural(count, 'more line')}: ${way}`, tone: 'accent' }]];
};
