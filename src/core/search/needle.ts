import type { AST } from '@eslint-community/regexpp';
import { slotsOf } from './stretches.ts';

const MIN_LENGTH = 3;
/** Beyond so many alternatives to look for each is no faster than the expression. */
const MOST = 8;

/**
 * Letters that are rare in what programs print. A text is found by its first letter, which the processor looks for in 32
 * places at once: from the `f` of `refused` on it stops a fifth as often as from the `r`. Measured over 15 MB: 2 ms, where
 * looking from the `r` on and the expression without regard to case take 9.
 */
const RARE = /[zqxjkvwybfgpA-Z]/;

/** A text that each match of a pattern contains: it is looked for before the pattern is tried. */
export interface Needle {
  /** As it stands in the text, or, with `folded`, in the text in small letters. */
  text: string;
  folded: boolean;
  /** A match is this text and nothing else. */
  whole: boolean;
  /** Where in it a letter stands that is worth looking for; -1: it has none. */
  rare: number;
  /** The text from that letter on. */
  rest: string;
  /** Where it can stand (see stretches.ts). */
  slots: number[];
}

/**
 * The needles of an expression, one for each alternative, or, without one, of a text that is looked for as it stands; none
 * when one is missing. With `ignoresCase` only of ASCII and of what has no case, where folding is plain; letters that can be
 * written in two ways are left out.
 */
export function needlesOf(tree: AST.Pattern | undefined, fixed: string, ignoresCase: boolean): Needle[] {
  const ways = tree?.alternatives.map(({ elements }) => elements);
  const needles = ways
    ? ways.map((elements) => needleIn(lettersOf(elements), ignoresCase, ways.length === 1 && elements.every(isLetter)))
    : [needleIn([...fixed], ignoresCase, true)];
  const isOfUse = ({ text, whole }: Needle) => text.isWellFormed() && (whole || text.length >= MIN_LENGTH);
  return needles.length <= MOST && needles.every(isOfUse) ? needles : [];
}

/** The best of letters in a row, LF where something else stands; `isText`: there is nothing else, nor is there another way. */
function needleIn(letters: string[], ignoresCase: boolean, isText: boolean): Needle {
  const isPlain = (letter: string) => isOneWay(letter) && (!ignoresCase || hasPlainCase(letter));
  const all = letters.map((letter) => (isPlain(letter) ? letter : '\n')).join('');
  const rows = (ignoresCase ? all.toLowerCase() : all).split('\n');
  const text = rows.reduce((a, b) => (worth(b) > worth(a) ? b : a));
  const rare = text.search(RARE);
  return {
    text,
    folded: ignoresCase && /[a-z]/.test(text),
    whole: isText && rows.length === 1,
    rare,
    rest: text.slice(Math.max(0, rare)),
    slots: slotsOf(text.toLowerCase()),
  };
}

const isLetter = ({ type }: AST.Element) => type === 'Character';

/** What has no width comes between no two letters; everything else does, as LF. */
const lettersOf = (elements: AST.Element[]) =>
  elements
    .filter(({ type }) => type !== 'Assertion')
    .map((element) => (element.type === 'Character' ? String.fromCodePoint(element.value) : '\n'));

/** It is written in one way alone, and it has one small letter: that of Σ depends on where it stands. */
const isOneWay = (letter: string) => letter.normalize('NFD') === letter && letter !== 'Σ';

/** Letters of ASCII, which nothing but themselves folds to in a text that has a folded form, and what has no case. */
const hasPlainCase = (letter: string) => /^(?:\p{ASCII}|[^\p{CWCF}\p{CWCM}])$/u.test(letter);

/** Units from the rare letter on; without one it is worth less than any that has one. */
const worth = (row: string) => (RARE.test(row) ? row.length - row.search(RARE) : row.length / 1000);
