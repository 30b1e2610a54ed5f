/** Half-open, in UTF-16 units. */
export type Range = readonly [from: number, to: number];

export interface WordMarks {
  old: Range[];
  new: Range[];
}

/** Words, runs of blanks, and everything else sign by sign; a pictograph stays with what modifies it. */
const TOKENS =
  /[\p{L}\p{N}\p{M}_]+|\s+|\p{Extended_Pictographic}(?:\p{M}|\u200d|\ufe0f|\p{Extended_Pictographic}|\p{Emoji_Modifier})*|./gsu;
/** Longer lines are not compared word by word: nobody reads them so. In UTF-16 units. */
const LONGEST = 2000;
/** Cells of the table of a comparison; what is above is marked as a whole. */
const MOST_CELLS = 60_000;
/** Two lines that share less of their signs than this are two lines, not one that was changed. */
const LEAST_SHARED = 0.3;

interface Token {
  text: string;
  at: number;
}

const tokensOf = (text: string): Token[] =>
  [...text.matchAll(TOKENS)].map((match) => ({ text: match[0], at: match.index }));

/** What differs between a removed line and the added one that stands for it; null where they have too little in common. */
export function wordMarks(before: string, after: string): WordMarks | null {
  if (before.length > LONGEST || after.length > LONGEST) return null;
  const [a, b] = [tokensOf(before), tokensOf(after)];
  let head = 0;
  while (head < a.length && head < b.length && a[head]!.text === b[head]!.text) head++;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a.at(-1 - tail)!.text === b.at(-1 - tail)!.text) tail++;
  const middle = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)] as const;
  const kept = common(...middle);
  const same = [...a.slice(0, head), ...a.slice(a.length - tail), ...kept.old.map((index) => middle[0][index]!)];
  const whole = Math.max(signs(a), signs(b));
  if (whole > 0 && signs(same) / whole < LEAST_SHARED) return null;
  return { old: rangesOf(middle[0], new Set(kept.old)), new: rangesOf(middle[1], new Set(kept.new)) };
}

const signs = (tokens: readonly Token[]): number =>
  tokens.reduce((sum, { text }) => sum + (/^\s/.test(text) ? 0 : text.length), 0);

/** Indexes of a longest common subsequence on both sides. */
function common(a: readonly Token[], b: readonly Token[]): { old: number[]; new: number[] } {
  const kept = { old: [] as number[], new: [] as number[] };
  if (a.length * b.length === 0 || a.length * b.length > MOST_CELLS) return kept;
  const width = b.length + 1;
  const length = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      length[i * width + j] =
        a[i]!.text === b[j]!.text
          ? length[(i + 1) * width + j + 1]! + 1
          : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i]!.text === b[j]!.text) {
      kept.old.push(i++);
      kept.new.push(j++);
    } else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++;
    else j++;
  }
  return kept;
}

/** Runs of tokens that are not kept. */
function rangesOf(tokens: readonly Token[], kept: ReadonlySet<number>): Range[] {
  const ranges: [number, number][] = [];
  tokens.forEach(({ text, at }, index) => {
    if (kept.has(index)) return;
    const last = ranges.at(-1);
    if (last?.[1] === at) last[1] = at + text.length;
    else ranges.push([at, at + text.length]);
  });
  return ranges;
}
