import { type AST, RegExpParser, RegExpSyntaxError, visitRegExpAST } from '@eslint-community/regexpp';
import type { Pattern } from '../../schema/search.ts';
import { MAX_PATTERN } from '../../schema/search-limits.ts';
import { BooError } from '../../util/errors.ts';
import { type Needle, needlesOf } from './needle.ts';
import { eitherForm, withinLine } from './within-line.ts';

const parser = new RegExpParser({ ecmaVersion: 2025 });
const HINT = 'JavaScript syntax holds, with the flag u; -F searches for the text as it stands.';

/** What finds a pattern. */
export interface Matcher {
  /** For lines joined by LF. */
  readonly regexp: RegExp;
  /** Each match contains one of them; none: nothing is known of what it contains. */
  needles: Needle[];
}

/**
 * The regular expression that finds a pattern in lines joined by LF: a match never spans two lines, `^` and `$` are the
 * edges of a line. Throws `usage` that says what is wrong with the pattern and where.
 */
export function readPattern(pattern: Pattern): Matcher {
  const { text, fixed } = pattern;
  const length = [...text].length;
  if (length === 0) throw bad('the pattern is empty', 'Give what is to be found.');
  if (length > MAX_PATTERN) throw bad(`the pattern has ${length} characters, at most ${MAX_PATTERN} are allowed`);
  const lineBreak = text.search(/[\r\n]/);
  if (lineBreak >= 0) {
    const place = placeIn(text, lineBreak);
    throw bad(`the pattern has a line break ${place}, but a match never spans lines`, 'Search for one of its lines.');
  }
  // As typed it is counted; from here on a letter and its marks are one character where there is such a one.
  const whole = text.normalize('NFC');
  if (fixed || !SYNTAX.test(whole)) return textMatcher(whole, ignoresCase(pattern, undefined));
  const tree = parse(whole);
  const flags = flagsOf(ignoresCase(pattern, tree));
  try {
    const regexp = new RegExp(withinLine(whole, tree), flags);
    return { regexp, needles: needlesOf(tree, whole, regexp.ignoreCase) };
  } catch (error) {
    // What the parser takes and this version of V8 does not.
    const reason = error instanceof Error ? error.message.replace(/^.*\/\w*: /s, '') : String(error);
    throw bad(`the pattern cannot be used: ${reason} (from character 1)`, HINT);
  }
}

const bad = (message: string, hint?: string) => new BooError('usage', message, hint);

/** Counted in characters from 1, as a person does. */
const placeIn = (text: string, index: number) =>
  `at character ${[...text.slice(0, Math.min(index, text.length - 1))].length + 1}`;

function parse(text: string): AST.Pattern {
  try {
    return parser.parsePattern(text, 0, text.length, { unicode: true });
  } catch (error) {
    if (!(error instanceof RegExpSyntaxError)) throw error;
    const reason = error.message.replace(/^.*\/u: /s, '').replace(/^[A-Z]/, (letter) => letter.toLowerCase());
    throw bad(`the pattern is no regular expression: ${reason} ${placeIn(text, error.index)}`, HINT);
  }
}

const SYNTAX = /[\\^$.*+?()[\]{}|/]/;
const flagsOf = (ignores: boolean) => (ignores ? 'gmui' : 'gmu');

/** A text as it stands: where its needle can be looked for the expression is never made. */
function textMatcher(text: string, ignores: boolean): Matcher {
  let regexp: RegExp | undefined;
  return {
    get regexp() {
      regexp ??= new RegExp(literal(text), flagsOf(ignores));
      return regexp;
    },
    needles: needlesOf(undefined, text, ignores),
  };
}

const literal = (text: string) =>
  [...text].map((letter) => (SYNTAX.test(letter) ? `\\${letter}` : eitherForm(letter))).join('');

/** Names of properties that tell small and capital letters apart: who writes one means just that. */
const CASED = /^(L[ult]|(Upper|Lower|Title)case(_Letter)?|Upper|Lower)$/;

/** Letters count as the person wrote them: the L of `\p{L}` and the S of `\S` are none. */
function ignoresCase({ text, case: wanted }: Pattern, tree: AST.Pattern | undefined): boolean {
  if (wanted !== 'smart') return wanted === 'ignore';
  const isCapital = (letter: string) => /[\p{Lu}\p{Lt}]/u.test(letter);
  if (!tree) return !isCapital(text);
  let capital = false;
  visitRegExpAST(tree, {
    onCharacterEnter: ({ value }) => {
      capital ||= isCapital(String.fromCodePoint(value));
    },
    onCharacterSetEnter(set) {
      capital ||= set.kind === 'property' && CASED.test(set.value ?? set.key);
    },
  });
  return !capital;
}
