/** One piece of a pattern: a character that must stand there, any one (`?`), or any number of them (`*`). */
type Piece = { char: string } | 'one' | 'many';

/** `\*`, `\?` and `\\` stand for themselves. */
function piecesOf(pattern: string): Piece[] {
  const out: Piece[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at]!;
    if (char === '\\' && at + 1 < pattern.length) out.push({ char: pattern[++at]! });
    else if (char === '*') out.push('many');
    else out.push(char === '?' ? 'one' : { char });
  }
  return out;
}

/** A pattern that fits exactly this text. */
export const literally = (text: string): string => text.replace(/[\\*?]/g, '\\$&');

/** The text that a pattern without wildcards stands for, null when it has some. */
export function literalOf(pattern: string): string | null {
  const pieces = piecesOf(pattern);
  return pieces.every((one) => typeof one === 'object') ? pieces.map(({ char }) => char).join('') : null;
}

/** Greedy, with one step back to the last `many`: at worst length of the pattern times length of the text, whatever both hold. */
function run<T>(pattern: readonly Piece[], text: readonly T[], fits: (piece: Piece, unit: T) => boolean): boolean {
  let [at, piece, star, from] = [0, 0, -1, 0];
  while (at < text.length) {
    const now = pattern[piece];
    if (now === 'many') {
      star = piece++;
      from = at;
    } else if (now !== undefined && fits(now, text[at]!)) {
      at++;
      piece++;
    } else if (star >= 0) {
      piece = star + 1;
      at = ++from;
    } else return false;
  }
  return pattern.slice(piece).every((one) => one === 'many');
}

/** Does the pattern fit the whole text? `*` stands for anything, `?` for one character, `\` takes their meaning away. */
export const fitsWildcard = (pattern: string, text: string): boolean =>
  run(piecesOf(pattern), text.split(''), (piece, unit) => piece === 'one' || (piece as { char: string }).char === unit);

/** Does `wide` fit everything that `narrow` fits? False also where that is hard to say. */
export const coversWildcard = (wide: string, narrow: string): boolean =>
  run(piecesOf(wide), piecesOf(narrow), (piece, unit) => {
    if (unit === 'many') return false;
    if (piece === 'one') return true;
    return unit !== 'one' && (piece as { char: string }).char === unit.char;
  });
