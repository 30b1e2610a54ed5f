import { languageOf } from '../../../../core/syntax/languages.ts';
import { lexLine, type Open, type Token } from '../../../../core/syntax/lex.ts';
import { clean, type Row, type Span, takeCells, widthOf } from '../../span.ts';

/** What people write after the fence ▶ an ending of files. */
const NAMES: Record<string, string> = {
  typescript: 'ts',
  javascript: 'js',
  python: 'py',
  shell: 'sh',
  console: 'sh',
  rust: 'rs',
  ruby: 'rb',
  golang: 'go',
  'c++': 'cpp',
  'c#': 'cs',
  csharp: 'cs',
  kotlin: 'kt',
  haskell: 'hs',
};
/** Longer lines (UTF-16 units) are not coloured, of longer blocks (lines) those after. */
const LONGEST = 1000;
const MOST_LINES = 2000;
const TAB = '    ';

/** Lines of code in the colours of their language, folded at the edge: nothing of what is to be copied is out of sight. */
export function codeRows(lines: readonly string[], language: string | null, width: number): Row[] {
  const word = (language ?? '').toLowerCase().split(/[\s,{:]/)[0]!;
  const known = word === '' ? null : languageOf(`x.${NAMES[word] ?? word}`);
  let open: Open = null;
  return lines.flatMap((line, index): Row[] => {
    const text = line.replaceAll('\t', TAB);
    if (!known || text.length > LONGEST || index >= MOST_LINES) return foldCells([{ text: clean(text) }], width);
    const lexed = lexLine(known, text, open);
    open = lexed.open;
    return foldCells(painted(text, lexed.tokens), width);
  });
}

/** A line cut at its tokens. */
export function painted(text: string, tokens: readonly Token[]): Span[] {
  const spans: Span[] = [];
  let at = 0;
  for (const [from, to, tone] of tokens) {
    if (from > at) spans.push({ text: clean(text.slice(at, from)) });
    spans.push({ text: clean(text.slice(from, to)), tone });
    at = to;
  }
  if (at < text.length) spans.push({ text: clean(text.slice(at)) });
  return spans;
}

/** Folded at any cell. */
export function foldCells(row: Row, width: number): Row[] {
  const rows: Span[][] = [[]];
  let left = Math.max(1, width);
  for (const span of row) {
    let rest = span.text;
    while (rest !== '') {
      const head = widthOf(rest) <= left ? rest : left > 0 ? takeCells(rest, left) : '';
      const cells = widthOf(head);
      if (head !== '' && cells <= left) {
        rows.at(-1)!.push({ ...span, text: head });
        rest = rest.slice(head.length);
        left -= cells;
        continue;
      }
      // A sign that is wider than a whole row is left out.
      if (rows.at(-1)!.length === 0) rest = rest.slice(Math.max(1, head.length));
      rows.push([]);
      left = Math.max(1, width);
    }
  }
  return rows;
}
