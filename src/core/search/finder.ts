import type { Needle } from './needle.ts';
import type { Matcher } from './pattern.ts';
import type { Piece } from './scan.ts';
import { nextStretches, type Stretches, stretchesOf } from './stretches.ts';

/** A match as units [start, end) of a piece's text. */
export interface Place {
  start: number;
  end: number;
}

/** Finds the first match at or behind an index of a piece's text. */
export type Find = (at: number) => Place | null;

/** Nothing of the piece need be read: no match of this pattern can stand in it. */
export function isWithout({ needles }: Matcher, piece: Piece): boolean {
  const stretches = needles.length > 0 ? piece.stretches?.() : undefined;
  return stretches !== undefined && needles.every(({ slots }) => stretchesOf(stretches, slots) === 0);
}

/** With needles, lines before the next one that has one of them are skipped. */
export function finderFor({ regexp, needles }: Matcher, piece: Piece, text: string): Find {
  const exec = (at: number): Place | null => {
    regexp.lastIndex = at;
    const match = regexp.exec(text);
    return match && { start: match.index, end: match.index + match[0].length };
  };
  const stretches = piece.stretches?.();
  const seekers = needles.flatMap((needle) => {
    const hay = needle.folded ? piece.folded?.() : text;
    return hay !== undefined && isWorth(needle, stretches) ? [seekerFor(needle, hay, stretches)] : [];
  });
  if (needles.length === 0 || seekers.length < needles.length) return exec;
  const seek = seekers.length === 1 ? seekers[0]! : nearest(seekers);
  const [{ whole, text: sought }] = needles as [Needle];
  return (at) => {
    const start = seek(at);
    if (start < 0) return null;
    if (whole) return { start, end: start + sought.length };
    return exec(start === 0 ? 0 : Math.max(at, text.lastIndexOf('\n', start - 1) + 1));
  };
}

/** Where all of the text has to be read for it, an expression that minds the case is as fast, and so it is without a rare letter. */
function isWorth({ whole, folded, rare }: Needle, stretches: Stretches | undefined): boolean {
  if (stretches || (whole && !folded)) return true;
  return folded && rare >= 0;
}

type Seek = (at: number) => number;

/** What any of them finds first; each is asked only once what it has found is passed. Asked in ascending order. */
function nearest(seekers: Seek[]): Seek {
  const found = seekers.map(() => -2);
  return (at) => {
    let first = -1;
    for (const [index, seek] of seekers.entries()) {
      let next = found[index]!;
      if (next !== -1 && next < at) {
        next = seek(at);
        found[index] = next;
      }
      if (next >= 0 && (first < 0 || next < first)) first = next;
    }
    return first;
  };
}

/** Finds the needle at or behind an index; -1 when there is none. */
function seekerFor(needle: Needle, hay: string, stretches: Stretches | undefined): Seek {
  const { text } = needle;
  if (!stretches) return (at) => indexFrom(needle, hay, at);
  const mask = stretchesOf(stretches, needle.slots);
  return (at) => {
    for (let from = at; ; ) {
      const next = nextStretches(mask, stretches.length, from);
      if (!next) return -1;
      // A slice is no copy; without an end the search would go on through stretches that cannot have it.
      const found = hay.slice(next.start, next.end + text.length - 1).indexOf(text);
      if (found >= 0) return next.start + found;
      from = next.end;
    }
  };
}

/** From its rare letter on it is found sooner. */
function indexFrom({ text, rare }: Needle, hay: string, at: number): number {
  if (rare <= 0) return hay.indexOf(text, at);
  const rest = text.slice(rare);
  for (let from = at + rare; ; ) {
    const found = hay.indexOf(rest, from);
    if (found < 0 || hay.startsWith(text, found - rare)) return found < 0 ? -1 : found - rare;
    from = found + 1;
  }
}
