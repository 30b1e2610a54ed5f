/*
 * A text that grows is not read anew with each word: blocks that cannot change any more are settled, and only the rest is laid out again.
 *
 *   ## Heading ⏎ ⏎ A paragraph. ⏎ ⏎ ```ts ⏎ const a = 1 ▌
 *   ╰── settled ──────────────╯     ╰── grows ─────────╯
 */
const FENCE = /^\s*(`{3,}|~{3,})(.*)$/;
const INDENTED = /^(\s|[-*+]\s|\d{1,9}[.)]\s|>)/;
/** Names of links may be given anywhere below: such a text is one piece. */
const DEFINITION = /^ {0,3}\[[^\]]+\]:/m;

/**
 * Where the blocks from `from` on (the beginning of a block) can be told apart for good: offsets at which a new one begins. What follows
 * the last of them may still change.
 */
export function settledUpTo(text: string, from: number): number {
  let at = from;
  let settled = from;
  let fence: string | null = null;
  let blank = false;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    // The last line may go on.
    if (end < 0) break;
    const line = text.slice(at, end);
    if (fence === null && blank && line.trim() !== '' && !INDENTED.test(line)) settled = at;
    const mark = FENCE.exec(line);
    if (mark && fence === null) fence = mark[1]!;
    else if (mark && mark[1]!.startsWith(fence!) && mark[2]!.trim() === '') fence = null;
    blank = line.trim() === '';
    at = end + 1;
  }
  return settled;
}

/** Whether it may be laid out in pieces. */
export const isPlainFlow = (text: string): boolean => !DEFINITION.test(text);
