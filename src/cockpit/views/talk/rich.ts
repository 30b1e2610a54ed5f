import { clean, type Row, type Span, takeCells, widthOf } from '../span.ts';

/** A run of spans between two places at which a row may be folded. */
interface Word {
  spans: Span[];
  width: number;
}

/** Scripts without blanks between words: a row may be folded at any of their signs. */
const ANYWHERE = /[\u1100-\u11ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\u{1f000}-\u{3ffff}]/u;

/** Spans folded at blanks to at most `width` cells a row; a longer word is broken. Line feeds in them begin a new row. */
export function wrapRow(spans: Row, width: number): Row[] {
  const rows: Row[] = [];
  for (const line of linesOf(spans)) rows.push(...wrapLine(line, Math.max(1, width)));
  return rows;
}

/** At line feeds; what each line has is made fit for a row. */
function linesOf(spans: Row): Span[][] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    span.text.split('\n').forEach((part, index) => {
      if (index > 0) lines.push([]);
      const text = clean(part.replaceAll('\t', '    '));
      if (text !== '') lines.at(-1)!.push({ ...span, text });
    });
  }
  return lines;
}

function wrapLine(line: readonly Span[], width: number): Row[] {
  const rows: Span[][] = [[]];
  let used = 0;
  let blank: Span[] = [];
  const start = () => {
    rows.push([]);
    used = 0;
  };
  for (const word of wordsOf(line)) {
    if (word.spans[0]!.text.startsWith(' ')) {
      blank = word.spans;
      continue;
    }
    const gap = blank.reduce((sum, one) => sum + widthOf(one.text), 0);
    const fits = used + gap + word.width <= width;
    if (fits || (used + gap < width - 1 && ANYWHERE.test(word.spans[0]!.text))) {
      rows.at(-1)!.push(...blank);
      used += gap;
    } else if (used > 0) start();
    blank = [];
    for (const span of word.spans) {
      let rest = span.text;
      while (rest !== '' && used + widthOf(rest) > width) {
        const head = used < width ? takeCells(rest, width - used) : '';
        const goesIn = head !== '' && used + widthOf(head) <= width;
        if (goesIn) rows.at(-1)!.push({ ...span, text: head });
        // A sign wider than the whole row is left out.
        rest = goesIn ? rest.slice(head.length) : used === 0 ? rest.slice(head.length) : rest;
        start();
      }
      if (rest === '') continue;
      rows.at(-1)!.push({ ...span, text: rest });
      used += widthOf(rest);
    }
  }
  return rows;
}

/** Blanks are words of their own; spans that touch without one are one word. */
function wordsOf(line: readonly Span[]): Word[] {
  const words: Word[] = [];
  let open = false;
  for (const span of line) {
    for (const [part] of span.text.matchAll(/ +|[^ ]+/g)) {
      const isBlank = part.startsWith(' ');
      const one = { ...span, text: part };
      const last = words.at(-1);
      if (!isBlank && open && last) {
        last.spans.push(one);
        last.width += widthOf(part);
      } else words.push({ spans: [one], width: widthOf(part) });
      open = !isBlank;
    }
  }
  return words;
}

/** Everything in it in one tone. */
export const toned = (row: Row, tone: NonNullable<Span['tone']>): Row => row.map((span) => ({ ...span, tone }));

/** Rows with something before the first and something as wide before all others. */
export const indented = (rows: readonly Row[], first: Row, others: Row): Row[] =>
  rows.map((row, index) => [...(index === 0 ? first : others), ...row]);
