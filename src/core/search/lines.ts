import { type Find, lineEnd } from './finder.ts';

/** Matches of one line that are told apart; a pattern that takes every character of a long line needs no more. */
const MAX_SPANS = 1000;

/** Tells which line begins at a unit of a text; it is asked from the first one on. */
export function lineCounter(text: string): (start: number) => number {
  let index = 0;
  let at = 0;
  return (start) => {
    for (; at < start; index++) at = lineEnd(text, at) + 1;
    return index;
  };
}

/** Calls back with each line that matches: where it begins, and a list that its matches are about to be put in. */
export function eachMatch(find: Find, text: string, onLine: (start: number, spans: [number, number][]) => void): void {
  let match = find(0);
  while (match) {
    const start = match.start === 0 ? 0 : text.lastIndexOf('\n', match.start - 1) + 1;
    const end = lineEnd(text, match.start);
    const spans: [number, number][] = [];
    // Said before the next step, which may be the one that is interrupted.
    onLine(start, spans);
    while (match && match.start <= end && spans.length < MAX_SPANS) {
      spans.push([match.start - start, match.end - start]);
      const next: number = match.end > match.start ? match.end : match.end + widthAt(text, match.end);
      match = next > text.length ? null : find(next);
    }
    if (!match || match.start > end) continue;
    match = end === text.length ? null : find(end + 1);
  }
}

/** UTF-16 units of the character there. */
const widthAt = (text: string, index: number) => ((text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1);
