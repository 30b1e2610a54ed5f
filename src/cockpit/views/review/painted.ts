import type { ShownHunk } from '../../../core/diff/rows.ts';
import { type WordMarks, wordMarks } from '../../../core/diff/words.ts';
import { type Language, languageOf } from '../../../core/syntax/languages.ts';
import { lexLine, type Open, type Token } from '../../../core/syntax/lex.ts';
import type { FetchedDiff } from '../../store/review.ts';

/** What of a diff is coloured. */
export type Painted = { file: string; hunks: readonly Pick<FetchedDiff['hunks'][number], 'lines'>[] };

/** Hunks of more lines, and longer lines (UTF-16 units), are not coloured: the time for it would be felt at a key. */
const MOST_LINES = 4000;
const LONGEST = 1000;

/** What was found out about one hunk, when it first came into sight. */
interface Known {
  tokens: (readonly Token[])[] | null;
  marks: Map<number, WordMarks | null>;
  /** Some of its lines end in CRLF and others do not. */
  mixed: boolean;
}
const known = new WeakMap<Painted, Map<number, Known>>();

function knownOf(diff: Painted, hunk: number): Known {
  let hunks = known.get(diff);
  if (!hunks) known.set(diff, (hunks = new Map()));
  let one = hunks.get(hunk);
  if (!one) {
    const { lines } = diff.hunks[hunk]!;
    const language = lines.length > MOST_LINES ? null : languageOf(diff.file);
    const returns = lines.length > MOST_LINES ? 0 : lines.filter(({ text }) => text.endsWith('\r')).length;
    one = {
      tokens: language && lexed(language, lines),
      marks: new Map(),
      mixed: returns > 0 && returns < lines.length,
    };
    hunks.set(hunk, one);
  }
  return one;
}

/** Both sides are read as what they are: texts of their own, which share the unchanged lines. */
function lexed(language: Language, lines: ShownHunk['lines']): Known['tokens'] {
  let [old, now]: [Open, Open] = [null, null];
  return lines.map(({ type, text }) => {
    if (text.length > LONGEST) return [];
    const { tokens, open } = lexLine(language, text, type === 'removed' ? old : now);
    if (type !== 'added') old = open;
    if (type !== 'removed') now = open;
    return tokens;
  });
}

export const tokensAt = (diff: Painted, hunk: number, line: number): readonly Token[] =>
  knownOf(diff, hunk).tokens?.[line] ?? [];

export const hasMixedEnds = (diff: Painted, hunk: number): boolean => knownOf(diff, hunk).mixed;

/** What differs between a line and the one that stands for it. `blanks`: they differ in nothing else. */
export function marksAt(
  diff: Painted,
  hunk: number,
  line: number,
  mate: number,
): { ranges: WordMarks['old']; blanks: boolean } {
  const { lines } = diff.hunks[hunk]!;
  const [removed, added] = lines[line]!.type === 'removed' ? [line, mate] : [mate, line];
  const { marks } = knownOf(diff, hunk);
  if (!marks.has(removed)) marks.set(removed, wordMarks(lines[removed]!.text, lines[added]!.text));
  const found = marks.get(removed);
  const bare = (at: number) => lines[at]!.text.replaceAll(/\s+/g, '');
  const blanks = Boolean(found) && bare(removed) === bare(added);
  return { ranges: (line === removed ? found?.old : found?.new) ?? [], blanks };
}
