import type { Matcher } from './pattern.ts';
import type { Piece } from './scan.ts';

/** Finds the first match at or behind an index of a piece's text. */
export type Find = (at: number) => RegExpExecArray | null;

/** With a needle, lines before the next one that has it are skipped. */
export function finderFor({ regexp, needle }: Matcher, piece: Piece, text: string): Find {
  const exec = (at: number) => {
    regexp.lastIndex = at;
    return regexp.exec(text);
  };
  const hay = needle === undefined ? undefined : piece.folded?.();
  if (needle === undefined || hay === undefined) return exec;
  return (at) => {
    const next = hay.indexOf(needle, at);
    if (next < 0) return null;
    return exec(next === 0 ? 0 : Math.max(at, text.lastIndexOf('\n', next - 1) + 1));
  };
}
