import type { Language } from './languages.ts';

export type TokenKind = 'comment' | 'string' | 'keyword' | 'number';
/** Half-open, in UTF-16 units. */
export type Token = readonly [from: number, to: number, kind: TokenKind];
/** What the end of a line leaves open: the text that closes it. Null: nothing. */
export type Open = { until: string; kind: 'comment' | 'string' } | null;

const WORD = /[\p{L}_$@][\p{L}\p{N}_$-]*/uy;
const PLAIN_WORD = /[\p{L}_$][\p{L}\p{N}_$]*/uy;
const NUMBER = /(?:0[xob][\da-f_]+|\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)[a-z%]*/iy;

/**
 * Comments, strings, words of the language and numbers of one line: what the eye needs, for a piece of a file that no parser would
 * take. Looks at each sign once; what it does not know it leaves plain.
 */
export function lexLine(language: Language, text: string, open: Open): { tokens: Token[]; open: Open } {
  const tokens: Token[] = [];
  let at = 0;
  /** Up to where `until` closes what is open, or null when it does not in this line. */
  const closes = (from: number, until: string, escapes: boolean): number | null => {
    for (let index = from; index < text.length; index++) {
      if (escapes && text[index] === '\\') index++;
      else if (text.startsWith(until, index)) return index + until.length;
    }
    return null;
  };
  if (open) {
    const end = closes(0, open.until, open.kind === 'string');
    tokens.push([0, end ?? text.length, open.kind]);
    if (end === null) return { tokens, open };
    at = end;
  }
  while (at < text.length) {
    const next = tokenAt(language, text, at, closes);
    if (next.kind) tokens.push([at, next.to, next.kind]);
    if (next.open) return { tokens, open: next.open };
    at = next.to;
  }
  return { tokens, open: null };
}

interface Next {
  to: number;
  kind?: TokenKind;
  open?: Open;
}

function tokenAt(
  language: Language,
  text: string,
  at: number,
  closes: (from: number, until: string, escapes: boolean) => number | null,
): Next {
  const starts = (mark: string) => text.startsWith(mark, at);
  if (language.line.some((mark) => starts(mark) && begins(mark, text, at))) return { to: text.length, kind: 'comment' };
  const block = language.block.find(([mark]) => starts(mark));
  if (block) {
    const end = closes(at + block[0].length, block[1], false);
    if (end === null) return { to: text.length, kind: 'comment', open: { until: block[1], kind: 'comment' } };
    return { to: end, kind: 'comment' };
  }
  const long = language.long.find(starts);
  if (long !== undefined) {
    const end = closes(at + long.length, long, true);
    if (end === null) return { to: text.length, kind: 'string', open: { until: long, kind: 'string' } };
    return { to: end, kind: 'string' };
  }
  const quote = language.quotes.find(starts);
  // A quote that nothing closes is an apostrophe, or a lifetime.
  const end = quote === undefined ? null : closes(at + 1, quote, true);
  if (end !== null) return { to: end, kind: 'string' };
  return wordAt(language, text, at);
}

function wordAt({ words, dashes, folds }: Language, text: string, at: number): Next {
  const pattern = dashes ? WORD : PLAIN_WORD;
  pattern.lastIndex = at;
  const word = pattern.exec(text)?.[0];
  if (word) {
    const known = words.has(folds ? word.toLowerCase() : word);
    return known ? { to: at + word.length, kind: 'keyword' } : { to: at + word.length };
  }
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(text)?.[0];
  return number ? { to: at + number.length, kind: 'number' } : { to: at + 1 };
}

/** `#` and `--` begin a comment at a word's start alone: `a#b` and `i--` do not. */
const begins = (mark: string, text: string, at: number): boolean =>
  (mark !== '#' && mark !== '--') || at === 0 || /\s/.test(text[at - 1]!);
